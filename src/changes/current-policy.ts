/**
 * The policy that applies now, at hand: what everybody and groups decide is read from the store at
 * most once a second.
 *
 * So a change reaches every node within a second, and admission does not pay a query for it. What is
 * decided for one person is read with the person.
 */
import { SECOND, type Clock } from '#base/clock.ts'
import { NOBODY, policyFor, type Governed, type Levels, type Policy } from '#domain/policy.ts'
import type { Tables } from '#store/store.ts'

const FRESH_MS = SECOND

type Needs = Pick<Tables, 'settings' | 'policies' | 'groups'>

export class CurrentPolicy {
  readonly #tables: Needs
  readonly #clock: Clock
  #known: { levels: Levels; readAt: number } | null = null
  /** What was asked for before a change is not what is known after it. */
  #changes = 0
  #reading: Promise<Levels> | null = null

  constructor(tables: Needs, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** At once when they are fresh. Throws what the store throws: stale policy admits nobody. */
  levels(): Levels | Promise<Levels> {
    const age = this.#known ? this.#clock.now() - this.#known.readAt : FRESH_MS
    if (this.#known && age >= 0 && age < FRESH_MS) return this.#known.levels
    if (this.#reading) return this.#reading
    const reading = this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = null
    })
    this.#reading = reading
    return reading
  }

  /** What applies to a person; null: to nobody in particular. */
  async of(userId: string | null): Promise<Policy> {
    const levels = await this.levels()
    return policyFor(levels, await this.governed(userId))
  }

  /** The person's groups, and what is decided for the person alone. */
  async governed(userId: string | null): Promise<Governed> {
    if (userId === null) return NOBODY
    const [groups, own] = await Promise.all([
      this.#tables.groups.ofUser(userId),
      this.#tables.policies.ofUser(userId),
    ])
    return { groupIds: groups.map(({ id }) => id), own }
  }

  /** It was changed, here or as the audit says: the next look reads. */
  changed(): void {
    this.#changes++
    this.#known = null
    this.#reading = null
  }

  async #read(): Promise<Levels> {
    const readAt = this.#clock.now()
    const changes = this.#changes
    const [everybody, groups] = [
      await this.#tables.settings.read(),
      await this.#tables.policies.ofGroups(),
    ]
    const levels = { everybody, groups }
    if (changes === this.#changes) this.#known = { levels, readAt }
    return levels
  }
}
