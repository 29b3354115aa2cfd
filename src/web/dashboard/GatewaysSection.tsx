/**
 * The gateways: what is connected now, and what came and went.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import type { Dashboard, Gateway } from '../api/types.ts'
import type { Column } from '../parts/DataTable.tsx'
import { LocalTable } from '../parts/LocalTable.tsx'
import { size } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { GATEWAY_WORDS } from '../words/applications.ts'
import classes from './GatewaysSection.module.css'
import { closedGateways, OPENED_BY } from './gateway-doors.ts'
import { bytesSince, midnight, type Bytes } from './periods.ts'

type Row = { gateway: Gateway; connections: number; today: Bytes; month: Bytes }

export function GatewaysSection({ board }: { board: Dashboard }): React.ReactNode {
  const { t, i18n } = useLingui()
  const closed: readonly string[] = closedGateways(board)
  const rows = board.gateways
    .map(({ gateway, connections }): Row => ({
      gateway,
      connections,
      today: bytesSince(board.hours, gateway, midnight(board.at)),
      month: bytesSince(board.days, gateway, 0),
    }))
    .filter((row) => !closed.includes(row.gateway) || row.connections > 0 || carried(row.month))
  const columns: Column<Row>[] = [
    {
      key: 'gateway',
      title: t`Gateway`,
      sort: (row) => row.gateway,
      render: (row) => i18n._(GATEWAY_WORDS[row.gateway]),
    },
    {
      key: 'connections',
      title: t`Connected now`,
      sort: (row) => row.connections,
      render: ({ connections }) => (
        <Text span inherit {...(connections === 0 && { c: 'dimmed' })}>
          {i18n.number(connections)}
        </Text>
      ),
    },
    {
      key: 'today',
      title: t`Traffic today`,
      sort: ({ today }) => today.bytesIn + today.bytesOut,
      render: ({ today }) => <Traffic of={today} />,
    },
    {
      key: 'month',
      title: t`Traffic in 30 days`,
      sort: ({ month }) => month.bytesIn + month.bytesOut,
      render: ({ month }) => <Traffic of={month} />,
    },
  ]
  return (
    <Section
      title={t`Gateways`}
      about={<Trans>On all nodes. Traffic: ↑ from applications, ↓ to them.</Trans>}
    >
      <LocalTable
        name="gateways"
        label={t`Gateways`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.gateway}
        initial={{ by: 'gateway', order: 'asc' }}
        text={(row) => i18n._(GATEWAY_WORDS[row.gateway])}
        empty={null}
      />
      <Closed board={board} />
    </Section>
  )
}

const carried = ({ bytesIn, bytesOut }: Bytes): boolean => bytesIn + bytesOut > 0

function Traffic({ of }: { of: Bytes }): React.ReactNode {
  const { t, i18n } = useLingui()
  const [sent, received] = [size(of.bytesIn, i18n.locale), size(of.bytesOut, i18n.locale)]
  return (
    <Text
      inherit
      component="span"
      className={classes.traffic}
      title={t`${sent} from the application, ${received} to it`}
      {...(!carried(of) && { c: 'dimmed' })}
    >
      <span>↑ {sent}</span>
      <span>↓ {received}</span>
    </Text>
  )
}

function Closed({ board }: { board: Dashboard }): React.ReactNode {
  const { i18n } = useLingui()
  const closed = closedGateways(board)
  if (closed.length === 0) return null
  const names = closed.map((gateway) => i18n._(GATEWAY_WORDS[gateway])).join(', ')
  const settings = closed.map((gateway) => OPENED_BY[gateway]).join(', ')
  return (
    <Text size="sm" c="dimmed">
      <Trans>
        Not open on any node: {names}. The operator opens them with <code>{settings}</code>.
      </Trans>
    </Text>
  )
}
