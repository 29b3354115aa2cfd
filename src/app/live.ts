/**
 * What is connected to this node: kept in mind here, shown on every node, counted by the hour.
 */
import { MINUTE, SECOND, type Clock } from '#base/clock.ts'
import type { Metrics } from '#api/metrics.ts'
import type { Round } from '#changes/rounds.ts'
import { deadAmong } from '#domain/admission.ts'
import { GATEWAYS } from '#domain/app-password.ts'
import type { AuditAction } from '#domain/audit.ts'
import { LiveMirror } from '#gateways/live-mirror.ts'
import { LiveConnections, type MailboxUse } from '#gateways/live.ts'
import { Traffic } from '#gateways/traffic.ts'
import { NODE_SILENT } from '#store/live-connections.ts'
import type { Store } from '#store/store.ts'
import { openNodeName } from '#vault/node-name.ts'
import type { Ground } from '../ground.ts'
import { VERSION } from '../version.ts'

export type Live = AsyncDisposable & {
  readonly connections: LiveConnections
  readonly traffic: Traffic
  /** How many have mail listeners and are alive, this one among them; some seconds old. */
  readonly nodes: () => number
  readonly rounds: readonly Round[]
}

/** @param doors words for the mail gateways that are open here */
export async function openLive(
  ground: Pick<Ground, 'store' | 'policy' | 'clock' | 'newId' | 'log' | 'entropy'> & {
    readonly config: Pick<Ground['config'], 'dataDir'>
  },
  metrics: Metrics,
  doors: readonly string[],
): Promise<Live> {
  const { store, clock, newId, log, config, entropy } = ground
  const { gatewayHours, liveConnections } = store.tables
  const levels = () => ground.policy.levels()
  const { node } = await openNodeName(config.dataDir, entropy)
  const startedAt = clock.now()
  const changed = changes(store, clock)
  const mirror = new LiveMirror({ node, table: liveConnections, clock, newId })
  const traffic = new Traffic({ table: gatewayHours, told: tellMetrics(metrics), clock, log })
  const connections = new LiveConnections({
    changed: async () => {
      const found = await changed()
      // What is open is judged by policy as it is after the change, not as it is at hand.
      if (found) ground.policy.changed()
      return found
    },
    dead: deadAmong({ byIds: (ids) => store.credentials.byIds(ids), levels, clock }),
    barred: (uses) => barred(store, uses),
    mirror,
    traffic,
    clock,
    log,
  })
  countOpen(metrics, connections)
  await liveConnections.clear(node)
  let nodes = 1
  const beat = async (): Promise<void> => {
    const row = { name: node, version: VERSION, doors: doors.join(' '), started_at: startedAt }
    const now = clock.now()
    if (!(await liveConnections.beat({ ...row, seen_at: now }))) mirror.startAnew()
    const alive = await liveConnections.nodes(now - NODE_SILENT, now)
    nodes = Math.max(1, alive.filter((one) => one.doors !== '').length)
  }
  return {
    connections,
    traffic,
    nodes: () => nodes,
    rounds: [
      { name: 'node', everyMs: 10 * SECOND, run: beat },
      {
        name: 'traffic',
        everyMs: 10 * SECOND,
        run: async () => {
          connections.measure()
          await traffic.flush()
        },
      },
    ],
    [Symbol.asyncDispose]: async () => {
      connections[Symbol.dispose]()
      await traffic[Symbol.asyncDispose]()
      await liveConnections
        .leave(node)
        .catch((cause: unknown) => log.warn('gateway.node_not_left', { cause }))
    },
  }
}

/** Written often, and ends nothing that is open. */
const ENDS_NOTHING: readonly AuditAction[] = [
  'gateway.sign_in',
  'session.create',
  'session.second_factor',
  'session.step_up',
  'session.end',
  'app_password.create',
  'audit.read',
]

/**
 * Everything that changes stands in the audit, on whichever node it was done. Only the time of a
 * password is up without anybody doing anything, and opening hours end at a full minute.
 */
export function changes({ tables }: Pick<Store, 'tables'>, clock: Clock): () => Promise<boolean> {
  let seq = -1
  let at = clock.now()
  return async () => {
    const now = clock.now()
    const said = await tables.audit.changedSince(seq, ENDS_NOTHING)
    const expired = await tables.appPasswords.anyExpired(at, now)
    const minuteIsOver = Math.floor(at / MINUTE) !== Math.floor(now / MINUTE)
    seq = said.seq
    at = now
    return said.changed || expired || minuteIsOver
  }
}

/** A mailbox that was switched off, deleted, or is no longer the person's to use. */
async function barred(
  { tables }: Pick<Store, 'tables'>,
  uses: readonly MailboxUse[],
): Promise<MailboxUse[]> {
  const ids = [...new Set(uses.map(({ accountId }) => accountId))]
  const may = new Set(
    (await tables.mailAccounts.usersOf(ids)).map((one) => `${one.user_id} ${one.account_id}`),
  )
  return uses.filter(({ userId, accountId }) => !may.has(`${userId} ${accountId}`))
}

function tellMetrics(
  metrics: Metrics,
): NonNullable<ConstructorParameters<typeof Traffic>[0]['told']> {
  const opened = metrics.counter(
    'passerelle_gateway_connections_total',
    'Connections of applications that were opened; at the drive, requests.',
  )
  const bytes = metrics.counter(
    'passerelle_gateway_bytes_total',
    'Bytes from applications (in) and to them (out).',
  )
  return (what, gateway, by) => {
    if (what === 'connections') opened({ gateway }, by)
    if (what === 'bytes_in') bytes({ gateway, direction: 'in' }, by)
    if (what === 'bytes_out') bytes({ gateway, direction: 'out' }, by)
  }
}

function countOpen(metrics: Metrics, connections: LiveConnections): void {
  const open = metrics.gauge(
    'passerelle_gateway_connections',
    'Connections of applications that are open on this node.',
  )
  metrics.onRead(() => {
    connections.measure()
    const counts = connections.countByGateway()
    for (const gateway of GATEWAYS) open(counts.get(gateway) ?? 0, { gateway })
  })
}
