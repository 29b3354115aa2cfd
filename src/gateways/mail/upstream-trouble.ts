/**
 * Refusals of providers' mail servers, on the time line of the account that they are about: each kind
 * once in a while for as long as it lasts, and that it is over.
 *
 * Clients try again every few seconds; a line for each would bury what an administrator looks for.
 */
import { MINUTE, type Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { writeUpstream, type UpstreamAnswer } from '#vault/account-events.ts'

type Account = Pick<MailAccountRow, 'id' | 'identifier'>
type Needs = {
  readonly store: Pick<Store, 'transaction'>
  readonly clock: Clock
  readonly log: Log
}
/** `open`: a refusal was written, and nothing since then that it is over. */
type Trouble = { readonly writtenAt: Map<string, number>; open: boolean }

/** Also for a server that refuses every other time. */
const WRITTEN_AGAIN_MS = 15 * MINUTE
/** The server's own codes are a part of a reason, and there may be many. */
const MOST_REASONS = 20
const MOST_ACCOUNTS = 10_000

export class UpstreamTrouble {
  readonly #needs: Needs
  readonly #troubles = new Map<string, Trouble>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async refused(
    account: Account,
    answer: UpstreamAnswer & { readonly reason: string },
  ): Promise<void> {
    const trouble = this.#of(account, answer.gateway)
    const now = this.#needs.clock.now()
    for (const [reason, at] of trouble.writtenAt)
      if (at > now || now - at >= WRITTEN_AGAIN_MS) trouble.writtenAt.delete(reason)
    if (trouble.writtenAt.has(answer.reason) || trouble.writtenAt.size >= MOST_REASONS) return
    trouble.writtenAt.set(answer.reason, now)
    trouble.open = true
    await this.#write(account, answer)
  }

  /** Nothing to wait for when there was no trouble. */
  taken(account: Account, answer: Omit<UpstreamAnswer, 'said'>): void | Promise<void> {
    const trouble = this.#troubles.get(keyOf(account, answer.gateway))
    if (!trouble?.open) return
    trouble.open = false
    return this.#write(account, { ...answer, reason: null, said: '' })
  }

  #of(account: Account, gateway: string): Trouble {
    if (this.#troubles.size >= MOST_ACCOUNTS) this.#troubles.clear() // costs repeated lines
    return this.#troubles.getOrInsertComputed(keyOf(account, gateway), () => ({
      writtenAt: new Map(),
      open: false,
    }))
  }

  async #write(
    account: Account,
    answer: UpstreamAnswer & { readonly reason: string | null },
  ): Promise<void> {
    const { store, log } = this.#needs
    await store
      .transaction((tables) => writeUpstream(tables, account, answer))
      .catch((cause: unknown) => {
        this.#troubles.delete(keyOf(account, answer.gateway)) // written at the next try
        log.error('mail.trouble_not_written', { account: account.identifier, cause })
      })
  }
}

const keyOf = ({ id }: Account, gateway: string): string => `${id} ${gateway}`
