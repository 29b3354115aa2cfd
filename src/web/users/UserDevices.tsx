/**
 * A user's browsers that need no second factor for now, and forgetting them all.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { Device, User } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { browserName } from '../parts/browser-name.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'

export function UserDevices({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: user.id }
  const devices = useQuery(reading('GET /users/:id/devices', { params }))
  const columns: Column<Device>[] = [
    {
      key: 'client',
      title: t`Browser`,
      sort: (row) => row.client,
      render: (row) => <Name of={browserName(row.client)} />,
    },
    { key: 'ip', title: t`Address`, sort: (row) => row.ip, render: (row) => <Name of={row.ip} /> },
    {
      key: 'lastUsedAt',
      title: t`Last used`,
      sort: (row) => row.lastUsedAt,
      render: (row) => <Ago at={row.lastUsedAt} />,
    },
    {
      key: 'rememberedUntil',
      title: t`Remembered until`,
      sort: (row) => row.rememberedUntil,
      render: (row) => <Ago at={row.rememberedUntil} />,
    },
  ]
  return (
    <Section
      title={t`Remembered devices`}
      actions={
        (devices.data?.length ?? 0) > 0 && (
          <Dangerous
            label={<Trans>Forget all</Trans>}
            title={t`Forget all remembered devices`}
            deed={t`Forget all`}
            run={() => call('DELETE /users/:id/devices', { params })}
          >
            <Text size="sm">
              <Trans>
                Each browser of <Name of={user.name} /> asks for the second factor again.
              </Trans>
            </Text>
          </Dangerous>
        )
      }
    >
      <Loaded query={devices}>
        {(rows) => (
          <LocalTable
            name="devices"
            label={t`Remembered devices`}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            initial={{ by: 'lastUsedAt', order: 'desc' }}
            text={(row) => `${row.client} ${row.ip}`}
            empty={<Trans>Every browser asks for the second factor.</Trans>}
          />
        )}
      </Loaded>
    </Section>
  )
}
