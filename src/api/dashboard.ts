/**
 * API: the dashboard of administrators.
 */
import { DAY } from '#base/clock.ts'
import type { DoorNeeds } from '#changes/door.ts'
import { forecast } from '#changes/token-forecast.ts'
import { GATEWAYS, type Gateway } from '#domain/app-password.ts'
import { ACCOUNT_STATES } from '#domain/mail-account.ts'
import type { StaleClient } from '#store/app-passwords.ts'
import type { GatewayHourRow } from '#store/schema.ts'
import { diagnosisOf } from '#vault/diagnosis.ts'
import { applicationPatient } from '#vault/patient.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { endingView } from './forecast.ts'
import { diagnosisView } from './oauth-applications.ts'

/** A program that was silent for longer may have been mended. */
const STILL_SENDING = 7 * DAY
const LISTED = 20
const AHEAD = 30 * DAY

type View = Answer<'GET /dashboard'>
type Needs = Pick<DoorNeeds, 'store' | 'clock'> & { readonly redirectUrl: string }

/** The word among the doors of a node for the listener that old scanners may use. */
export const OLD_SCANNERS = 'old_scanners'

export const dashboardHandlers = (needs: Needs): HandlersOf<'GET /dashboard'> => ({
  'GET /dashboard': async () => {
    const { gatewayHours, liveConnections, mailAccounts } = needs.store.tables
    const now = needs.clock.now()
    const hours = await gatewayHours.since(startOf(DAY, now - 29 * DAY))
    const open = await liveConnections.byGateway(now)
    const states = await mailAccounts.states()
    const nodes = await nodesOf(needs, now)
    return {
      at: now,
      gateways: GATEWAYS.map((gateway) => ({
        gateway,
        connections: open.find((one) => one.gateway === gateway)?.connections ?? 0,
      })),
      hours: hours
        .filter(({ hour }) => hour > now - DAY)
        .map((row) => ({ at: row.hour, ...traffic(row) })),
      days: inDays(hours),
      accounts: ACCOUNT_STATES.map((state) => ({
        state,
        accounts: states.find((one) => one.state === state)?.accounts ?? 0,
      })),
      ending: await endingOf(needs, now),
      stale: await staleOf(needs, now),
      alarms: await alarmsOf(needs),
      oldScanners: nodes.some(({ alive, doors }) => alive && doors.includes(OLD_SCANNERS)),
      nodes,
    }
  },
})

const startOf = (unit: number, at: number): number => at - (at % unit)

const traffic = (row: GatewayHourRow): Omit<View['hours'][number], 'at'> => ({
  gateway: row.gateway as Gateway,
  signIns: row.sign_ins,
  refusals: row.refusals,
  connections: row.connections,
  bytesIn: row.bytes_in,
  bytesOut: row.bytes_out,
})

function inDays(rows: readonly GatewayHourRow[]): View['days'] {
  const days = Map.groupBy(rows, ({ hour, gateway }) => `${startOf(DAY, hour)} ${gateway}`)
  const sum = (of: readonly GatewayHourRow[], name: Summed): number =>
    of.reduce((total, row) => total + row[name], 0)
  return [...days.values()].map((of) => ({
    at: startOf(DAY, of[0]!.hour),
    gateway: of[0]!.gateway as Gateway,
    signIns: sum(of, 'sign_ins'),
    refusals: sum(of, 'refusals'),
    connections: sum(of, 'connections'),
    bytesIn: sum(of, 'bytes_in'),
    bytesOut: sum(of, 'bytes_out'),
  }))
}
type Summed = 'sign_ins' | 'refusals' | 'connections' | 'bytes_in' | 'bytes_out'

async function nodesOf({ store: { tables } }: Needs, now: number): Promise<View['nodes']> {
  return (await tables.liveConnections.nodes(now - DAY, now)).map((node) => ({
    name: node.name,
    version: node.version,
    doors: node.doors.split(' ').filter(Boolean),
    startedAt: node.started_at,
    seenAt: node.seen_at,
    alive: node.alive,
  }))
}

async function endingOf({ store: { tables } }: Needs, now: number): Promise<View['ending']> {
  const tokens = (await forecast(tables)).filter(({ endsAt }) => endsAt <= now + AHEAD)
  const { total, rows } = await tables.appPasswords.nextEnding(now, now + AHEAD, LISTED)
  return {
    tokens: tokens.map(endingView),
    appPasswords: rows.map((row) => ({
      id: row.id,
      name: row.name,
      userId: row.user_id,
      userName: row.user_name,
      endsAt: row.expires_at,
    })),
    appPasswordCount: total,
  }
}

async function staleOf({ store: { tables } }: Needs, now: number): Promise<View['stale']> {
  const clients = await tables.appPasswords.stalest(now - STILL_SENDING, LISTED)
  return clients.map((one: StaleClient) => ({
    appPasswordId: one.app_password_id,
    name: one.name,
    userId: one.user_id,
    userName: one.user_name,
    ended: one.revoked_at === null ? 'expired' : 'revoked',
    endedAt: one.revoked_at ?? one.expires_at,
    ip: one.ip,
    client: one.client,
    gateway: one.gateway as Gateway,
    uses: one.uses,
    lastAt: one.last_at,
  }))
}

async function alarmsOf({ store: { tables }, redirectUrl }: Needs): Promise<View['alarms']> {
  return (await tables.oauthApplications.list()).flatMap((row) => {
    const diagnosis = diagnosisView(diagnosisOf(row.alarm, applicationPatient(row, redirectUrl)))
    const { id: applicationId, identifier, alarm_at: at } = row
    return diagnosis ? [{ applicationId, identifier, at, diagnosis }] : []
  })
}
