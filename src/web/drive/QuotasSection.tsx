/**
 * Quotas: the figure for everybody, and the people with how much they use.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Group, Pagination, Stack, Text, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { size } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { useSorting, useTypedUrlState, useUrlState } from '../parts/url-state.ts'
import { Usage } from '../parts/Usage.tsx'
import { QuotaWindow } from './QuotaWindow.tsx'
import { Name } from '../parts/Name.tsx'

const PER_PAGE = 20

export function QuotasSection(): React.ReactNode {
  const { t, i18n } = useLingui()
  const settings = useQuery(reading('GET /settings')).data
  const everybody = Number(settings?.find(({ name }) => name === 'drive_quota')?.value ?? 0)
  return (
    <Section
      title={t`Quotas`}
      about={
        <>
          {everybody === 0 ? (
            <Trans>Everybody: no limit.</Trans>
          ) : (
            <Trans>Everybody: {size(everybody, i18n.locale)} in Home.</Trans>
          )}{' '}
          <Anchor
            component={Link}
            to="/administration/security"
            hash="drive_quota"
            size="sm"
            underline="always"
          >
            <Trans>Change for everybody</Trans>
          </Anchor>
        </>
      }
    >
      <People everybody={everybody} />
    </Section>
  )
}

function People({ everybody }: { everybody: number }): React.ReactNode {
  const { t } = useLingui()
  const [state, change] = useUrlState()
  const [search, setSearch] = useTypedUrlState('people.search', { 'people.page': undefined })
  const [sorting, sortBy] = useSorting('people.', { by: 'name', order: 'asc' })
  const page = Math.max(1, Math.trunc(Number(state['people.page'] ?? 1)) || 1)
  const sort = sorting.by === 'email' ? 'email' : 'name'
  const users = useQuery({
    ...reading('GET /users', {
      query: { search: state['people.search'], sort, order: sorting.order, page, size: PER_PAGE },
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        size="xs"
        maw="20rem"
        placeholder={t`Name or e-mail`}
        aria-label={t`Search people by name or e-mail`}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <Loaded query={users}>
        {({ rows, total }) => (
          <>
            <DataTable
              label={t`Quotas`}
              columns={columns(everybody, t`Name`, t`Used in Home`, t`Quota`, t`Actions`)}
              rows={rows}
              rowKey={(row) => row.id}
              sorting={sorting}
              onSort={sortBy}
              empty={<Trans>Nobody fits: change the search.</Trans>}
            />
            {total > PER_PAGE && (
              <Group justify="flex-end">
                <Pagination
                  size="sm"
                  total={Math.ceil(total / PER_PAGE)}
                  value={page}
                  onChange={(next) =>
                    change({ 'people.page': next === 1 ? undefined : String(next) })
                  }
                  getControlProps={(control) => ({
                    'aria-label': control === 'previous' ? t`Previous page` : t`Next page`,
                  })}
                />
              </Group>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  )
}

const columns = (
  everybody: number,
  name: string,
  used: string,
  quota: string,
  actions: string,
): Column<User>[] => [
  { key: 'name', title: name, sort: (row) => row.name, render: (row) => <Person user={row} /> },
  {
    key: 'usedBytes',
    title: used,
    render: (row) => <Usage used={row.usedBytes} quota={row.quotaBytes ?? everybody} />,
  },
  { key: 'quotaBytes', title: quota, render: (row) => <Quota user={row} /> },
  {
    key: 'actions',
    title: actions,
    actions: true,
    render: (row) => (
      <ForAdministrators>
        <QuotaWindow user={row} />
      </ForAdministrators>
    ),
  },
]

function Person({ user }: { user: User }): React.ReactNode {
  return (
    <>
      <Name of={user.name} />
      <Text size="xs" c="dimmed">
        <Name of={user.email} />
      </Text>
    </>
  )
}

function Quota({ user }: { user: User }): React.ReactNode {
  if (user.quotaBytes === null)
    return (
      <Text size="sm" c="dimmed">
        <Trans>as everybody</Trans>
      </Text>
    )
  return (
    <Badge variant="default">
      <Trans>own figure</Trans>
    </Badge>
  )
}
