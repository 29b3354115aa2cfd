/**
 * What a query has brought: a quiet wait, the error with a way to try again, or the children.
 */
import { Trans } from '@lingui/react/macro'
import { Button, Group, Loader, Stack } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { Failure } from './Failure.tsx'

type Props<T> = { query: UseQueryResult<T>; children: (data: T) => React.ReactNode }

export function Loaded<T>({ query, children }: Props<T>): React.ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (!query.error)
    return (
      <Group justify="center" p="lg">
        <Loader size="sm" aria-hidden />
      </Group>
    )
  return (
    <Stack gap="sm" align="flex-start">
      <Failure problem={query.error} />
      <Button variant="default" onClick={() => void query.refetch()} loading={query.isFetching}>
        <Trans>Try again</Trans>
      </Button>
    </Stack>
  )
}
