/**
 * What identity asks for: storage, time, chance, keys and policy, handed in by app.ts.
 */
import type { Clock, Entropy } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { Log } from '#base/log.ts'
import type { Settings } from '#domain/policy.ts'
import type { Store } from '#store/store.ts'
import type { Keyring } from '#vault/keyring.ts'
import type { Sealer } from '#vault/seal.ts'
import type { PasswordHasher } from './password-hash.ts'

export type IdentityNeeds = {
  readonly store: Pick<Store, 'tables' | 'transaction'>
  readonly clock: Clock
  readonly entropy: Entropy
  readonly newId: NewId
  readonly keyring: Keyring
  readonly sealer: Sealer
  readonly hasher: Pick<PasswordHasher, 'hash' | 'verify' | 'needsRehash'>
  readonly log: Log
  /** The settings that apply now. */
  settings(): Settings | Promise<Settings>
  /** The name of this server in its public URL: no part of a main password may be made of it. */
  readonly host: string
}

/** Where a request comes from: the address, and what the browser calls itself. */
export type From = { readonly ip: string; readonly client: string }
