/**
 * How far work on many users is, and in the end what came of it, person by person where it failed.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Button, List, Progress, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { reading } from '../api/query.ts'
import type { BulkFailure, BulkJob } from '../api/types.ts'
import { DataTable } from '../parts/DataTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { BULK_FAILURE_WORDS, DEED_WORDS } from '../words/bulk.ts'

const EVERY_MS = 700

type Props = { jobId: string; onClose: () => void }

export function BulkProgress({ jobId, onClose }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const client = useQueryClient()
  const job = useQuery({
    ...reading('GET /users/bulk/:id', { params: { id: jobId } }),
    refetchInterval: (query) => (query.state.data?.state === 'done' ? false : EVERY_MS),
  })
  const ended = job.data?.state === 'done'
  useEffect(() => {
    // The list shows the people as they are now.
    if (ended) void client.invalidateQueries({ queryKey: ['GET /users'] })
  }, [ended, client])
  return (
    <Loaded query={job}>
      {(found) => (
        <Section
          title={i18n._(DEED_WORDS[found.deed])}
          actions={
            <Button size="xs" variant="default" onClick={onClose}>
              <Trans>Close</Trans>
            </Button>
          }
        >
          <Bar job={found} />
          {ended && <Outcome job={found} />}
          <Failures rows={found.failures} total={found.failed} />
        </Section>
      )}
    </Loaded>
  )
}

function Bar({ job }: { job: BulkJob }): React.ReactNode {
  const { t } = useLingui()
  const dealt = job.done + job.failed
  const percent = job.total === 0 ? 100 : (100 * dealt) / job.total
  return (
    <Stack gap={4}>
      <Progress.Root size="lg">
        <Progress.Section
          value={percent}
          aria-label={t`Progress`}
          aria-valuetext={`${dealt} / ${job.total}`}
        />
      </Progress.Root>
      <Text size="sm" c="dimmed" component="output">
        {job.state === 'done' ? (
          <Trans>
            Done: {dealt} of {job.total}
          </Trans>
        ) : (
          <Trans>
            {dealt} of {job.total}. It goes on when you leave this page.
          </Trans>
        )}
      </Text>
    </Stack>
  )
}

function Outcome({ job }: { job: BulkJob }): React.ReactNode {
  return (
    <Alert color={job.failed > 0 ? 'yellow' : 'green'}>
      <List size="sm">
        <List.Item>
          <Plural
            value={job.changed}
            _0="Everybody was as wanted already."
            one="# user was changed."
            other="# users were changed."
          />
        </List.Item>
        {job.appPasswords > 0 && (
          <List.Item>
            <Plural
              value={job.appPasswords}
              one="# application password ended."
              other="# application passwords ended."
            />
          </List.Item>
        )}
        {job.sessions > 0 && (
          <List.Item>
            <Plural
              value={job.sessions}
              one="# browser session ended."
              other="# browser sessions ended."
            />
          </List.Item>
        )}
        {job.devices > 0 && (
          <List.Item>
            <Plural
              value={job.devices}
              one="# browser is no longer remembered."
              other="# browsers are no longer remembered."
            />
          </List.Item>
        )}
      </List>
    </Alert>
  )
}

function Failures({ rows, total }: { rows: readonly BulkFailure[]; total: number }) {
  const { t, i18n } = useLingui()
  if (rows.length === 0) return null
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        <Plural
          value={total}
          one="It was not done to # user:"
          other="It was not done to # users:"
        />
      </Text>
      <DataTable
        label={t`Not done`}
        rows={rows}
        rowKey={(row) => row.userId}
        empty={null}
        columns={[
          {
            key: 'user',
            title: t`User`,
            render: (row) =>
              row.reason === 'not_found' ? (
                <Name of={row.userName || row.userId} />
              ) : (
                <Anchor
                  component={Link}
                  to="/administration/users/$userId"
                  params={{ userId: row.userId } as never}
                  size="sm"
                >
                  <Name of={row.userName} />
                </Anchor>
              ),
          },
          {
            key: 'reason',
            title: t`Why`,
            render: (row) => i18n._(BULK_FAILURE_WORDS[row.reason]),
          },
        ]}
      />
      {rows.length < total && (
        <Text size="sm" c="dimmed">
          <Trans>The first {rows.length} are shown.</Trans>
        </Text>
      )}
    </Stack>
  )
}
