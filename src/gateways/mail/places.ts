/**
 * Places: how many connections a person, or a mailbox, has at this node, from the moment of being
 * admitted until the end.
 */
import { SIGNED_IN_LIMITS } from './limits.ts'

type Limits = { readonly maxOfPerson: number; readonly maxOfMailbox: number }

export class Places {
  readonly #limits: Limits
  readonly #taken = new Map<string, number>()

  constructor(limits: Limits = SIGNED_IN_LIMITS) {
    this.#limits = limits
  }

  /** Dispose what is returned at the end. null: there is no place left. */
  take(userId: string, accountId: string): Disposable | null {
    const full =
      this.#count(userId) >= this.#limits.maxOfPerson ||
      this.#count(accountId) >= this.#limits.maxOfMailbox
    if (full) return null
    const both = [userId, accountId]
    for (const id of both) this.#taken.set(id, this.#count(id) + 1)
    return {
      [Symbol.dispose]: () => {
        for (const id of both.splice(0))
          if (this.#count(id) > 1) this.#taken.set(id, this.#count(id) - 1)
          else this.#taken.delete(id)
      },
    }
  }

  #count(id: string): number {
    return this.#taken.get(id) ?? 0
  }
}
