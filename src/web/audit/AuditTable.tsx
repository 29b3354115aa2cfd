/**
 * Rows of the audit: when, who, from where, what, on what, outcome.
 */
import { useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import type { AuditRow } from '../api/types.ts'
import { browserName } from '../parts/browser-name.ts'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import { exact, stamp } from '../parts/moments.ts'
import { ACTION_WORDS, ACTOR_WORDS, OUTCOME_WORDS, reasonText } from '../words/audit.ts'
import { Name } from '../parts/Name.tsx'

type Props = { rows: readonly AuditRow[]; empty: React.ReactNode }

export function AuditTable({ rows, empty }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const columns: Column<AuditRow>[] = [
    {
      key: 'at',
      title: t`When`,
      nowrap: true,
      render: (row) => (
        <time dateTime={new Date(row.at).toISOString()} title={exact(row.at, i18n.locale)}>
          {stamp(row.at, i18n.locale)}
        </time>
      ),
    },
    { key: 'actor', title: t`Who`, render: (row) => <Who row={row} /> },
    { key: 'from', title: t`From where`, render: (row) => <From row={row} /> },
    { key: 'action', title: t`What`, render: (row) => <What row={row} /> },
    {
      key: 'target',
      title: t`On what`,
      render: (row) => <Name of={row.target.name ?? row.target.id ?? '–'} />,
    },
    { key: 'outcome', title: t`Outcome`, render: (row) => <Outcome row={row} /> },
  ]
  return (
    <DataTable
      label={t`Audit`}
      columns={columns}
      rows={rows}
      rowKey={(row) => String(row.seq)}
      empty={empty}
    />
  )
}

function Who({ row }: { row: AuditRow }): React.ReactNode {
  const { i18n } = useLingui()
  return (
    <>
      <Name of={row.actor.name ?? i18n._(ACTOR_WORDS[row.actor.kind])} />
      {row.actor.kind === 'application' && (
        <Text size="xs" c="dimmed">
          {i18n._(ACTOR_WORDS[row.actor.kind])}
        </Text>
      )}
    </>
  )
}

function From({ row }: { row: AuditRow }): React.ReactNode {
  return (
    <>
      <Name of={row.ip ?? '–'} />
      {row.client !== null && (
        <Text size="xs" c="dimmed" title={row.client}>
          <Name of={browserName(row.client)} />
        </Text>
      )}
    </>
  )
}

function What({ row }: { row: AuditRow }): React.ReactNode {
  const { i18n } = useLingui()
  const details = Object.entries(row.details)
  return (
    <>
      {i18n._(ACTION_WORDS[row.action])}
      {details.length > 0 && (
        <Text size="xs" c="dimmed">
          {details.map((detail) => detailText(detail, i18n.locale)).join(' · ')}
        </Text>
      )}
    </>
  )
}

/** `expires_at: 1802946799889` is a time; everything else is shown as the audit has it. */
function detailText([name, value]: [string, unknown], locale: string): string {
  const isTime = name.endsWith('_at') && typeof value === 'number'
  return `${name}: ${isTime ? stamp(value, locale) : String(value)}`
}

function Outcome({ row }: { row: AuditRow }): React.ReactNode {
  const { i18n } = useLingui()
  return (
    <>
      <Badge color={row.outcome === 'ok' ? 'green' : 'red'} variant="light">
        {i18n._(OUTCOME_WORDS[row.outcome])}
      </Badge>
      {row.reason !== null && <Text size="xs">{reasonText(row.reason, i18n)}</Text>}
    </>
  )
}
