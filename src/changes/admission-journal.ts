/**
 * The journal of admission: last use, audit, notices and stale clients, without a write per request.
 *
 * What is new is written before anybody is let in: a password from a new address or client, a
 * refusal not seen before. What repeats is remembered and written at most once a minute. Memory is
 * bounded; what does not fit is counted together, never dropped.
 */
import { MINUTE, SECOND, type Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { Log } from '#base/log.ts'
import { networkOf } from '#base/network.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import {
  passes,
  type Attempt,
  type Credential,
  type Refusal,
  type SignIn,
} from '#domain/admission.ts'
import { wrongAtGateways, type Limit } from '#domain/throttle.ts'
import type { Store } from '#store/store.ts'
import { refusedEvent, signedInEvent } from './admission-events.ts'
import { tell } from './door.ts'

/** Repeats of the same use are written once in this time. */
const REPEAT_MS = MINUTE
/** The same program at the same address that was silent for so long signs in anew. */
const SIGN_IN_MS = 15 * MINUTE
const MOST_USES = 20_000
const MOST_REFUSALS = 5000
/** Wrong tries counted for all nodes in a second; a flood from everywhere must not fill the database. */
const COUNTED_A_SECOND = 100
/** Refusals written at once in a second; further ones are counted together and written in a minute. */
const WRITTEN_A_SECOND = 20

/** Programs that were right once: a line in the profile, never a count against anybody. */
const STALE: ReadonlySet<Refusal> = new Set(['revoked', 'expired', 'unused'])

type Use = { writtenAt: number; signedInAt: number; running: Promise<void> | null }
type Refused = { attempt: Attempt; reason: Refusal; credential: Credential | null; uses: number }

export type JournalNeeds = {
  readonly store: Pick<Store, 'transaction' | 'tables' | 'kind'>
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
}

export class AdmissionJournal implements AsyncDisposable {
  readonly #needs: JournalNeeds
  readonly #uses = new Map<string, Use>()
  readonly #refused = new Map<string, Refused>()
  readonly #wrong = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #second = 0
  #writtenThisSecond = 0
  #countedThisSecond = 0

  /** `everyMs`: how often repeats are written; tests call `flush` themselves. */
  constructor(needs: JournalNeeds, everyMs = MINUTE) {
    this.#needs = needs
    this.#timer = setInterval(() => void this.flush(), everyMs).unref()
  }

  /**
   * Nothing to wait for when the same use was written within the minute.
   * @throws Problem `busy` for an address with too many wrong tries; whatever the store throws, and
   *   then nobody is let in
   */
  record(attempt: Attempt, signIn: SignIn, credential: Credential | null): void | Promise<void> {
    if (!signIn.ok) return this.#refuse(attempt, signIn.reason, credential)
    if (credential) return this.#use(attempt, credential)
  }

