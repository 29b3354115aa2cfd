/**
 * Administration, users: found, filtered and sorted by the server, a page at a time; selected one by
 * one or all that match, for work on many.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Pagination, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { useSorting, useUrlState } from '../parts/url-state.ts'
import { BulkProgress } from './BulkProgress.tsx'
import { CreateUserWindow } from './CreateUserWindow.tsx'
import { RecentWork } from './RecentWork.tsx'
import { SelectionBar } from './SelectionBar.tsx'
import { useSelection } from './selection.ts'
import { UsersFilters } from './UsersFilters.tsx'
import { UsersTable } from './UsersTable.tsx'
import { filterOf, pageOf, usersQuery, USERS_PER_PAGE } from './users-query.ts'

export function UsersPage(): React.ReactNode {
  const { t, i18n } = useLingui()
  const [state, change] = useUrlState()
  const [sorting, sortBy] = useSorting('', { by: 'name', order: 'asc' })
  const [opened, { open, close }] = useDisclosure(false)
  const mayChange = useMayChange()
  const users = useQuery({
    ...reading('GET /users', { query: usersQuery(state, sorting) }),
    placeholderData: keepPreviousData,
  })
  const selection = useSelection(filterOf(state), users.data?.total ?? 0)
  const show = (job: string | undefined): void => change({ job })
  return (
    <Page
      title={t`Users`}
      actions={
        <ForAdministrators>
          <Button onClick={open}>
            <Trans>Create a user</Trans>
          </Button>
        </ForAdministrators>
      }
    >
      {state['job'] !== undefined && (
        <BulkProgress key={state['job']} jobId={state['job']} onClose={() => show(undefined)} />
      )}
      <Stack gap="md">
        <UsersFilters />
        <Loaded query={users}>
          {({ rows, total }) => (
            <>
              <SelectionBar
                selection={selection}
                total={total}
                onBegun={(job) => {
                  selection.clear()
                  show(job.id)
                  window.scrollTo({ top: 0 })
                }}
              />
              <UsersTable
                rows={rows}
                sorting={sorting}
                onSort={sortBy}
                {...(mayChange ? { selection } : {})}
              />
              <Group justify="space-between">
                <Text size="sm" c="dimmed" component="output">
                  <Trans>Found: {i18n.number(total)}</Trans>
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
      <RecentWork onShow={show} />
      <CreateUserWindow opened={opened} onClose={close} />
    </Page>
  )
}
