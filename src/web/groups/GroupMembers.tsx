/**
 * The members of a group, a page at a time; those of a provider's group are chosen there.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Group as Row, Pagination, Text, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { reading } from '../api/query.ts'
import type { User, UserGroup as Group } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { isolated } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { useTypedUrlState, useUrlState } from '../parts/url-state.ts'
import { AddGroupMember } from './AddGroupMember.tsx'

const PER_PAGE = 25
/** Fewer are seen at a glance. */
const FILTER_FROM = 6

export function GroupMembers({ group }: { group: Group }): React.ReactNode {
  const { t } = useLingui()
  const [state, change] = useUrlState()
  const [search, setSearch] = useTypedUrlState('search', { page: undefined })
  const page = Math.max(1, Number(state['page']) || 1)
  const members = useQuery({
    ...reading('GET /users', {
      query: { group: group.id, search: state['search'] ?? '', page, size: PER_PAGE },
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <Section
      title={t`Members`}
      about={
        group.providerName !== null && (
          <Trans>
            <Name of={group.providerName} /> says who they are, at each sign-in or over SCIM.
          </Trans>
        )
      }
    >
      {group.providerId === null && (
        <ForAdministrators>
          <AddGroupMember group={group} />
        </ForAdministrators>
      )}
      {(group.members >= FILTER_FROM || search !== '') && (
        <TextInput
          size="xs"
          w={{ base: '100%', xs: '20rem' }}
          type="search"
          placeholder={t`Filter`}
          aria-label={`${t`Filter`}: ${t`Members`}`}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <Loaded query={members}>
        {({ rows, total }) => (
          <>
            <MembersTable group={group} rows={rows} />
            {total > PER_PAGE && (
              <Row justify="space-between">
                <Text size="sm" c="dimmed" component="output">
                  <Trans>Found: {total}</Trans>
                </Text>
                <Pagination
                  size="sm"
                  total={Math.ceil(total / PER_PAGE)}
                  value={page}
                  onChange={(next) => change({ page: next === 1 ? undefined : String(next) })}
                  getControlProps={(control) => ({
                    'aria-label': control === 'previous' ? t`Previous page` : t`Next page`,
                  })}
                />
              </Row>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}

function MembersTable({ group, rows }: { group: Group; rows: readonly User[] }): React.ReactNode {
  const { t } = useLingui()
  const mayChange = useMayChange()
  const columns: Column<User>[] = [
    {
      key: 'name',
      title: t`Name`,
      render: (row) => (
        <Anchor
          component={Link}
          to="/administration/users/$userId"
          params={{ userId: row.id } as never}
          size="sm"
        >
          <Name of={row.name} />
        </Anchor>
      ),
    },
    { key: 'displayName', title: t`Shown name`, render: (row) => <Name of={row.displayName} /> },
    { key: 'email', title: t`E-mail`, render: (row) => <Name of={row.email} /> },
    ...(mayChange && group.providerId === null
      ? [
          {
            key: 'actions',
            title: t`Actions`,
            actions: true,
            render: (row: User) => <Remove group={group} member={row} />,
          },
        ]
      : []),
  ]
  return (
    <DataTable
      label={t`Members`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      empty={
        group.members > 0 ? (
          <Trans>Nothing fits this filter: clear it.</Trans>
        ) : group.providerId === null ? (
          <Trans>Nobody is in this group yet. Add the first member above.</Trans>
        ) : (
          <Trans>Nobody is in this group.</Trans>
        )
      }
    />
  )
}

function Remove({ group, member }: { group: Group; member: User }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Remove</Trans>}
      name={`${t`Remove`}: ${isolated(member.name)}`}
      title={t`Remove a member`}
      deed={t`Remove`}
      run={() =>
        call('DELETE /groups/:id/members/:userId', {
          params: { id: group.id, userId: member.id },
        })
      }
    >
      <Text size="sm">
        <Trans>
          What <Name of={group.name} /> decides no longer holds for <Name of={member.name} />.
        </Trans>
      </Text>
    </Dangerous>
  )
}
