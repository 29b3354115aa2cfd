/**
 * Live connections: what is open for an application password, so that its end ends them too.
 *
 * Every node asks the store once a second whether anything has changed, and then which of the
 * passwords in use here have died, however they did: deleted, expired, their owner disabled, on this
 * node or another. The same for mailboxes that the person may no longer use, and for connections
 * whose end a person asked for.
 */
import { MINUTE, SECOND, systemClock, type Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Gateway } from '#domain/app-password.ts'
import type { LiveMirror } from './live-mirror.ts'
import type { Traffic } from './traffic.ts'

/** From the application, and to it. */
export type Bytes = { readonly bytesIn: number; readonly bytesOut: number }

/** One request or connection. `close` cuts it at once. */
export type LiveConnection = {
  readonly appPasswordId: string
  readonly userId: string
  /** The mailbox; left out at a gateway without one. */
  readonly accountId?: string | null
  readonly gateway: Gateway
  readonly ip: string
  readonly client: string
  /** What has passed so far; asked now and then, and at the end. */
  readonly bytes?: () => Bytes
  readonly close: () => void
}

export type MailboxUse = { readonly userId: string; readonly accountId: string }

type Needs = {
  /** Whether anything may have died since this was asked last. Left out: that is not known. */
  readonly changed?: () => Promise<boolean>
  /** Which of these would not be let in any more. */
  readonly dead: (open: readonly LiveConnection[]) => Promise<readonly LiveConnection[]>
  /** Which of these mailboxes their person may no longer use. */
  readonly barred?: (uses: readonly MailboxUse[]) => Promise<readonly MailboxUse[]>
  /** Shows them on every node; without it they are known here alone. */
  readonly mirror?: LiveMirror
  readonly traffic?: Pick<Traffic, 'opened' | 'bytes'>
  readonly clock?: Clock
  /** Monotonic milliseconds. */
  readonly ticks?: { now(): number }
  readonly log: Log
  /** Milliseconds between two questions; the store is asked only while something is open. */
  readonly everyMs?: number
}

type Open = { readonly since: number; counted: Bytes; checked: boolean }

/** A node that could not look for so long cannot answer for what is open, and ends it. */
const BLIND_MS = 5 * MINUTE

/** Whatever the store says has changed, all are looked at in every so many rounds. */
const ALL_EVERY = 10

const NONE: Bytes = { bytesIn: 0, bytesOut: 0 }

export class LiveConnections implements Disposable {
  readonly #needs: Needs
  readonly #clock: Clock
  readonly #open = new Map<LiveConnection, Open>()
  #timer: NodeJS.Timeout | null = null
  #round = 0
  /** Until a look at all has succeeded. */
  #allAreDue = false
  /** When a look last succeeded, or the first of what is open was opened. */
  #sawAt = 0

  constructor(needs: Needs) {
    this.#needs = needs
    this.#clock = needs.clock ?? systemClock
  }

