/**
 * Turns: who wants to change a space goes one after the other, from the last check to the rename.
 */

export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  /** Runs `act` alone in all of these spaces. Names are taken in order, so nobody waits in a ring. */
  async take<T>(spaces: readonly string[], act: () => Promise<T>): Promise<T> {
    const names = [...new Set(spaces)].sort()
    const before = names.map((name) => this.#last.get(name))
    const turn = Promise.withResolvers<void>()
    for (const name of names) this.#last.set(name, turn.promise)
    try {
      // All names are queued at the same moment, so the order is the same in each of them.
      for (const earlier of before) if (earlier) await earlier
      return await act()
    } finally {
      turn.resolve()
      for (const name of names) if (this.#last.get(name) === turn.promise) this.#last.delete(name)
    }
  }
}
