/**
 * Browser sessions as a table, for the person and for the administrator.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import type { BrowserSession } from '../api/types.ts'
import { methodWords } from '../words/people.ts'
import { Ago } from './Ago.tsx'
import { browserName } from './browser-name.ts'
import type { Column } from './DataTable.tsx'
import { LocalTable } from './LocalTable.tsx'
import { Name } from './Name.tsx'

type Props = {
  rows: readonly BrowserSession[]
  renderActions?: (row: BrowserSession) => React.ReactNode
  empty: React.ReactNode
}

export function SessionsTable({ rows, renderActions, empty }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<BrowserSession>[] = [
    {
      key: 'client',
      title: t`Browser`,
      sort: (row) => row.client,
      render: (row) => (
        <div title={row.client}>
          <Name of={browserName(row.client)} />{' '}
          {row.current && (
            <Badge color="green" variant="light">
              <Trans>this one</Trans>
            </Badge>
          )}
          <Text size="xs" c="dimmed">
            {methodWords(row.method, (words) => i18n._(words))}
          </Text>
        </div>
      ),
    },
    { key: 'ip', title: t`Address`, sort: (row) => row.ip, render: (row) => <Name of={row.ip} /> },
    {
      key: 'createdAt',
      title: t`Signed in`,
      sort: (row) => row.createdAt,
      render: (row) => <Ago at={row.createdAt} />,
    },
    {
      key: 'lastSeenAt',
      title: t`Last seen`,
      sort: (row) => row.lastSeenAt,
      render: (row) => <Ago at={row.lastSeenAt} />,
    },
    ...(renderActions
      ? [{ key: 'actions', title: t`Actions`, actions: true, render: renderActions }]
      : []),
  ]
  return (
    <LocalTable
      name="sessions"
      label={t`Browser sessions`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'lastSeenAt', order: 'desc' }}
      text={(row) => `${row.client} ${row.ip}`}
      empty={empty}
    />
  )
}
