/**
 * The tokens of mail accounts, kept fresh: handed out, refreshed before they end, and never lost.
 *
 * In this process each (account, resource) is refreshed once at a time, and each account for one
 * resource after the other, because it has one refresh token. Between processes the lease decides.
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { SECOND, SKEW } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { RESOURCES, type RefreshOutcome, type Resource } from '#domain/mail-account.ts'
import type { AccessTokenRow, MailAccountRow } from '#store/schema.ts'
import { chance } from './application-breaker.ts'
import { openNodeName, passingNodeName } from './node-name.ts'
import { storeFirstGrant, type InitialisedBy } from './first-grant.ts'
import { recover } from './recovery.ts'
import { attempt, type Attempt, type Why } from './refresh-attempt.ts'
import { REFRESH_LIMITS } from './refresh-limits.ts'
import type { RefreshContext, RefreshNeeds } from './refresh-needs.ts'
import { Slots } from './slots.ts'
import { Spool } from './spool.ts'
import type { Tables } from '#store/store.ts'
import type { OAuthClient } from './client.ts'
import type { TokenAnswer } from './token-endpoint.ts'
import { SteadyClock, systemTicks } from './steady-clock.ts'
import { TokenCache, type FreshToken } from './token-cache.ts'
import { isEarly } from './token-times.ts'

export type { FreshToken } from './token-cache.ts'

export class TokenRefresher implements AsyncDisposable {
  readonly #ctx: RefreshContext
  readonly #cache: TokenCache
  readonly #slots: Slots
  readonly #flights = new Map<string, Promise<Attempt>>()
  /** The last refresh of each account, of whichever resource. */
  readonly #lanes = new Map<string, Promise<unknown>>()
  readonly #background = new Set<Promise<unknown>>()
  #recovery: Promise<void> = Promise.resolve()
  #stopping = false
  readonly #closing: AbortController

  private constructor(ctx: RefreshContext, closing: AbortController) {
    this.#ctx = ctx
    this.#closing = closing
    this.#slots = new Slots(ctx.limits.inFlight)
    this.#cache = new TokenCache(ctx)
  }

  /**
   * @param role `server`: what an earlier process of this node left is finished first, without
   *   waiting for it here. `tool`: a command beside a server leaves that to the server.
   * @throws Problem `unavailable` when the database does not answer
   */
  static async open(
    needs: RefreshNeeds,
    role: 'server' | 'tool' = 'server',
  ): Promise<TokenRefresher> {
    const { dataDir, entropy, sealer, log, store } = needs
    const closing = new AbortController()
    const ctx: RefreshContext = {
      ...needs,
      limits: { ...REFRESH_LIMITS, ...needs.limits },
      steady: new SteadyClock(await store.tables.tokenGrants.now(), needs.ticks ?? systemTicks),
      name: role === 'server' ? await openNodeName(dataDir, entropy) : passingNodeName(entropy),
      spool: new Spool(join(dataDir, 'spool'), sealer, log),
      seenOver: new Map(),
      recent: new Map(),
      closed: closing.signal,
      reach: needs.step ?? (() => {}),
    }
    const refresher = new TokenRefresher(ctx, closing)
    if (role === 'server')
      refresher.#recovery = recover(ctx, {
        isStopping: () => refresher.#stopping,
        refresh: async (id, how) => await refresher.#refresh(id, 'mail', how),
      })
    return refresher
  }

  /**
   * A token that works at this moment; refreshed first if there is none.
   * @throws Problem `not_found`; `conflict` when a person has to do something first (new, disabled,
   *   reconsent); `unavailable` when there is no token now and there may be one later
   */
  async accessToken(accountId: string, resource: Resource = 'mail'): Promise<FreshToken> {
    const kept = this.#cache.get(accountId, resource)
    if (kept) return kept
    const until = this.#ctx.steady.now() + this.#ctx.limits.waitMs
    for (let pause = 50; ; pause = Math.min(400, 2 * pause)) {
      const held = await this.#cache.load(accountId, resource)
      if (held) {
        this.#noteUse(held.row, held.token)
        return held.token
      }
      const result = await this.#refresh(accountId, resource, { why: 'wanted' })
      if (result.kind === 'refreshed')
        return this.#cache.put(result.row, result.token, result.row.generation)
      if (result.kind === 'not_now' || result.kind === 'failed') throw noToken(result)
      if (this.#ctx.steady.now() > until)
        throw new Problem('unavailable', 'The token is being refreshed; try again in a moment.')
      await setTimeout(pause)
    }
  }

  /** Asks the provider now, whatever back-off says: a person asked for it. */
  async refreshNow(accountId: string, resource: Resource = 'mail'): Promise<RefreshOutcome> {
    const result = await this.#refresh(accountId, resource, { why: 'person' })
    switch (result.kind) {
      case 'refreshed':
      case 'fresh':
        return { kind: 'refreshed' }
      case 'failed':
        return result.outcome
      case 'elsewhere':
        return { kind: 'passing', reason: 'refreshed_elsewhere', retryAfterMs: 5 * SECOND }
      case 'not_now':
        return { kind: 'passing', reason: result.reason, retryAfterMs: result.retryAfterMs }
    }
  }

  /**
   * Stores what a person's Init. Token brought, in the transaction of that change; the account is
   * active. Whatever is asked for at this moment with an older token loses. Call `changed` after it.
   */
  async afterInit(
    tables: Pick<Tables, 'tokenGrants'>,
    client: Pick<OAuthClient, 'provider'>,
    accountId: string,
    answer: Extract<TokenAnswer, { ok: true }>,
    who: InitialisedBy,
  ): Promise<void> {
    await storeFirstGrant(this.#ctx, tables, client, accountId, answer, who)
  }

  /** An account or its application was changed, switched off or deleted: nothing old is handed out. */
  changed(accountId: string): void {
    this.#cache.forget(accountId)
    this.#ctx.recent.delete(accountId)
  }

  /**
   * Refreshes what is due, the longest due first, and ends when all of it was tried once. Called
   * every few seconds on every node.
   * @throws Problem `unavailable` when the database does not answer
   */
  async round(): Promise<void> {
    const { steady, limits, store, recent } = this.#ctx
    await this.#recovery
    steady.noticeSleep()
    for (const [id, { at }] of recent) if (steady.now() - at > limits.rememberMs) recent.delete(id)
    const tried = new Set<string>()
    while (!this.#stopping) {
      const now = steady.now()
      const due = await store.tables.tokenGrants.due(now, now + SKEW, limits.dueBatch + tried.size)
      const rest = due.filter(({ id }) => !tried.has(id))
      if (rest.length === 0) return
      for (const { id } of rest) tried.add(id)
      // Nodes begin with different accounts; and one that is killed again and again, too.
      const order = rest.map((row) => ({ row, at: chance(this.#ctx) })).sort((a, b) => a.at - b.at)
      const outage = { met: null }
      await Promise.all(order.map(async ({ row }) => await this.#refreshDue(row, outage)))
      if (outage.met !== null) throw outage.met
    }
  }

  /** What is in flight ends and is stored; what cannot be stored in time is on the disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    const all = Promise.allSettled([...this.#flights.values(), ...this.#background, this.#recovery])
    const late = new AbortController()
    await Promise.race([
      all,
      setTimeout(this.#ctx.limits.stopMs, null, { signal: late.signal }).catch(() => {}),
    ])
    late.abort()
    this.#closing.abort()
  }

  /** Every resource that is in use and near its end; otherwise one, to keep the account alive. */
  async #refreshDue(row: MailAccountRow, outage: { met: unknown }): Promise<void> {
    const { limits, steady, store, entropy, log } = this.#ctx
    await setTimeout(limits.startJitterMs * chance({ entropy }))
    await this.#slots
      .use(false, async () => {
        if (this.#stopping || outage.met !== null) return
        const tokens = await store.tables.tokenGrants.accessTokensOf(row.id)
        const now = steady.now()
        const used = tokens.filter((one) => one.used_at !== null && isEarly(one, now, limits))
        const resources = used.map(({ resource }) => resource as Resource)
        for (const resource of resources.length > 0 ? resources : RESOURCES.slice(0, 1))
          await this.#flight(row.id, resource, { why: 'due' })
      })
      .catch((cause: unknown) => {
        // Without a database there is nothing to do for anybody, and one line says it.
        if (cause instanceof Problem && cause.code === 'unavailable') outage.met = cause
        else log.error('refresh.failed', { account: row.identifier, cause })
      })
  }

  async #refresh(accountId: string, resource: Resource, how: Why): Promise<Attempt> {
    return await this.#slots.use(true, async () => {
      if (this.#stopping) throw new Problem('unavailable', 'The server is stopping.')
      return await this.#flight(accountId, resource, how)
    })
  }

  /** One at a time for each (account, resource), whoever asks for it. */
  async #flight(accountId: string, resource: Resource, how: Why): Promise<Attempt> {
    const key = `${accountId} ${resource}`
    const flight = this.#flights.getOrInsertComputed(key, () =>
      this.#inLane(
        accountId,
        async () => await attempt(this.#ctx, accountId, resource, how),
      ).finally(() => this.#flights.delete(key)),
    )
    const result = await flight
    if (result.kind === 'refreshed')
      this.#cache.put(result.row, result.token, result.row.generation)
    return result
  }

  async #inLane<T>(accountId: string, act: () => Promise<T>): Promise<T> {
    const before = this.#lanes.get(accountId) ?? Promise.resolve()
    const mine = before.then(act, act)
    this.#lanes.set(accountId, mine)
    try {
      return await mine
    } finally {
      if (this.#lanes.get(accountId) === mine) this.#lanes.delete(accountId)
    }
  }

  /** The first use makes the account one that is refreshed early; near the end it begins at once. */
  #noteUse(row: AccessTokenRow, token: FreshToken): void {
    const { store, steady, log } = this.#ctx
    this.#cache.noteUse(row)
    if (row.used_at === null)
      this.#inBackground(store.tables.tokenGrants.used(row, steady.now(), token.earlyFrom))
    else if (steady.now() >= token.earlyFrom && !this.#stopping)
      this.#inBackground(
        this.#refresh(row.account_id, row.resource as Resource, { why: 'wanted' }).catch(
          (cause: unknown) =>
            log.warn('refresh.early_failed', { accountId: row.account_id, cause }),
        ),
      )
  }

  #inBackground(work: Promise<unknown>): void {
    const told = work
      .catch((cause: unknown) => this.#ctx.log.warn('refresh.not_noted', { cause }))
      .finally(() => this.#background.delete(told))
    this.#background.add(told)
  }
}

function noToken(result: Extract<Attempt, { kind: 'not_now' | 'failed' }>): Problem {
  const reason = result.kind === 'failed' ? 'The provider gave no token.' : result.reason
  if (result.kind === 'not_now' && result.retryAfterMs === null)
    return new Problem('conflict', 'The mail account has no token: a person has to act first.', {
      cause: reason,
    })
  return new Problem('unavailable', 'There is no token for the mail account at the moment.', {
    cause: reason,
  })
}
