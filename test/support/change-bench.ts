/**
 * A store with an administrator, and everything that changes need.
 */
import { fixedClock, systemEntropy, type Clock } from '#base/clock.ts'
import { idsFrom } from '#base/id.ts'
import { silentLog } from '#base/log.ts'
import type { Caller } from '#changes/door.ts'
import type { Store } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { userRow } from './rows.ts'
import { TEST_KEYS, type Open } from './stores.ts'

export const callerOf = (user: Pick<User, 'id' | 'name' | 'role'>): Caller => ({
  actor: { kind: 'user', id: user.id, name: user.name },
  role: user.role,
  ip: '192.0.2.1',
  client: 'Firefox',
  sessionId: null,
})

export type ChangeBench = AsyncDisposable & {
  readonly store: Store
  readonly clock: Clock & { advance(ms: number): void }
  readonly needs: {
    store: Store
    clock: Clock
    newId: () => string
    entropy: typeof systemEntropy
    keyring: typeof TEST_KEYS
    log: typeof silentLog
  }
  readonly ada: Caller
  /** Adds an active person. */
  add(name: string, more?: Partial<User>): Promise<User>
  /** `action outcome reason` of every audit row, oldest first. */
  said(): Promise<string[]>
}

export async function changeBench(open: Open): Promise<ChangeBench> {
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const store = await open({ clock })
  const add = async (name: string, more: Partial<User> = {}): Promise<User> => {
    const row = userRow(name, more)
    await store.tables.users.insert(row)
    return row
  }
  const ada = await add('ada', { role: 'administrator', password_hash: 'x' })
  return {
    store,
    clock,
    needs: {
      store,
      clock,
      newId: idsFrom(clock, systemEntropy),
      entropy: systemEntropy,
      keyring: TEST_KEYS,
      log: silentLog,
    },
    ada: callerOf(ada),
    add,
    said: async () => {
      const rows = await store.tables.audit.list({}, 500)
      return rows
        .toReversed()
        .map(({ action, outcome, reason }) => `${action} ${reason ?? outcome}`)
    },
    [Symbol.asyncDispose]: async () => await store[Symbol.asyncDispose](),
  }
}
