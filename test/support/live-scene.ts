/**
 * Live connections over a store: a person with a mailbox, and nodes that ask when a test says so.
 */
import { HOUR, type Clock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { deadAmong } from '#domain/admission.ts'
import { LiveMirror } from '#gateways/live-mirror.ts'
import { LiveConnections, type LiveConnection } from '#gateways/live.ts'
import { Traffic } from '#gateways/traffic.ts'
import type { Store } from '#store/store.ts'
import { levelsOf } from './levels.ts'
import { appPasswordRow, applicationRow, newId, NOON, userRow } from './rows.ts'
import { accountRow } from './sealed.ts'
import type { Open } from './stores.ts'

type Node = {
  readonly live: LiveConnections
  readonly mirror: LiveMirror
  readonly traffic: Traffic
  readonly log: string[]
  beat(): Promise<boolean>
}

export type LiveScene = Awaited<ReturnType<typeof liveScene>>

export async function liveScene(open: Open) {
  let now = NOON
  const clock = { now: () => now, advance: (ms: number) => void (now += ms) }
  const store = await open({ clock })
  const { tables } = store
  const users = [userRow('ada'), userRow('bob')] as const
  for (const user of users) await tables.users.insert(user)
  const [ada, bob] = users
  const password = appPasswordRow(ada, 'Outlook', { gateways: 'drive imap pop3 smtp' })
  await tables.appPasswords.insert(password)
  const application = applicationRow('Contoso')
  await tables.oauthApplications.insert(application)
  const account = accountRow(application.id)
  await tables.mailAccounts.insert(account)
  await tables.mailAccounts.setUsers(account.id, [ada.id])
  const closed: string[] = []
  const connection = (client: string, more: Partial<LiveConnection> = {}): LiveConnection => ({
    appPasswordId: password.id,
    userId: ada.id,
    accountId: account.id,
    gateway: 'imap',
    ip: '192.0.2.1',
    client,
    close: () => void closed.push(client),
    ...more,
  })
  const shown = async (): Promise<string[]> =>
    (await tables.liveConnections.listOf(ada.id, now)).map(({ client }) => client).toSorted()
  return {
    store,
    clock,
    ada,
    bob,
    password,
    account,
    closed,
    connection,
    shown,
    node: (name: string) => node(store, clock, name),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

async function node(
  { tables, credentials }: Pick<Store, 'tables' | 'credentials'>,
  clock: Clock,
  name: string,
): Promise<Node> {
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), clock, 'debug')
  const mirror = new LiveMirror({ node: name, table: tables.liveConnections, clock, newId })
  const traffic = new Traffic({ table: tables.gatewayHours, clock, log })
  const live = new LiveConnections({
    dead: deadAmong({ byIds: (ids) => credentials.byIds(ids), levels: levelsOf, clock }),
    barred: async (uses) => {
      const may = await tables.mailAccounts.usersOf(uses.map(({ accountId }) => accountId))
      return uses.filter(
        ({ userId, accountId }) =>
          !may.some((one) => one.user_id === userId && one.account_id === accountId),
      )
    },
    mirror,
    traffic,
    clock,
    log,
    everyMs: HOUR, // the tests ask themselves
  })
  const row = { name, version: '1', doors: '', started_at: NOON }
  const beat = async (): Promise<boolean> =>
    await tables.liveConnections.beat({ ...row, seen_at: clock.now() })
  await beat()
  return { live, mirror, traffic, log: lines, beat }
}
