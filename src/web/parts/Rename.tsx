/**
 * A name that can be changed where it stands: the name, a button, and then a field.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ApiProblem } from '../api/problem.ts'
import { Failure } from './Failure.tsx'
import { useFaults } from './faults.ts'
import { isolated } from './moments.ts'
import { Name } from './Name.tsx'

type Props = {
  name: string
  label: string
  /** The field of the API that the name is sent in. */
  field?: string
  save: (name: string) => Promise<unknown>
}

export function Rename({ name, label, field = 'name', save }: Props): React.ReactNode {
  const { t } = useLingui()
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const fault = useFaults(problem)
  if (typed === null)
    return (
      <Group gap="xs">
        <Name of={name} />
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={`${t`Rename`}: ${isolated(name)}`}
          onClick={() => setTyped(name)}
        >
          <Trans>Rename</Trans>
        </Button>
      </Group>
    )
  const submit = async (): Promise<void> => {
    try {
      await save(typed)
      setTyped(null)
      setProblem(null)
    } catch (thrown) {
      setProblem(thrown as ApiProblem)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <Group gap="xs" align="flex-start">
        <TextInput
          size="xs"
          aria-label={label}
          // The person has just asked for this field.
          ref={(field) => field?.focus()}
          required
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={fault(field)}
        />
        <Button size="xs" type="submit">
          <Trans>Save</Trans>
        </Button>
        <Button size="xs" variant="default" onClick={() => setTyped(null)}>
          <Trans>Cancel</Trans>
        </Button>
      </Group>
      {problem && !fault(field) && <Failure problem={problem} />}
    </form>
  )
}
