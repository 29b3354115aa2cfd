/**
 * Users as a table; a name opens the user.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { User } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import type { Sorting } from '../parts/url-state.ts'
import { ROLE_WORDS, SOURCE_WORDS } from '../words/people.ts'
import { StateBadge } from './StateBadge.tsx'
import { Name } from '../parts/Name.tsx'

type Props = { rows: readonly User[]; sorting: Sorting; onSort: (by: string) => void }

/** The server sorts: that a column can be sorted is all that is asked of `sort` here. */
const byServer = (): string => ''

export function UsersTable({ rows, sorting, onSort }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t`Name`,
      sort: byServer,
      render: (row) => (
        <div>
          <Anchor
            component={Link}
            to="/administration/users/$userId"
            params={{ userId: row.id } as never}
            fw={500}
            size="sm"
          >
            <Name of={row.name} />
          </Anchor>
          {row.displayName && row.displayName !== row.name && (
            <Text size="xs" c="dimmed" component="bdi" display="block">
              {row.displayName}
            </Text>
          )}
          {row.role === 'administrator' && (
            <Text size="xs" c="dimmed">
              {i18n._(ROLE_WORDS[row.role])}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'email',
      title: t`E-mail`,
      sort: byServer,
      render: (row) => <Name of={row.email} />,
    },
    {
      key: 'source',
      title: t`Source`,
      wide: true,
      render: (row) => i18n._(SOURCE_WORDS[row.source]),
    },
    {
      key: 'secondFactors',
      title: t`Second factor`,
      render: (row) =>
        row.secondFactors > 0 ? (
          <Trans>set up</Trans>
        ) : (
          <Badge color="yellow" variant="light">
            <Trans>none</Trans>
          </Badge>
        ),
    },
    {
      key: 'appPasswords',
      title: t`Application passwords`,
      sort: byServer,
      render: (row) => <AppPasswords row={row} />,
    },
    {
      key: 'lastSignInAt',
      title: t`Last sign-in`,
      sort: byServer,
      render: (row) => (row.lastSignInAt === null ? t`never` : <Ago at={row.lastSignInAt} />),
    },
    { key: 'state', title: t`State`, render: (row) => <StateBadge state={row.state} /> },
  ]
  return (
    <DataTable
      label={t`Users`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      sorting={sorting}
      onSort={onSort}
      empty={
        <Trans>
          Nobody fits. Change the search and the filters above, or create a user who will.
        </Trans>
      }
    />
  )
}

function AppPasswords({ row }: { row: User }): React.ReactNode {
  if (row.appPasswords === 0) return <Text size="sm">0</Text>
  return (
    <div>
      {row.appPasswords}
      {row.nextExpiry !== null && (
        <Text size="xs" c="dimmed">
          <Trans>
            next ends <Ago at={row.nextExpiry} />
          </Trans>
        </Text>
      )}
    </div>
  )
}
