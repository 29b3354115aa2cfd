/**
 * Reads the whole chain of the audit on request, and says whether it is intact.
 */
import { Trans } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import type { Integrity } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'

export function IntegrityCheck(): React.ReactNode {
  const check = useMutation<Integrity, ApiProblem>({
    mutationFn: () => call('GET /audit/integrity'),
  })
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Button
          variant="default"
          size="xs"
          onClick={() => check.mutate()}
          loading={check.isPending}
        >
          <Trans>Check integrity</Trans>
        </Button>
        <Text size="sm" c="dimmed">
          <Trans>Finds rows that were changed, removed or cut off outside Passerelle.</Trans>
        </Text>
      </Group>
      <Failure problem={check.error} />
      {check.data && <Result found={check.data} />}
    </Stack>
  )
}

function Result({ found }: { found: Integrity }): React.ReactNode {
  const { rows, fault } = found
  if (!fault)
    return (
      <Alert color="green">
        <output>
          <Trans>Intact: all {rows} rows fit together.</Trans>
        </output>
      </Alert>
    )
  return (
    <Alert color="red" role="alert">
      <Fault fault={fault} />{' '}
      <Trans>
        Somebody has written to the database past Passerelle, or a backup was restored. Compare with
        your newest backup.
      </Trans>
    </Alert>
  )
}

function Fault({ fault }: { fault: NonNullable<Integrity['fault']> }): React.ReactNode {
  const { seq } = fault
  switch (fault.fault) {
    case 'changed':
      return <Trans>Row {seq} was changed.</Trans>
    case 'missing':
      return <Trans>Row {seq} is missing.</Trans>
    case 'cut_off':
      return <Trans>The rows from {seq} on were cut off.</Trans>
  }
}
