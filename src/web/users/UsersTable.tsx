/**
 * Users as a table; a name opens the user.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Checkbox, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { User } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import type { Sorting } from '../parts/url-state.ts'
import { isolated } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { ROLE_WORDS, sourceWords } from '../words/people.ts'
import type { Selection } from './selection.ts'
import { StateBadge } from './StateBadge.tsx'

type Props = {
  rows: readonly User[]
  sorting: Sorting
  onSort: (by: string) => void
  /** Left out: nobody can be selected. */
  selection?: Selection
}

/** The server sorts: that a column can be sorted is all that is asked of `sort` here. */
const byServer = (): string => ''

export function UsersTable({ rows, sorting, onSort, selection }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<User>[] = [
    ...(selection ? [selecting(selection, rows, t`Select`, t`Select this page`)] : []),
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
          {row.role !== 'user' && (
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
      sort: byServer,
      wide: true,
      render: (row) => <Name of={sourceWords(row, (words) => i18n._(words))} />,
    },
    {
      key: 'secondFactors',
      title: t`Second factor`,
      sort: byServer,
      render: (row) => <SecondFactor row={row} />,
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
    {
      key: 'state',
      title: t`State`,
      sort: byServer,
      nowrap: true,
      render: (row) => <StateBadge user={row} />,
    },
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

function selecting(
  selection: Selection,
  rows: readonly User[],
  title: string,
  all: string,
): Column<User> {
  const ids = rows.map(({ id }) => id)
  const chosen = ids.filter((id) => selection.has(id)).length
  return {
    key: 'select',
    title,
    snug: true,
    heading: (
      <Checkbox
        size="xs"
        aria-label={all}
        checked={chosen === ids.length}
        indeterminate={chosen > 0 && chosen < ids.length}
        onChange={(event) => selection.set(ids, event.currentTarget.checked)}
      />
    ),
    render: (row) => (
      <Checkbox
        size="xs"
        aria-label={`${title}: ${isolated(row.name)}`}
        checked={selection.has(row.id)}
        onChange={(event) => selection.set([row.id], event.currentTarget.checked)}
      />
    ),
  }
}

/** none or set up, and whether policy asks for one. */
function SecondFactor({ row }: { row: User }): React.ReactNode {
  return (
    <div>
      {row.secondFactors > 0 ? (
        <Trans>set up</Trans>
      ) : (
        <Badge color={row.secondFactorRequired ? 'orange' : 'yellow'} variant="light">
          <Trans>none</Trans>
        </Badge>
      )}
      {row.secondFactorRequired && (
        <Text size="xs" c="dimmed">
          <Trans>required</Trans>
        </Text>
      )}
    </div>
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
