/**
 * Administration, users: found, filtered and sorted by the server, a page at a time.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, Pagination, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { useSorting, useTypedUrlState, useUrlState } from '../parts/url-state.ts'
import { ROLE_WORDS, ROLES, STATE_WORDS, STATES } from '../words/people.ts'
import { CreateUserWindow } from './CreateUserWindow.tsx'
import { UsersTable } from './UsersTable.tsx'
import { pageOf, usersQuery, USERS_PER_PAGE } from './users-query.ts'

export function UsersPage(): React.ReactNode {
  const { t } = useLingui()
  const [state, change] = useUrlState()
  const [sorting, sortBy] = useSorting('', { by: 'name', order: 'asc' })
  const [opened, { open, close }] = useDisclosure(false)
  const users = useQuery({
    ...reading('GET /users', { query: usersQuery(state, sorting) }),
    placeholderData: keepPreviousData,
  })
  return (
    <Page
      title={t`Users`}
      actions={
        <Button onClick={open}>
          <Trans>Create a user</Trans>
        </Button>
      }
    >
      <Stack gap="md">
        <Filters />
        <Loaded query={users}>
          {({ rows, total }) => (
            <>
              <UsersTable rows={rows} sorting={sorting} onSort={sortBy} />
              <Group justify="space-between">
                <Text size="sm" c="dimmed" component="output">
                  <Trans>Found: {total}</Trans>
                </Text>
                {total > USERS_PER_PAGE && (
                  <Pagination
                    size="sm"
                    total={Math.ceil(total / USERS_PER_PAGE)}
                    value={pageOf(state)}
                    onChange={(page) => change({ page: page === 1 ? undefined : String(page) })}
                    getControlProps={(control) => ({
                      'aria-label': control === 'previous' ? t`Previous page` : t`Next page`,
                    })}
                  />
                )}
              </Group>
            </>
          )}
        </Loaded>
      </Stack>
      <CreateUserWindow opened={opened} onClose={close} />
    </Page>
  )
}

function Filters(): React.ReactNode {
  const { t, i18n } = useLingui()
  const [state, change] = useUrlState()
  const [search, setSearch] = useTypedUrlState('search', { page: undefined })
  return (
    <Group gap="xs">
      <TextInput
        type="search"
        size="xs"
        w={{ base: '100%', xs: '16rem' }}
        placeholder={t`Name or e-mail`}
        aria-label={t`Search users by name or e-mail`}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        aria-label={t`Role`}
        value={state['role'] ?? ''}
        data={[
          { value: '', label: t`Every role` },
          ...ROLES.map((one) => ({ value: one, label: i18n._(ROLE_WORDS[one]) })),
        ]}
        onChange={(event) => change({ role: event.currentTarget.value, page: undefined })}
      />
      <NativeSelect
        size="xs"
        aria-label={t`State`}
        value={state['state'] ?? ''}
        data={[
          { value: '', label: t`Every state` },
          ...STATES.map((one) => ({ value: one, label: i18n._(STATE_WORDS[one]) })),
        ]}
        onChange={(event) => change({ state: event.currentTarget.value, page: undefined })}
      />
    </Group>
  )
}
