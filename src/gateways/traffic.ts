/**
 * Traffic: what comes and goes at each gateway, summed by the hour for the dashboard.
 */
import { HOUR, type Clock } from '#base/clock.ts'
import type { Gateway } from '#domain/app-password.ts'
import type { Log } from '#base/log.ts'
import type { GatewayHourRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'

type Summed = Exclude<keyof GatewayHourRow, 'hour' | 'gateway'>

type Needs = {
  readonly table: Pick<Tables['gatewayHours'], 'add'>
  /** Hears of everything at once. */
  readonly told?: (what: Summed, gateway: Gateway, by: number) => void
  readonly clock: Clock
  readonly log: Log
}

export class Traffic implements AsyncDisposable {
  readonly #needs: Needs
  /** Not in the store yet, by hour and gateway. */
  #sums = new Map<string, GatewayHourRow>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  signedIn(gateway: Gateway, ok: boolean): void {
    this.#add(ok ? 'sign_ins' : 'refusals', gateway, 1)
  }

  opened(gateway: Gateway): void {
    this.#add('connections', gateway, 1)
  }

  bytes(gateway: Gateway, bytesIn: number, bytesOut: number): void {
    this.#add('bytes_in', gateway, bytesIn)
    this.#add('bytes_out', gateway, bytesOut)
  }

  #add(what: Summed, gateway: Gateway, by: number): void {
    if (by <= 0) return
    this.#needs.told?.(what, gateway, by)
    const now = this.#needs.clock.now()
    this.#sum(now - (now % HOUR), gateway)[what] += by
  }

  #sum(hour: number, gateway: string): GatewayHourRow {
    const none = { sign_ins: 0, refusals: 0, connections: 0, bytes_in: 0, bytes_out: 0 }
    return this.#sums.getOrInsertComputed(`${hour} ${gateway}`, () => ({ hour, gateway, ...none }))
  }

  /** Writes what was summed. What cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    const rows = [...this.#sums.values()]
    this.#sums = new Map()
    for (const [i, row] of rows.entries())
      try {
        await this.#needs.table.add(row)
      } catch (cause) {
        for (const { hour, gateway, ...kept } of rows.slice(i))
          for (const [what, by] of Object.entries(kept) as [Summed, number][])
            this.#sum(hour, gateway)[what] += by
        this.#needs.log.warn('traffic.not_written', { cause })
        return
      }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
  }
}
