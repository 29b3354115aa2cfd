/**
 * What is connected with a person's application passwords now, as a table that keeps itself up to
 * date, for the person and for the administrator.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useState } from 'react'
import type { Connection } from '../api/types.ts'
import { clientName, GATEWAY_WORDS } from '../words/applications.ts'
import { Ago } from './Ago.tsx'
import { Dangerous } from './Dangerous.tsx'
import type { Column } from './DataTable.tsx'
import { LocalTable } from './LocalTable.tsx'
import { isolated, size } from './moments.ts'
import { Name } from './Name.tsx'

/** How often a page that shows it asks again. */
export const CONNECTIONS_EVERY_MS = 4000

type Props = { rows: readonly Connection[]; close: (row: Connection) => Promise<unknown> }

export function ConnectionsTable({ rows, close }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  // The node that has the connection ends it within two seconds; until then it is still here.
  const [closing, setClosing] = useState<ReadonlySet<string>>(new Set())
  const columns: Column<Connection>[] = [
    {
      key: 'client',
      title: t`Application`,
      sort: (row) => clientName(row, i18n),
      render: (row) => (
        <>
          {i18n._(GATEWAY_WORDS[row.gateway])}
          {row.client !== '' && (
            <>
              {' · '}
              <Name of={row.client} />
            </>
          )}
          <Text size="xs" c="dimmed">
            <Name of={row.appPasswordName} />
          </Text>
        </>
      ),
    },
    {
      key: 'mailbox',
      title: t`Mailbox`,
      sort: (row) => row.mailbox ?? '',
      render: (row) => (row.mailbox === null ? '–' : <Name of={row.mailbox} />),
    },
    { key: 'ip', title: t`Address`, sort: (row) => row.ip, render: (row) => <Name of={row.ip} /> },
    {
      key: 'openedAt',
      title: t`Since`,
      sort: (row) => row.openedAt,
      render: (row) => <Ago at={row.openedAt} />,
    },
    {
      key: 'bytes',
      title: t`Data`,
      nowrap: true,
      sort: (row) => row.bytesIn + row.bytesOut,
      render: (row) => <Data row={row} />,
    },
    {
      key: 'actions',
      title: t`Actions`,
      actions: true,
      render: (row) =>
        closing.has(row.id) ? (
          <Text size="xs" c="dimmed">
            <Trans>closing…</Trans>
          </Text>
        ) : (
          <Close
            row={row}
            run={() => close(row)}
            done={() => setClosing((others) => new Set([...others, row.id]))}
          />
        ),
    },
  ]
  return (
    <LocalTable
      name="connections"
      label={t`Live connections`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      initial={{ by: 'openedAt', order: 'desc' }}
      text={(row) => `${row.client} ${row.ip} ${row.mailbox ?? ''} ${row.appPasswordName ?? ''}`}
      empty={<Trans>Nothing is connected now.</Trans>}
    />
  )
}

function Data({ row }: { row: Connection }): React.ReactNode {
  const { t, i18n } = useLingui()
  const [sent, received] = [size(row.bytesIn, i18n.locale), size(row.bytesOut, i18n.locale)]
  return (
    <Text size="sm" title={t`${sent} from the application, ${received} to it`}>
      ↑ {sent}
      <br />↓ {received}
    </Text>
  )
}

type CloseProps = { row: Connection; run: () => Promise<unknown>; done: () => void }

function Close({ row, run, done }: CloseProps): React.ReactNode {
  const { t, i18n } = useLingui()
  const client = clientName(row, i18n)
  return (
    <Dangerous
      label={<Trans>Close</Trans>}
      name={`${t`Close`}: ${isolated(client)}, ${row.ip}`}
      title={t`Close a connection`}
      deed={t`Close it`}
      run={run}
      done={done}
    >
      <Text size="sm">
        {row.mailbox === null ? (
          <Trans>
            The connection of <Name of={client} /> at <Name of={row.ip} /> to the drive ends: what
            is being transferred breaks off.
          </Trans>
        ) : (
          <Trans>
            The connection of <Name of={client} /> at <Name of={row.ip} /> to the mailbox{' '}
            <Name of={row.mailbox} /> ends: what is being read or sent breaks off.
          </Trans>
        )}
      </Text>
      <Text size="sm" mt="xs">
        <Trans>
          The program may connect again. To keep it out for good, delete the application password{' '}
          <Name of={row.appPasswordName} />.
        </Trans>
      </Text>
    </Dangerous>
  )
}
