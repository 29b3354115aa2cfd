/**
 * Work on many users that was done lately or goes on now, by whomever.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import type { BulkJob } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { moment } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { DEED_WORDS } from '../words/bulk.ts'

/** Somebody else may begin some at any time. */
const EVERY_MS = 10_000

export function RecentWork({ onShow }: { onShow: (jobId: string) => void }): React.ReactNode {
  const { t, i18n } = useLingui()
  const jobs = useQuery({ ...reading('GET /users/bulk'), refetchInterval: EVERY_MS }).data ?? []
  if (jobs.length === 0) return null
  const columns: Column<BulkJob>[] = [
    {
      key: 'createdAt',
      title: t`Begun`,
      sort: (row) => row.createdAt,
      render: (row) => <Ago at={row.createdAt} />,
    },
    {
      key: 'createdBy',
      title: t`By`,
      sort: (row) => row.createdBy,
      render: (row) => <Name of={row.createdBy} />,
    },
    { key: 'deed', title: t`What`, render: (row) => i18n._(DEED_WORDS[row.deed]) },
    { key: 'total', title: t`Users`, sort: (row) => row.total, render: (row) => row.total },
    { key: 'state', title: t`State`, nowrap: true, render: (row) => <JobBadge job={row} /> },
    {
      key: 'actions',
      title: t`Actions`,
      actions: true,
      render: (row) => (
        <Button
          size="xs"
          variant="default"
          aria-label={`${t`Show`}: ${i18n._(DEED_WORDS[row.deed])}, ${moment(row.createdAt, i18n.locale)}`}
          onClick={() => onShow(row.id)}
        >
          <Trans>Show</Trans>
        </Button>
      ),
    },
  ]
  return (
    <Section title={t`Work on many users`}>
      <LocalTable
        name="work"
        label={t`Work on many users`}
        columns={columns}
        rows={jobs}
        rowKey={(row) => row.id}
        initial={{ by: 'createdAt', order: 'desc' }}
        text={(row) => row.createdBy}
        empty={null}
      />
    </Section>
  )
}

function JobBadge({ job }: { job: BulkJob }): React.ReactNode {
  if (job.state === 'running')
    return (
      <Badge variant="light" color="blue">
        <Trans>running</Trans>
      </Badge>
    )
  return (
    <Badge variant="light" color={job.failed > 0 ? 'yellow' : 'green'}>
      {job.failed > 0 ? <Trans>done, not to all</Trans> : <Trans>done</Trans>}
    </Badge>
  )
}
