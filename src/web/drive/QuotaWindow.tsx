/**
 * The window that changes the quota of one person.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { isolated, size } from '../parts/moments.ts'
import { QuotaField } from '../parts/QuotaField.tsx'
import { Window } from '../parts/Window.tsx'
import { Name } from '../parts/Name.tsx'

export function QuotaWindow({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={`${t`Change`}: ${isolated(user.name)}`}
        onClick={open}
      >
        <Trans>Change</Trans>
      </Button>
      <Window opened={opened} onClose={close} title={t`Quota of a person`}>
        <QuotaForm user={user} onDone={close} />
      </Window>
    </>
  )
}

function QuotaForm({ user, onDone }: { user: User; onDone: () => void }): React.ReactNode {
  const { i18n } = useLingui()
  const [quotaBytes, setQuotaBytes] = useState(user.quotaBytes)
  const save = useAction('PATCH /users/:id', onDone)
  const fault = useFaults(save.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ params: { id: user.id }, body: { quotaBytes } })
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          <Trans>
            <Name of={user.name} /> uses {size(user.usedBytes, i18n.locale)}. Above the quota
            nothing new can be stored; what is there stays.
          </Trans>
        </Text>
        <QuotaField value={quotaBytes} onChange={setQuotaBytes} error={fault('quotaBytes')} />
        <Failure problem={save.error} fields={['quotaBytes']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
