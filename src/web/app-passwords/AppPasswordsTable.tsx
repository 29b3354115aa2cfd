/**
 * Application passwords as a table: what they are for, how they were last used, until when they work.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import type { AppPassword } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { APPLICATION_WORDS, GATEWAY_WORDS } from '../words/applications.ts'
import { ValidUntil } from './ValidUntil.tsx'
import { Name } from '../parts/Name.tsx'

type Props = {
  name: string
  label: string
  rows: readonly AppPassword[]
  renderActions: (row: AppPassword) => React.ReactNode
  empty: React.ReactNode
}

export function AppPasswordsTable(props: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<AppPassword>[] = [
    {
      key: 'name',
      title: t`Name`,
      sort: (row) => row.name,
      render: (row) => (
        <Text size="sm" fw={500} component="bdi" display="block">
          {row.name}
        </Text>
      ),
    },
    {
      key: 'application',
      title: t`For`,
      sort: (row) => i18n._(APPLICATION_WORDS[row.application]),
      render: (row) => (
        <div>
          {i18n._(APPLICATION_WORDS[row.application])}
          <Text size="xs" c="dimmed">
            {row.gateways.map((gateway) => i18n._(GATEWAY_WORDS[gateway])).join(', ')}
          </Text>
        </div>
      ),
    },
    {
      key: 'lastUse',
      title: t`Method and last use`,
      sort: (row) => row.lastUse?.at ?? 0,
      render: (row) => <LastUse row={row} />,
    },
    {
      key: 'expiresAt',
      title: t`Valid until`,
      nowrap: true,
      sort: (row) => row.expiresAt,
      render: (row) => <ValidUntil at={row.expiresAt} state={row.state} />,
    },
    { key: 'actions', title: t`Actions`, actions: true, render: props.renderActions },
  ]
  return (
    <LocalTable
      name={props.name}
      label={props.label}
      columns={columns}
      rows={props.rows}
      rowKey={(row) => row.id}
      initial={{ by: 'name', order: 'asc' }}
      text={(row) => `${row.name} ${row.lastUse?.client ?? ''} ${row.lastUse?.ip ?? ''}`}
      empty={props.empty}
    />
  )
}

function LastUse({ row }: { row: AppPassword }): React.ReactNode {
  const { i18n } = useLingui()
  if (!row.lastUse)
    return (
      <Badge variant="default">
        <Trans>never used</Trans>
      </Badge>
    )
  const { gateway, client, ip, at } = row.lastUse
  return (
    <div>
      {i18n._(GATEWAY_WORDS[gateway])}
      {client !== '' && (
        <>
          {' · '}
          <Name of={client} />
        </>
      )}
      <Text size="xs" c="dimmed">
        <Name of={ip} /> · <Ago at={at} />
      </Text>
    </div>
  )
}
