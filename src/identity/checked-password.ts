/**
 * Checking a main password, one of this server or that of a directory: always at the cost of one
 * argon2, and after its try was counted.
 */
import type { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { userKey } from '#domain/user.ts'
import type { User } from '#store/users.ts'
import { directoriesFor, proveByDirectory, type DirectoryProof } from './directory/proof.ts'
import { canonicalPassword } from './main-password.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { takeBackTry, type Try } from './throttled.ts'

/** Checks a password after its try was counted; what could not be checked was no failure. */
export async function checked(
  needs: IdentityNeeds,
  stored: string | null,
  password: Secret,
  counted: Try,
): Promise<boolean> {
  try {
    return await needs.hasher.verify(stored, canonicalPassword(password))
  } catch (thrown) {
    await takeBackTry(needs, counted)
    throw thrown
  }
}

/** What a directory says of a password, at the cost of checking one here. */
export async function judgedThere(
  needs: IdentityNeeds,
  asked: Parameters<typeof proveByDirectory>[1],
): Promise<DirectoryProof> {
  const { counted, password } = asked
  const [hashed, proven] = await Promise.allSettled([
    checked(needs, null, password, counted),
    proveByDirectory(needs, asked),
  ])
  if (proven.status === 'rejected') {
    if (hashed.status === 'fulfilled') await takeBackTry(needs, counted)
    throw proven.reason
  }
  if (hashed.status === 'rejected') {
    for (const one of proven.value.tries) await takeBackTry(needs, one)
    throw hashed.reason
  }
  return proven.value
}

/**
 * Why what was typed is not this person's password; null: it is.
 * @throws Problem `busy`, `unavailable`
 */
export async function passwordRefusal(
  needs: IdentityNeeds,
  user: User,
  password: Secret,
  { counted, from, event }: { counted: Try; from: From; event: AuditEvent },
): Promise<string | null> {
  const rows = await directoriesFor(needs, user, user.name_key)
  if (rows.length === 0) {
    const stored = counted.allowed && user.source === 'local' ? user.password_hash : null
    const fits = await checked(needs, stored, password, counted)
    return !counted.allowed ? 'locked' : fits ? null : 'wrong_password'
  }
  const identity = await needs.store.tables.identities.ofUser(user.id)
  const key = userKey(identity?.shown_as ?? user.name)
  const asked = { rows, key, password, counted, device: null, from, event }
  const proof = await judgedThere(needs, asked)
  if (!proof.ok) return proof.reason
  return proof.identity?.user_id === user.id ? null : 'other_person'
}
