/**
 * The crowd at the mail gateways: how many connections there are, of one address and of all.
 */
import { networkOf } from '#base/network.ts'
import type { ListenerLimits } from './limits.ts'

type Bounds = Pick<
  ListenerLimits,
  'maxConnections' | 'maxBeforeLogin' | 'maxConnectionsOfAddress' | 'maxBeforeLoginOfAddress'
>

/** Whoever is counted; `cut` ends it at once. */
export type Counted = { readonly cut: () => void }

type OfAddress = { all: number; beforeLogin: number }

export class Crowd {
  readonly #bounds: Bounds
  readonly #ofAddress = new Map<string, OfAddress>()
  /** The oldest first. */
  readonly #beforeLogin = new Set<Counted>()
  #all = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  get size(): number {
    return this.#all
  }

  /** Those that have not signed in. */
  get beforeLogin(): number {
    return this.#beforeLogin.size
  }

  /** @returns false when there are too many: it is not counted then */
  enter(one: Counted): boolean {
    if (this.#all >= this.#bounds.maxConnections) return false
    this.#all++
    this.#beforeLogin.add(one)
    // Somebody who signs in takes a second: the one that has been here longest is the one that only
    // stands in the way, whatever addresses it and its like have.
    if (this.#beforeLogin.size > this.#bounds.maxBeforeLogin) {
      const [oldest] = this.#beforeLogin
      if (oldest) this.#beforeLogin.delete(oldest)
      oldest?.cut()
    }
    return true
  }

  /** Counts it for its address too, once that is known. @returns false when there are too many */
  from(ip: string): boolean {
    const place = placeOf(ip)
    const counted = this.#ofAddress.get(place) ?? { all: 0, beforeLogin: 0 }
    const { maxConnectionsOfAddress, maxBeforeLoginOfAddress } = this.#bounds
    if (counted.all >= maxConnectionsOfAddress || counted.beforeLogin >= maxBeforeLoginOfAddress)
      return false
    counted.all++
    counted.beforeLogin++
    this.#ofAddress.set(place, counted)
    return true
  }

  signedIn(one: Counted, ip: string): void {
    this.#beforeLogin.delete(one)
    const counted = this.#ofAddress.get(placeOf(ip))
    if (counted) counted.beforeLogin--
  }

  /** @param ip null: it was never counted for one */
  leave(one: Counted, ip: string | null, hadSignedIn: boolean): void {
    this.#all--
    this.#beforeLogin.delete(one)
    if (ip === null) return
    const place = placeOf(ip)
    const counted = this.#ofAddress.get(place)
    if (!counted) return
    counted.all--
    if (!hadSignedIn) counted.beforeLogin--
    if (counted.all === 0) this.#ofAddress.delete(place)
  }
}

/** What one customer of a provider has. */
const placeOf = (ip: string): string => networkOf(ip, 32, 64)
