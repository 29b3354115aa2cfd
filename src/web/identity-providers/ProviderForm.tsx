/**
 * The definition of an identity provider: to declare one, and to change it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, TextInput } from '@mantine/core'
import type { ApiProblem } from '../api/problem.ts'
import type { IdentityProvider } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Fields, ForAdministrators } from '../parts/ForAdministrators.tsx'
import { DirectoryFields } from './DirectoryFields.tsx'
import { LivenessFields } from './LivenessFields.tsx'
import { OidcFields } from './OidcFields.tsx'
import { fieldsOf, isDirectory, type Choice, type Draft, type DraftName } from './provider-draft.ts'
import { WhoComesIn } from './WhoComesIn.tsx'

type Props = {
  choice: Choice
  draft: Draft
  onChange: (draft: Draft) => void
  /** There when one is changed. */
  existing?: IdentityProvider
  problem: ApiProblem | null
  pending: boolean
  unchanged?: boolean
  onSubmit: () => void
}

/** What each part of the form is given. */
export type PartProps = {
  choice: Choice
  draft: Draft
  set: (patch: Partial<Draft>) => void
  fault: (field: string) => string | undefined
  /** What every field of text has. */
  text: (name: DraftName) => TextProps
  existing?: IdentityProvider
}
export type TextProps = {
  value: string
  onChange: (event: { currentTarget: { value: string } }) => void
  error: string | undefined
  autoComplete: 'off'
  spellCheck: false
  inputWrapperOrder: ('label' | 'input' | 'description' | 'error')[]
}

export function ProviderForm(props: Props): React.ReactNode {
  const { choice, draft, onChange, existing, problem } = props
  const { t } = useLingui()
  const fault = useFaults(problem)
  const set = (patch: Partial<Draft>): void => onChange({ ...draft, ...patch })
  const text = (name: DraftName): TextProps => ({
    value: String(draft[name]),
    onChange: (event) => set({ [name]: event.currentTarget.value }),
    error: fault(name),
    autoComplete: 'off',
    spellCheck: false,
    // Beside each other, two fields stand on one line whatever is said about them.
    inputWrapperOrder: ['label', 'input', 'description', 'error'],
  })
  const part: PartProps = { choice, draft, set, fault, text, ...(existing ? { existing } : {}) }
  const directory = isDirectory(choice)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        props.onSubmit()
      }}
    >
      <Fields>
        <Stack gap="lg">
          <TextInput
            label={t`Name`}
            description={
              directory ? t`For administrators.` : t`It stands on the button of the sign-in page.`
            }
            required
            maw="28rem"
            {...text('name')}
          />
          {directory ? <DirectoryFields {...part} /> : <OidcFields {...part} />}
          <WhoComesIn {...part} />
          <LivenessFields {...part} />
          <Failure problem={problem} fields={fieldsOf(choice)} />
          <ForAdministrators>
            <Group justify="flex-end">
              <Button type="submit" loading={props.pending} disabled={props.unchanged ?? false}>
                {existing ? <Trans>Save</Trans> : <Trans>Declare</Trans>}
              </Button>
            </Group>
          </ForAdministrators>
        </Stack>
      </Fields>
    </form>
  )
}
