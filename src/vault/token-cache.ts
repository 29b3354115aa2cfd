/**
 * Access tokens that were handed out a moment ago. What is older than a second is looked up again,
 * so that a token of an account that was switched off, on whichever node, is not handed out longer.
 */
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { Resource } from '#domain/mail-account.ts'
import type { AccessTokenRow } from '#store/schema.ts'
import type { RefreshContext } from './refresh-needs.ts'
import { accessTokenPlace } from './token-places.ts'
import { earlyFrom, handedOutUntil } from './token-times.ts'

/** `expiresAt`: milliseconds UTC, in the time of the store. `earlyFrom`: refreshed from then on. */
export type FreshToken = {
  readonly token: Secret
  readonly expiresAt: number
  readonly earlyFrom: number
}

type Entry = {
  readonly fresh: FreshToken
  readonly generation: number
  readonly until: number
  trustedUntil: number
  /** That it is in use is written down. */
  used: boolean
}

/** Accounts beyond this are looked up each time; it bounds the memory. */
const MOST = 20_000

export class TokenCache {
  readonly #ctx: Pick<RefreshContext, 'store' | 'sealer' | 'steady' | 'limits'>
  readonly #entries = new Map<string, Map<string, Entry>>()
  constructor(ctx: Pick<RefreshContext, 'store' | 'sealer' | 'steady' | 'limits'>) {
    this.#ctx = ctx
  }

  /** null: the database has to be asked. */
  get(accountId: string, resource: Resource): FreshToken | null {
    const entry = this.#entries.get(accountId)?.get(resource)
    if (!entry?.used) return null
    const now = this.#ctx.steady.now()
    return now < entry.trustedUntil && now < entry.until && now < entry.fresh.earlyFrom
      ? entry.fresh
      : null
  }

  /**
   * null: there is no token that is fresh.
   * @throws Problem `not_found`; `conflict` when the account is switched off
   */
  async load(
    accountId: string,
    resource: Resource,
  ): Promise<{ token: FreshToken; row: AccessTokenRow } | null> {
    const { store, steady, limits, sealer } = this.#ctx
    const held = await store.tables.tokenGrants.held(accountId, resource)
    if (!held) {
      this.forget(accountId)
      throw new Problem('not_found', 'There is no such mail account.')
    }
    if (held.state === 'disabled') {
      this.forget(accountId)
      throw new Problem('conflict', 'The mail account is switched off.')
    }
    const { token: row } = held
    if (!row || handedOutUntil(row, steady.now(), limits) <= steady.now()) return null
    const known = this.#entries.get(accountId)?.get(resource)
    if (known?.generation === row.generation) {
      known.trustedUntil = steady.now() + limits.trustMs
      return { token: known.fresh, row }
    }
    const token = sealer.open(row.token, accessTokenPlace(accountId, resource))
    return { token: this.put(row, token, row.generation), row }
  }

  put(row: AccessTokenRow, token: Secret, generation: number): FreshToken {
    const { steady, limits } = this.#ctx
    const now = steady.now()
    const fresh = { token, expiresAt: row.expires_at, earlyFrom: earlyFrom(row, limits) }
    if (this.#entries.size >= MOST) this.#entries.clear()
    this.#entries
      .getOrInsertComputed(row.account_id, () => new Map<string, Entry>())
      .set(row.resource, {
        fresh,
        generation,
        until: handedOutUntil(row, now, limits),
        trustedUntil: now + limits.trustMs,
        used: row.used_at !== null,
      })
    return fresh
  }

  /** The caller writes it down. */
  noteUse({ account_id, resource }: AccessTokenRow): void {
    const entry = this.#entries.get(account_id)?.get(resource)
    if (entry) entry.used = true
  }

  forget(accountId: string): void {
    this.#entries.delete(accountId)
  }
}