  #use(attempt: Attempt, credential: Credential): void | Promise<void> {
    const { gateway, ip, security = '', client } = attempt
    const key = `${credential.id} ${gateway} ${ip} ${security} ${client}`
    const now = this.#needs.clock.now()
    const known = this.#uses.get(key)
    if (known?.running) return known.running
    if (known && now - known.writtenAt < REPEAT_MS && now >= known.writtenAt) return
    const signsIn = !known || now - known.signedInAt >= SIGN_IN_MS
    const use: Use = { writtenAt: now, signedInAt: signsIn ? now : known.signedInAt, running: null }
    use.running = this.#write(attempt, credential, signsIn, now).then(
      () => void (use.running = null),
      (thrown: unknown) => {
        this.#uses.delete(key) // not written: the next request tries again
        throw thrown
      },
    )
    if (this.#uses.size >= MOST_USES) this.#uses.clear() // costs repeated writes, loses nothing
    this.#uses.set(key, use)
    return use.running
  }

  async #write(
    attempt: Attempt,
    credential: Credential,
    signsIn: boolean,
    at: number,
  ): Promise<void> {
    const { ip, gateway, client } = attempt
    const used = { at, ip, gateway, client }
    if (!signsIn) return await this.#needs.store.tables.appPasswords.used(credential.id, used)
    await this.#needs.store.transaction(async (tables) => {
      await tables.audit.append(signedInEvent(attempt, credential))
      await tables.appPasswords.used(credential.id, used)
      const network = networkOf(ip, 24, 48)
      const seen = await tables.appPasswords.seenNetwork(credential.id, network, at)
      if (seen !== 'new') return
      await tell(this.#needs, tables, {
        userId: credential.userId,
        kind: 'app_password_new_network',
        onceKey: `app_password_new_network:${credential.id}:${network}`,
        params: { name: credential.name, ip, client },
      })
    })
  }

  #refuse(attempt: Attempt, reason: Refusal, credential: Credential | null): void | Promise<void> {
    if (STALE.has(reason) || passes(reason)) return this.#note(attempt, reason, credential)
    const limit = wrongAtGateways(attempt.ip)
    if (this.#wrongHere(limit.key) > limit.tries) this.#tellToWait(attempt, reason, credential)
    // SQLite has one node, and it has just counted.
    if (this.#needs.store.kind === 'sqlite' || !this.#mayCountNow())
      return this.#note(attempt, reason, credential)
    return this.#refuseEverywhere(limit, attempt, reason, credential)
  }

  async #refuseEverywhere(
    limit: Limit,
    attempt: Attempt,
    reason: Refusal,
    credential: Credential | null,
  ): Promise<void> {
    const { store, clock } = this.#needs
    const counted = await store.tables.throttle
      .count([limit], clock.now())
      .catch((thrown: unknown) => {
        this.#countTogether(attempt, reason, credential)
        throw thrown
      })
    const tries = counted.get(limit.key) ?? 0
    if (tries > limit.tries) this.#tellToWait(attempt, reason, credential)
    await this.#note(attempt, reason, credential)
  }

  /** @throws Problem `busy` */
  #tellToWait(attempt: Attempt, reason: Refusal, credential: Credential | null): never {
    const known = this.#refused.get(keyOf(attempt, reason, credential))
    if (known) known.uses++
    else this.#countTogether(attempt, reason, credential)
    throw new Problem('busy', 'Too many wrong passwords from this address. Wait a minute.')
  }

  #note(attempt: Attempt, reason: Refusal, credential: Credential | null): void | Promise<void> {
    const key = keyOf(attempt, reason, credential)
    const known = this.#refused.get(key)
    if (known) return void known.uses++
    if (this.#refused.size >= MOST_REFUSALS || !this.#mayWriteNow())
      return this.#countTogether(attempt, reason, credential)
    const refused = { attempt: withoutPassword(attempt), reason, credential, uses: 0 }
    this.#refused.set(key, refused)
    return this.#writeRefused({ ...refused, uses: 1 }).catch((thrown: unknown) => {
      // Not written: it is counted like those that come after it, and written with them.
      const since = this.#refused.getOrInsert(key, refused)
      since.uses++
      throw thrown
    })
  }

  /** Wrong tries at this node, this one included. */
  #wrongHere(key: string): number {
    const wrong = (this.#wrong.get(key) ?? 0) + 1
    if (this.#wrong.size < MOST_REFUSALS || this.#wrong.has(key)) this.#wrong.set(key, wrong)
    return wrong
  }

  #mayWriteNow(): boolean {
    this.#newSecond()
    return ++this.#writtenThisSecond <= WRITTEN_A_SECOND
  }

  #mayCountNow(): boolean {
    this.#newSecond()
    return ++this.#countedThisSecond <= COUNTED_A_SECOND
  }

  #newSecond(): void {
    const second = Math.floor(this.#needs.clock.now() / SECOND)
    if (second === this.#second) return
    this.#second = second
    this.#writtenThisSecond = 0
    this.#countedThisSecond = 0
  }

  /** One line for all that have the reason and the network in common. */
  #countTogether(attempt: Attempt, reason: Refusal, credential: Credential | null): void {
    const network =
      this.#refused.size >= MOST_REFUSALS ? 'everywhere' : networkOf(attempt.ip, 24, 48)
    const together = { ...withoutPassword(attempt), username: '', client: '', ip: network }
    const key = ['together', reason, credential?.id ?? '', network].join('\n')
    const known = this.#refused.get(key)
    if (known) known.uses++
    else this.#refused.set(key, { attempt: together, reason, credential, uses: 1 })
  }

  async #writeRefused({ attempt, reason, credential, uses }: Refused): Promise<void> {
    const { ip, gateway, client } = attempt
    await this.#needs.store.transaction(async (tables) => {
      await tables.audit.append(refusedEvent(attempt, reason, credential, uses))
      if (credential && STALE.has(reason)) {
        const at = this.#needs.clock.now()
        await tables.appPasswords.addStaleUses(credential.id, { at, ip, gateway, client }, uses)
      }
    })
  }

  /** Writes what was counted. What cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    const now = this.#needs.clock.now()
    this.#wrong.clear()
    for (const [key, use] of this.#uses)
      if (!use.running && now - use.writtenAt >= SIGN_IN_MS) this.#uses.delete(key)
    for (const [key, refused] of this.#refused) {
      this.#refused.delete(key)
      if (refused.uses === 0) continue
      try {
        await this.#writeRefused(refused)
      } catch (cause) {
        const since = this.#refused.get(key)
        this.#refused.set(key, { ...refused, uses: refused.uses + (since?.uses ?? 0) })
        this.#needs.log.error('admission.journal_not_written', { cause, kept: this.#refused.size })
        return
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

const keyOf = (attempt: Attempt, reason: Refusal, credential: Credential | null): string =>
  [reason, credential?.id ?? '', attempt.ip, attempt.username, attempt.client].join('\n')

/** What waits to be written holds no password, not even as a Secret. */
const NONE = new Secret('')
const withoutPassword = (attempt: Attempt): Attempt => ({ ...attempt, password: NONE })
