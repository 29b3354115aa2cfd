/**
 * The definition of a mail account: to declare one, and to change it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core'
import type { ApiProblem } from '../api/problem.ts'
import type { MailAccount, OAuthApplication } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Fields, ForAdministrators } from '../parts/ForAdministrators.tsx'
import { UserPicker } from './UserPicker.tsx'

export type AccountDraft = {
  identifier: string
  applicationId: string
  designation: string
  email: string
  shared: boolean
  delegateEmail: string
  comments: string
  userIds: string[]
}

const FIELDS = [
  'identifier',
  'applicationId',
  'designation',
  'email',
  'delegateEmail',
  'comments',
  'userIds',
]
/** Beside each other, the fields of two labels stand on one line whatever is said about them. */
const BELOW = ['label', 'input', 'description', 'error'] as const

type Props = {
  applications: readonly OAuthApplication[]
  draft: AccountDraft
  onChange: (draft: AccountDraft) => void
  existing?: MailAccount
  problem: ApiProblem | null
  pending: boolean
  unchanged?: boolean
  onSubmit: () => void
}

export function AccountForm(props: Props): React.ReactNode {
  const { applications, draft, onChange, existing, problem } = props
  const { t } = useLingui()
  const fault = useFaults(problem)
  const set = (patch: Partial<AccountDraft>): void => onChange({ ...draft, ...patch })
  const text = (name: 'identifier' | 'designation' | 'email' | 'delegateEmail' | 'comments') => ({
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      set({ [name]: event.currentTarget.value }),
    error: fault(name),
    autoComplete: 'off',
    inputWrapperOrder: [...BELOW],
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        props.onSubmit()
      }}
    >
      <Fields>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t`Identifier`}
              required
              readOnly={existing !== undefined}
              variant={existing ? 'filled' : 'default'}
              description={
                existing
                  ? undefined
                  : t`Cannot be changed later. Without spaces and / ~ \\ < > , ; # & ' " $ ? * | . [ ] { } ( ) +`
              }
              {...text('identifier')}
            />
            {existing ? (
              <TextInput
                label={t`OAuth 2 application`}
                value={existing.applicationIdentifier}
                readOnly
                variant="filled"
              />
            ) : (
              <NativeSelect
                label={t`OAuth 2 application`}
                value={draft.applicationId}
                data={applications.map(({ id, identifier }) => ({ value: id, label: identifier }))}
                onChange={(event) => set({ applicationId: event.currentTarget.value })}
                error={fault('applicationId')}
              />
            )}
            <TextInput
              label={t`Designation`}
              description={t`For people.`}
              {...text('designation')}
            />
            <TextInput
              label={t`Connection e-mail`}
              type="email"
              required
              description={t`The address of the mailbox.`}
              {...text('email')}
            />
          </SimpleGrid>
          <Checkbox
            label={t`Shared mailbox: somebody else signs in for it`}
            checked={draft.shared}
            onChange={(event) => set({ shared: event.currentTarget.checked })}
          />
          {draft.shared && (
            <TextInput
              label={t`E-mail of the delegate who signs in`}
              type="email"
              description={t`May stay empty: then you confirm who signed in.`}
              {...text('delegateEmail')}
            />
          )}
          <UserPicker
            known={existing?.users ?? []}
            value={draft.userIds}
            onChange={(userIds) => set({ userIds })}
            error={fault('userIds')}
          />
          <Textarea label={t`Comments`} autosize minRows={2} {...text('comments')} />
          <Failure problem={problem} fields={FIELDS} />
          <ForAdministrators>
            <Group justify="flex-end">
              <Button type="submit" loading={props.pending} disabled={props.unchanged === true}>
                {existing ? <Trans>Save</Trans> : <Trans>Declare</Trans>}
              </Button>
            </Group>
          </ForAdministrators>
        </Stack>
      </Fields>
    </form>
  )
}
