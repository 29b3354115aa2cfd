/**
 * A main password that a directory has to judge: which directory, who it is there, and how often
 * they may be tried.
 */
import { createHash } from 'node:crypto'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { readAppPassword } from '#domain/app-password.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { nobodysAccount } from '#domain/throttle.ts'
import type { ExternalGroup } from '#store/groups.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { User } from '#store/users.ts'
import { directoryFailure } from './directories.ts'
import type { DirectoryPerson } from './person.ts'
import { isTyped, type DirectoryRefusal } from './visit.ts'
import { deviceOf, type KnownDevice } from '../known-device.ts'
import type { From, IdentityNeeds } from '../needs.ts'
import { ldapConfig } from '../outside/provider-config.ts'
import { countTry, takeBackTry, type Try } from '../throttled.ts'

/** `locked` and `disabled` are said of accounts here; of those there it is another word. */
type Reason =
  | 'locked'
  | 'app_password'
  | 'locked_there'
  | 'disabled_there'
  | Exclude<DirectoryRefusal, 'locked' | 'disabled'>

/** `tries`: those that were counted besides the first. */
export type DirectoryProof =
  | {
      readonly ok: true
      readonly provider: IdentityProviderRow
      readonly person: DirectoryPerson
      readonly groups: readonly ExternalGroup[] | null
      readonly passwordSetAt: number | null
      /** null: they have not come in before. */
      readonly identity: IdentityRow | null
      readonly tries: readonly Try[]
    }
  | {
      readonly ok: false
      readonly reason: Reason
      /** Which directory said so; null: none was asked, or none knows the name. */
      readonly provider: IdentityProviderRow | null
      readonly identity: IdentityRow | null
      readonly tries: readonly Try[]
    }

type Asked = {
  /** The directories that are asked, in this order; the first that knows the name decides. */
  readonly rows: readonly IdentityProviderRow[]
  /** What was typed, in the one form that all ways to write it have. */
  readonly key: string
  readonly password: Secret
  readonly counted: Try
  readonly device: KnownDevice | null
  readonly from: From
  /** What is written down when a place has used up its tries. */
  readonly event: AuditEvent
}

/**
 * None: the password is one of this server. Somebody local is never looked for elsewhere, and somebody
 * from a directory only there; a name that is not known here, where its domain leads.
 */
export async function directoriesFor(
  { store }: Pick<IdentityNeeds, 'store'>,
  user: Pick<User, 'source'> | null,
  key: string,
): Promise<IdentityProviderRow[]> {
  const all = await store.tables.identityProviders.list()
  const rows = all.filter(({ kind, enabled }) => kind === 'ldap' && enabled === 1)
  if (user) return rows.filter(({ id }) => id === user.source)
  const at = key.lastIndexOf('@')
  const domain = key.slice(at + 1)
  const home = rows.filter((row) => ldapConfig(row).domains.includes(domain))
  return at > 0 && home.length > 0 ? home : key === '' ? [] : rows
}

/**
 * Nothing that cannot be a person's password, and no application password, is sent to a directory.
 * @throws Problem `unavailable` when a directory that may know the person does not answer, `busy`
 */
export async function proveByDirectory(
  needs: IdentityNeeds,
  asked: Asked,
): Promise<DirectoryProof> {
  const { password, rows } = asked
  if (!asked.counted.allowed) return refused('locked')
  if (!isTyped(password)) return refused('empty_password')
  if (readAppPassword(password.reveal()).read === 'app_password') return refused('app_password')
  let away: unknown = null
  for (const row of rows) {
    try {
      const proof = await proveBy(needs, asked, row)
      if (proof !== null) return proof
    } catch (thrown) {
      await noteFailure(needs, row, thrown)
      // The person may be one of another directory.
      if (rows.length === 1 || directoryFailure(thrown) === null) throw thrown
      away ??= thrown
    }
  }
  if (away !== null) throw away
  return refused('unknown_there')
}

/** null: this directory does not know the name. */
async function proveBy(
  needs: IdentityNeeds,
  { key, password, counted, device, from, event }: Asked,
  provider: IdentityProviderRow,
): Promise<DirectoryProof | null> {
  await using visit = await needs.directories.visit(provider, key)
  const { found: person } = visit
  if (person === 'unknown_there') return null
  if (typeof person === 'string')
    return { ok: false, reason: person, provider, identity: null, tries: [] }
  const { tables } = needs.store
  const identity = await tables.identities.findBySubject(provider.id, person.subject)
  // Whatever was typed, tries are counted for who it is: address, account name and full name are one.
  const account = identity?.user_id ?? nobodysAccount(numberOf(`${provider.id} ${person.subject}`))
  const trier = { account, ip: from.ip, device: deviceOf(device, account) }
  const again =
    account === counted.trier.account ? null : await countTry(needs, 'password', trier, event)
  const tries = again ? [again] : []
  if (again?.allowed === false) return { ok: false, reason: 'locked', provider, identity, tries }
  try {
    const verdict = await visit.check(password)
    await tables.identityProviders.reached(provider.id, needs.clock.now())
    return verdict.ok
      ? { ...verdict, provider, person, identity, tries }
      : { ok: false, reason: reasonOf(verdict.why), provider, identity, tries }
  } catch (thrown) {
    if (again) await takeBackTry(needs, again)
    throw thrown
  }
}

const reasonOf = (why: DirectoryRefusal): Reason =>
  why === 'locked' || why === 'disabled' ? `${why}_there` : why

async function noteFailure(
  { store, clock, log }: Pick<IdentityNeeds, 'store' | 'clock' | 'log'>,
  { id, name }: IdentityProviderRow,
  thrown: unknown,
): Promise<void> {
  const failure = directoryFailure(thrown)
  if (failure === null || !(thrown instanceof Problem)) return
  log.warn('directory.away', { directory: name, failure, cause: thrown.cause })
  // Asked again in a moment, and only then: that it is left alone is no failure of its own.
  if (failure !== 'away') await store.tables.identityProviders.failed(id, clock.now(), failure)
}

const refused = (reason: Reason): DirectoryProof => ({
  ok: false,
  reason,
  provider: null,
  identity: null,
  tries: [],
})

/** For `nobodysAccount`. */
export const numberOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0)