  /** Dispose what is returned when the connection has ended by itself. */
  open(connection: LiveConnection): Disposable {
    if (this.#open.size === 0) this.#sawAt = this.#ticks()
    this.#open.set(connection, { since: this.#clock.now(), counted: NONE, checked: false })
    this.#needs.traffic?.opened(connection.gateway)
    this.#timer ??= this.#start()
    return { [Symbol.dispose]: () => void this.#ended(connection) }
  }

  /** How many are open; of one person, when a person is named. */
  count(userId?: string): number {
    if (userId === undefined) return this.#open.size
    return this.#open.keys().reduce((sum, one) => sum + Number(one.userId === userId), 0)
  }

  /** How many are open on this node at each gateway that has any. */
  countByGateway(): Map<Gateway, number> {
    const counts = new Map<Gateway, number>()
    for (const { gateway } of this.#open.keys()) counts.set(gateway, (counts.get(gateway) ?? 0) + 1)
    return counts
  }

  /** Cuts everything that is open for a password that is not valid any more, or for no mailbox. */
  async check(): Promise<void> {
    try {
      await this.#checkStore()
      this.#sawAt = this.#ticks()
    } catch (thrown) {
      if (this.#ticks() - this.#sawAt > BLIND_MS)
        for (const one of this.#open.keys()) this.#cut(one, 'blind')
      throw thrown
    }
    for (const one of (await this.#needs.mirror?.round(this.#open)) ?? []) this.#cut(one, 'asked')
  }

  async #checkStore(): Promise<void> {
    if (this.#round++ % ALL_EVERY === 0) this.#allAreDue = true
    this.#allAreDue ||= (await this.#needs.changed?.()) ?? true
    // What was opened since could have died between its sign-in and now.
    const due = [...this.#open].filter(([, { checked }]) => this.#allAreDue || !checked)
    const connections = due.map(([one]) => one)
    await this.#cutDead(connections)
    await this.#cutBarred(connections.filter(({ accountId }) => Boolean(accountId)))
    for (const [, open] of due) open.checked = true
    this.#allAreDue = false
  }

  async #cutDead(connections: readonly LiveConnection[]): Promise<void> {
    if (connections.length === 0) return
    for (const one of await this.#needs.dead(connections)) this.#cut(one, 'app_password')
  }

  async #cutBarred(connections: readonly LiveConnection[]): Promise<void> {
    const { barred } = this.#needs
    if (connections.length === 0 || !barred) return
    const out = new Set((await barred(connections.map(useOf))).map(written))
    for (const one of connections) if (out.has(written(useOf(one)))) this.#cut(one, 'mailbox')
  }

  #ticks(): number {
    return (this.#needs.ticks ?? performance).now()
  }

  /** Tells the traffic what has passed since it was told last. */
  measure(): void {
    for (const [connection, open] of this.#open) this.#measure(connection, open)
  }

  /** Ends what is open at these gateways, in the way of their protocols. */
  endAt(gateways: readonly Gateway[]): void {
    for (const one of this.#open.keys())
      if (gateways.includes(one.gateway) && this.#ended(one)) one.close()
  }

  #measure({ gateway, bytes }: LiveConnection, open: Open): void {
    if (!bytes) return
    const now = bytes()
    const { bytesIn, bytesOut } = open.counted
    if (now.bytesIn === bytesIn && now.bytesOut === bytesOut) return
    this.#needs.traffic?.bytes(gateway, now.bytesIn - bytesIn, now.bytesOut - bytesOut)
    open.counted = now
  }

  #cut(connection: LiveConnection, why: 'app_password' | 'mailbox' | 'asked' | 'blind'): void {
    if (!this.#ended(connection)) return
    const { appPasswordId, userId, gateway, ip, client } = connection
    this.#needs.log.info('gateway.cut', { why, appPasswordId, userId, gateway, ip, client })
    connection.close()
  }

  /** @returns false when it had ended before */
  #ended(connection: LiveConnection): boolean {
    const open = this.#open.get(connection)
    if (!open) return false
    this.#measure(connection, open)
    this.#open.delete(connection)
    this.#needs.mirror?.ended(connection)
    return true
  }

  #start(): NodeJS.Timeout {
    let asking = false
    const timer = setInterval(() => {
      if (asking) return
      if (this.#open.size === 0 && this.#needs.mirror?.isClean !== false) return this.#stop()
      asking = true
      this.check()
        .catch((cause: unknown) => this.#needs.log.warn('gateway.cut_not_checked', { cause }))
        .finally(() => (asking = false))
    }, this.#needs.everyMs ?? SECOND)
    return timer.unref()
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  [Symbol.dispose](): void {
    this.#stop()
    for (const one of this.#open.keys()) {
      this.#ended(one)
      one.close()
    }
  }
}

const useOf = ({ userId, accountId }: LiveConnection): MailboxUse => ({
  userId,
  accountId: accountId ?? '',
})
const written = ({ userId, accountId }: MailboxUse): string => `${userId} ${accountId}`
