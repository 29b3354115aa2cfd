/**
 * The nodes: which serve, with which version, and which of the gateways for mail each has open.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import type { Dashboard } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import type { Column } from '../parts/DataTable.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { Section } from '../parts/Section.tsx'
import { GATEWAY_WORDS } from '../words/applications.ts'

type Row = Dashboard['nodes'][number]

export function NodesSection({ nodes }: { nodes: readonly Row[] }): React.ReactNode {
  const { t } = useLingui()
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t`Name`,
      nowrap: true,
      sort: (row) => row.name,
      render: (row) => <code>{row.name}</code>,
    },
    { key: 'version', title: t`Version`, sort: (row) => row.version, render: (row) => row.version },
    {
      key: 'doors',
      title: t`Mail gateways`,
      sort: (row) => row.doors.length,
      render: (row) => <Doors row={row} />,
    },
    {
      key: 'startedAt',
      title: t`Runs since`,
      sort: (row) => row.startedAt,
      render: (row) => <Ago at={row.startedAt} />,
    },
    {
      key: 'alive',
      title: t`State`,
      sort: (row) => row.seenAt,
      render: (row) => <Alive row={row} />,
    },
  ]
  return (
    <Section
      title={t`Nodes`}
      about={
        <Trans>
          Processes that serve this installation, seen in the last 24 hours. One that was stopped in
          order is not listed.
        </Trans>
      }
    >
      <LocalTable
        name="nodes"
        label={t`Nodes`}
        columns={columns}
        rows={nodes}
        rowKey={(row) => row.name}
        initial={{ by: 'name', order: 'asc' }}
        text={(row) => `${row.name} ${row.version}`}
        empty={<Trans>None has written that it is alive yet: look again in ten seconds.</Trans>}
      />
    </Section>
  )
}

function Doors({ row }: { row: Row }): React.ReactNode {
  const { t, i18n } = useLingui()
  const words: Record<string, string> = {
    imap: i18n._(GATEWAY_WORDS.imap),
    pop3: i18n._(GATEWAY_WORDS.pop3),
    smtp: i18n._(GATEWAY_WORDS.smtp),
    old_scanners: t`old scanners`,
  }
  return row.doors.length === 0
    ? t`none open`
    : row.doors.map((door) => words[door] ?? door).join(', ')
}

function Alive({ row }: { row: Row }): React.ReactNode {
  if (row.alive)
    return (
      <Badge color="green" variant="light">
        <Trans>alive</Trans>
      </Badge>
    )
  return (
    <>
      <Badge color="red" variant="light">
        <Trans>silent</Trans>
      </Badge>
      <Text size="xs" c="dimmed">
        <Trans>
          last heard of <Ago at={row.seenAt} />. Unless it was switched off, look at its log.
        </Trans>
      </Text>
    </>
  )
}
