/**
 * The time line of a mail account: what people and Passerelle did with it, newest first.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import type { AuditRow, MailAccount } from '../api/types.ts'
import { browserName } from '../parts/browser-name.ts'
import { DataTable, type Column } from '../parts/DataTable.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { exact, stamp } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { ACTION_WORDS, ACTOR_WORDS, OUTCOME_WORDS, reasonText } from '../words/audit.ts'
import { timeLineText } from '../words/time-line.ts'

export function TimeLine({ account }: { account: MailAccount }): React.ReactNode {
  const { t, i18n } = useLingui()
  const rows = useQuery(reading('GET /mail-accounts/:id/timeline', { params: { id: account.id } }))
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
    { key: 'action', title: t`What`, render: (row) => <What row={row} /> },
    { key: 'outcome', title: t`Outcome`, render: (row) => <Outcome row={row} /> },
  ]
  return (
    <Section title={t`Time line`}>
      <Loaded query={rows}>
        {(found) => (
          <DataTable
            label={t`Time line`}
            columns={columns}
            rows={found}
            rowKey={(row) => String(row.seq)}
            empty={<Trans>Nothing has happened yet.</Trans>}
          />
        )}
      </Loaded>
    </Section>
  )
}

function Who({ row }: { row: AuditRow }): React.ReactNode {
  const { i18n } = useLingui()
  const from = [row.ip, row.client === null ? null : browserName(row.client)].filter(Boolean)
  return (
    <>
      <Name of={row.actor.name ?? i18n._(ACTOR_WORDS[row.actor.kind])} />
      {from.length > 0 && (
        <Text size="xs" c="dimmed">
          <Name of={from.join(' · ')} />
        </Text>
      )}
    </>
  )
}

function What({ row }: { row: AuditRow }): React.ReactNode {
  const { i18n } = useLingui()
  const text = timeLineText(row, i18n)
  return (
    <>
      {i18n._(ACTION_WORDS[row.action])}
      {text.length > 0 && (
        <Text size="xs" c="dimmed">
          {text.join(' · ')}
        </Text>
      )}
    </>
  )
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
