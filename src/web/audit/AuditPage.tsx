/**
 * Administration, audit: filtered by what the address says, newest first, more on request.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Answer } from '#api/contract.ts'
import { call, linkTo } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import { Failure } from '../parts/Failure.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { useUrlState } from '../parts/url-state.ts'
import { AuditFilters } from './AuditFilters.tsx'
import { auditQuery } from './audit-query.ts'
import { AuditTable } from './AuditTable.tsx'
import { IntegrityCheck } from './IntegrityCheck.tsx'

type AuditPart = Answer<'GET /audit'>

export function AuditPage(): React.ReactNode {
  const { t } = useLingui()
  const [state] = useUrlState()
  const query = auditQuery(state)
  const audit = useInfiniteQuery<
    AuditPart,
    ApiProblem,
    { rows: AuditPart['rows'] },
    readonly unknown[],
    number | null
  >({
    queryKey: ['GET /audit', 'all', query],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      call('GET /audit', { query: { ...query, before: pageParam ?? undefined } }, signal),
    getNextPageParam: (last) => last.next,
    select: ({ pages }) => ({ rows: pages.flatMap(({ rows }) => rows) }),
  })
  return (
    <Page
      title={t`Audit`}
      actions={
        <Button
          variant="default"
          component="a"
          href={linkTo('GET /audit/export', query)}
          download="passerelle-audit.csv"
        >
          <Trans>Export as CSV</Trans>
        </Button>
      }
    >
      <IntegrityCheck />
      <Stack gap="md">
        <AuditFilters />
        <Loaded query={audit}>
          {({ rows }) => (
            <AuditTable
              rows={rows}
              empty={<Trans>Nothing fits. Change the filters above, or clear them.</Trans>}
            />
          )}
        </Loaded>
        {audit.isFetchNextPageError && <Failure problem={audit.error} />}
        {audit.hasNextPage && (
          <Group justify="center">
            <Button
              variant="default"
              onClick={() => void audit.fetchNextPage()}
              loading={audit.isFetchingNextPage}
            >
              <Trans>Load more</Trans>
            </Button>
          </Group>
        )}
      </Stack>
    </Page>
  )
}
