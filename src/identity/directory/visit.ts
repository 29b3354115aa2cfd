/**
 * A sign-in at a directory: the person is found as the account that searches sees them, their
 * password is tried, and their groups are read as that account again.
 */
import { hasControls } from '#base/bytes.ts'
import type { Clock } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { ExternalGroup } from '#store/groups.ts'
import { accountState, passwordSetAt, type AccountState } from './account-state.ts'
import { bindRefusal, type BindRefusal } from './bind-refusal.ts'
import type { DirectoryConnection } from './connection.ts'
import { termsOf } from './flavour.ts'
import { groupsIn, isInRequired, membershipOf } from './groups.ts'
import { signInSearcher, type Directory } from './open-directory.ts'
import { findPerson, type DirectoryPerson, type NotFound } from './person.ts'

/** Why a person does not come in, for the audit. */
export type DirectoryRefusal = NotFound | BindRefusal | AccountState | 'empty_password'

export type DirectoryVerdict =
  | {
      readonly ok: true
      /** null: groups are not asked for. */
      readonly groups: readonly ExternalGroup[] | null
      readonly passwordSetAt: number | null
    }
  | { readonly ok: false; readonly why: DirectoryRefusal }

/** Whom a name found. */
export type DirectoryVisit = AsyncDisposable & {
  readonly found: DirectoryPerson | NotFound
  /** Asks the directory whether the password is that of who was found. @throws DirectoryError */
  check(password: Secret): Promise<DirectoryVerdict>
}

export async function visit(
  connection: DirectoryConnection,
  directory: Directory,
  typed: string,
  clock: Clock,
): Promise<Omit<DirectoryVisit, typeof Symbol.asyncDispose>> {
  const terms = termsOf(directory.config)
  const found = await findPerson(connection, terms, typed)
  return {
    found,
    check: async (password) => {
      if (typeof found === 'string') return refused(found)
      if (!isTyped(password)) return refused('empty_password')
      const { entry } = found
      const refusal = bindRefusal(await connection.bind(entry.dn, password))
      const state = accountState(entry, terms, clock.now())
      // The entry knows whether an administrator or too many tries have locked it.
      if (refusal !== null && refusal !== 'locked') return refused(refusal)
      if (state !== 'alive') return refused(state)
      if (refusal !== null) return refused(refusal)
      // As the person it may see other groups, or none.
      await signInSearcher(connection, directory.config, directory.password)
      const [membership = new Map()] = await membershipOf(connection, terms, [entry])
      if (!isInRequired(membership, terms)) return refused('not_in_group')
      return {
        ok: true,
        groups: terms.groupBaseDn === '' ? null : groupsIn(membership),
        passwordSetAt: passwordSetAt(entry, terms),
      }
    },
  }
}

const refused = (why: DirectoryRefusal): DirectoryVerdict => ({ ok: false, why })

/**
 * An empty password would be an anonymous bind, which directories grant to anybody (RFC 4513 §5.1.2);
 * one that ends at a NUL is empty to some of them.
 */
export function isTyped(password: Secret): boolean {
  const text = password.reveal()
  return text.trim() !== '' && !hasControls(text) && !text.includes('\u{fffd}')
}
