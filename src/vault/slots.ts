/**
 * So many at once and no more; those that somebody waits for go first.
 */

export class Slots {
  #free: number
  readonly #urgent: (() => void)[] = []
  readonly #others: (() => void)[] = []
  constructor(count: number) {
    this.#free = count
  }

  async use<T>(urgent: boolean, act: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((go) => (urgent ? this.#urgent : this.#others).push(go))
    try {
      return await act()
    } finally {
      const next = this.#urgent.shift() ?? this.#others.shift()
      if (next) next()
      else this.#free++
    }
  }
}
