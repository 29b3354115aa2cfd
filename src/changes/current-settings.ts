/**
 * The settings that apply now, at hand: read from the store at most once a second.
 *
 * So a change reaches every node within a second, and admission does not pay a query for it.
 */
import { SECOND, type Clock } from '#base/clock.ts'
import type { Settings } from '#domain/policy.ts'
import type { Tables } from '#store/store.ts'

const FRESH_MS = SECOND

export class CurrentSettings {
  readonly #tables: Pick<Tables, 'settings'>
  readonly #clock: Clock
  #known: { settings: Settings; readAt: number } | null = null
  #reading: Promise<Settings> | null = null

  constructor(tables: Pick<Tables, 'settings'>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  /** At once when they are fresh. Throws what the store throws: stale policy admits nobody. */
  now(): Settings | Promise<Settings> {
    const age = this.#known ? this.#clock.now() - this.#known.readAt : FRESH_MS
    if (this.#known && age >= 0 && age < FRESH_MS) return this.#known.settings
    this.#reading ??= this.#read().finally(() => (this.#reading = null))
    return this.#reading
  }

  /** This node changed them: the next look reads. */
  changed(): void {
    this.#known = null
  }

  async #read(): Promise<Settings> {
    const readAt = this.#clock.now()
    const settings = await this.#tables.settings.read()
    this.#known = { settings, readAt }
    return settings
  }
}
