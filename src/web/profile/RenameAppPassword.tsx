/**
 * The window that renames an application password. It goes on working unchanged.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { AppPassword } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { isolated } from '../parts/moments.ts'
import { Window } from '../parts/Window.tsx'

export function RenameAppPassword({ row }: { row: AppPassword }): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={`${t`Rename`}: ${isolated(row.name)}`}
        onClick={open}
      >
        <Trans>Rename</Trans>
      </Button>
      <Window opened={opened} onClose={close} title={t`Rename an application password`}>
        <RenameForm row={row} onDone={close} />
      </Window>
    </>
  )
}

function RenameForm({ row, onDone }: { row: AppPassword; onDone: () => void }): React.ReactNode {
  const { t } = useLingui()
  const [name, setName] = useState(row.name)
  const rename = useAction('PATCH /me/app-passwords/:id', onDone)
  const fault = useFaults(rename.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate({ params: { id: row.id }, body: { name } })
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t`Name of the connection`}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault('name')}
        />
        <Failure problem={rename.error} fields={['name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={rename.isPending}>
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
