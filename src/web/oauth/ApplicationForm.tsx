/**
 * The definition of an OAuth 2 application: to declare one, and to change it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Checkbox,
  Collapse,
  Group,
  NativeSelect,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ApiProblem } from '../api/problem.ts'
import type { OAuthApplication, Provider } from '../api/types.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Fields, ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { FOLDED, prefilled, type Draft } from './application-draft.ts'
import { OverrideFields } from './OverrideFields.tsx'
import { ProofFields } from './ProofFields.tsx'

const FIELDS = [
  'identifier',
  'designation',
  'provider',
  'cloud',
  'tenantId',
  'clientId',
  'clientProof',
  'clientSecret',
  'secretExpiresAt',
  'certificate',
  'appOnly',
  'comments',
  ...FOLDED,
]
/** Beside each other, the fields of two labels stand on one line whatever is said about them. */
const BELOW = ['label', 'input', 'description', 'error'] as const

type Props = {
  providers: readonly Provider[]
  draft: Draft
  onChange: (draft: Draft) => void
  /** There when one is changed. */
  existing?: OAuthApplication
  problem: ApiProblem | null
  pending: boolean
  unchanged?: boolean
  onSubmit: () => void
}

export function ApplicationForm(props: Props): React.ReactNode {
  const { providers, draft, onChange, existing, problem } = props
  const { t } = useLingui()
  const [more, { toggle }] = useDisclosure(!useMayChange()) // who only reads cannot unfold it
  // A fault in a folded field opens the fold.
  const unfolded = more || problem?.fields.some(({ field }) => FOLDED.includes(field)) === true
  const fault = useFaults(problem)
  const provider = providers.find(({ id }) => id === draft.provider)
  const set = (patch: Partial<Draft>): void => onChange({ ...draft, ...patch })
  const text = (name: keyof Draft) => ({
    value: String(draft[name]),
    onChange: (event: { currentTarget: { value: string } }) =>
      set({ [name]: event.currentTarget.value }),
    error: fault(name),
    autoComplete: 'off',
    spellCheck: false,
    inputWrapperOrder: [...BELOW],
  })
  const choose = (id: string, cloud: string, appOnly: boolean): void => {
    const found = providers.find((one) => one.id === id)
    if (found) set({ ...prefilled(found, cloud, appOnly), appOnly: appOnly && found.appOnly })
  }
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
            {existing ? (
              <TextInput label={t`Identifier`} value={draft.identifier} readOnly variant="filled" />
            ) : (
              <TextInput
                label={t`Identifier`}
                description={t`Cannot be changed later. Without spaces and / ~ \\ < > , ; # & ' " $ ? * | . [ ] { } ( ) +`}
                required
                {...text('identifier')}
              />
            )}
            <TextInput
              label={t`Designation`}
              description={t`For people.`}
              {...text('designation')}
            />
            {existing ? (
              <TextInput
                label={t`Provider`}
                value={provider?.label ?? draft.provider}
                readOnly
                variant="filled"
              />
            ) : (
              <NativeSelect
                label={t`Provider`}
                value={draft.provider}
                data={providers.map(({ id, label }) => ({ value: id, label }))}
                onChange={(event) => choose(event.currentTarget.value, '', draft.appOnly)}
                error={fault('provider')}
              />
            )}
            {(provider?.clouds.length ?? 0) > 1 && (
              <NativeSelect
                label={t`Cloud`}
                value={draft.cloud}
                data={provider?.clouds.map(({ id, label }) => ({ value: id, label })) ?? []}
                onChange={(event) =>
                  choose(draft.provider, event.currentTarget.value, draft.appOnly)
                }
                error={fault('cloud')}
              />
            )}
            {provider?.needsTenant !== false && (
              <TextInput
                label={t`Tenant ID`}
                description={t`Directory (tenant) ID, or the tenant's domain.`}
                {...text('tenantId')}
              />
            )}
            <TextInput
              label={t`Client ID`}
              description={t`Application (client) ID at the provider.`}
              required
              {...text('clientId')}
            />
          </SimpleGrid>
          <ProofFields draft={draft} set={set} fault={fault} {...(existing ? { existing } : {})} />
          {provider?.appOnly && (
            <Checkbox
              label={t`App-only: the application opens mailboxes itself, nobody signs in`}
              checked={draft.appOnly}
              error={fault('appOnly')}
              onChange={(event) => choose(draft.provider, draft.cloud, event.currentTarget.checked)}
            />
          )}
          {!draft.appOnly && (
            <CopyField
              label={t`Redirect URL to register at the provider`}
              text={existing?.redirectUrl ?? `${window.location.origin}/oauth/callback`}
            />
          )}
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              ml={-8}
              onClick={toggle}
              aria-expanded={unfolded}
            >
              {unfolded ? (
                <Trans>Less</Trans>
              ) : (
                <Trans>More: root URL, scopes, addresses, hosts</Trans>
              )}
            </Button>
            <Collapse expanded={unfolded}>
              <Stack gap="md" mt="sm">
                <OverrideFields
                  draft={draft}
                  cloud={provider?.clouds.find(({ id }) => id === draft.cloud)}
                  set={set}
                  fault={fault}
                />
              </Stack>
            </Collapse>
          </div>
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
