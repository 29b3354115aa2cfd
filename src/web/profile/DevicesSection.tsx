/**
 * Browsers that need no second factor for some days: which, and forgetting one or all.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { Device } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { browserName } from '../parts/browser-name.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'

/** Nothing to say while there are none. */
export function DevicesSection(): React.ReactNode {
  const { t } = useLingui()
  const rows = useQuery(reading('GET /me/devices')).data ?? []
  if (rows.length === 0) return null
  return (
    <Section
      title={t`Remembered browsers`}
      about={<Trans>They need no second factor until the day that is named here.</Trans>}
      actions={
        rows.length > 1 && (
          <Dangerous
            label={<Trans>Forget all</Trans>}
            title={t`Forget all remembered browsers`}
            deed={t`Forget all`}
            run={() => call('DELETE /me/devices')}
          >
            <Text size="sm">
              <Trans>Each of them asks for the second factor at its next sign-in.</Trans>
            </Text>
          </Dangerous>
        )
      }
    >
      <DevicesTable rows={rows} />
    </Section>
  )
}

function DevicesTable({ rows }: { rows: readonly Device[] }): React.ReactNode {
  const { t } = useLingui()
  const columns: Column<Device>[] = [
    {
      key: 'client',
      title: t`Browser`,
      sort: (row) => row.client,
      render: (row) => (
        <span title={row.client}>
          <Name of={browserName(row.client)} />{' '}
          {row.current && (
            <Badge color="green" variant="light">
              <Trans>this one</Trans>
            </Badge>
          )}
        </span>
      ),
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
    { key: 'actions', title: t`Actions`, actions: true, render: (row) => <Forget row={row} /> },
  ]
  return (
    <LocalTable
      name="devices"
      label={t`Remembered browsers`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'lastUsedAt', order: 'desc' }}
      text={(row) => `${row.client} ${row.ip}`}
      empty={<Trans>No browser is remembered.</Trans>}
    />
  )
}

function Forget({ row }: { row: Device }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Forget</Trans>}
      name={`${t`Forget`}: ${browserName(row.client)}, ${row.ip}`}
      title={t`Forget a remembered browser`}
      deed={t`Forget it`}
      run={() => call('DELETE /me/devices/:id', { params: { id: row.id } })}
    >
      <Text size="sm">
        <Trans>
          <Name of={browserName(row.client)} /> at <Name of={row.ip} /> asks for the second factor
          at its next sign-in.
        </Trans>
      </Text>
    </Dangerous>
  )
}
