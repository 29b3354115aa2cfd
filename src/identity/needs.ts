/**
 * What identity asks for: storage, time, chance, keys and policy, handed in by app.ts.
 */
import type { Clock, Entropy } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { Log } from '#base/log.ts'
import type { Policy } from '#domain/policy.ts'
import type { Language } from '#domain/user.ts'
import type { Store } from '#store/store.ts'
import type { Keyring } from '#vault/keyring.ts'
import type { Sealer } from '#vault/seal.ts'
import type { Directories } from './directory/directories.ts'
import type { PasswordHasher } from './password-hash.ts'

export type IdentityNeeds = {
  readonly store: Pick<Store, 'tables' | 'transaction'>
  readonly clock: Clock
  readonly entropy: Entropy
  readonly newId: NewId
  readonly keyring: Keyring
  readonly sealer: Sealer
  readonly hasher: Pick<PasswordHasher, 'hash' | 'verify' | 'needsRehash'>
  readonly directories: Pick<Directories, 'visit'>
  readonly log: Log
  /** The policy that applies to a person now; null: to nobody in particular. */
  policyOf(userId: string | null): Policy | Promise<Policy>
  /** Of people who come in for the first time and have said nothing else. */
  readonly defaultLanguage: Language
  /** The name of this server in its public URL: no part of a main password may be made of it. */
  readonly host: string
  /** The public URL: passkeys and security keys answer its pages and no others. */
  readonly origin: string
}

/** Where a request comes from: the address, and what the browser calls itself. */
export type From = { readonly ip: string; readonly client: string }
