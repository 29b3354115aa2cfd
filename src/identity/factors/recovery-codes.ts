/**
 * Recovery codes: ten, each used once, for the day when the authenticator app is lost.
 *
 * 24 symbols of Crockford base32 are 120 bits: above the 112 from which a fast hash is enough (NIST
 * SP 800-63B-4 §3.1.2.2). The hash is keyed as well.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { Tables } from '#store/store.ts'
import { eventOf } from '../audited.ts'
import type { CurrentSession } from '../browser-session.ts'
import type { From, IdentityNeeds } from '../needs.ts'

const HOW_MANY = 10
const SYMBOLS = 24
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Makes new ones; earlier ones end. Written in six groups of four, to be shown once.
 * @throws Problem `conflict` when the person has no second factor that they could stand in for
 */
export async function makeRecoveryCodes(
  needs: Pick<IdentityNeeds, 'store' | 'clock' | 'entropy' | 'newId' | 'keyring'>,
  { user }: Pick<CurrentSession, 'user'>,
  from: From,
): Promise<Secret[]> {
  const codes = Array.from({ length: HOW_MANY }, () => mint(needs))
  const rows = codes.map((code) => ({
    id: needs.newId(),
    user_id: user.id,
    hash: needs.keyring.hash('recovery-code', code),
    created_at: needs.clock.now(),
  }))
  await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf('recovery_codes.create', user, from, null))
    if ((await tables.secondFactors.listOf(user.id)).length === 0)
      throw new Problem('conflict', 'Set up a second factor first.')
    await tables.secondFactors.replaceRecoveryCodes(user.id, rows)
    await tell(needs, tables, user.id, 'recovery_codes_created', { ip: from.ip })
  })
  return codes.map(grouped)
}

/** Whether it is one of the current ones. Uses nothing up. */
export async function recoveryCodeFits(
  { keyring, store }: Pick<IdentityNeeds, 'keyring' | 'store'>,
  userId: string,
  typed: Secret,
): Promise<boolean> {
  const hashes = hashesOf(keyring, typed)
  if (hashes.length === 0) return false
  const codes = await store.tables.secondFactors.recoveryCodesOf(userId)
  return codes.some((code) => hashes.some((hash) => hash.equals(code.hash)))
}

/** Uses one up, and tells the person: true for exactly one of all who send it. */
export async function takeRecoveryCode(
  { keyring, clock, newId }: Pick<IdentityNeeds, 'keyring' | 'clock' | 'newId'>,
  tables: Pick<Tables, 'secondFactors' | 'notices'>,
  userId: string,
  typed: Secret,
  { ip }: Pick<From, 'ip'>,
): Promise<boolean> {
  const hashes = hashesOf(keyring, typed)
  if (hashes.length === 0) return false
  if (!(await tables.secondFactors.takeRecoveryCode(userId, hashes))) return false
  const left = (await tables.secondFactors.recoveryCodesOf(userId)).length
  await tell({ clock, newId }, tables, userId, 'recovery_code_used', { left, ip })
  return true
}

async function tell(
  { clock, newId }: Pick<IdentityNeeds, 'clock' | 'newId'>,
  { notices }: Pick<Tables, 'notices'>,
  userId: string,
  kind: 'recovery_codes_created' | 'recovery_code_used',
  params: Readonly<Record<string, string | number>>,
): Promise<void> {
  const id = newId()
  await notices.add(id, { userId, kind, onceKey: `${kind}:${id}`, params }, clock.now())
}

/** Whether it is written like one; no other code is. */
export const looksLikeRecoveryCode = (typed: Secret): boolean => canonical(typed) !== null

const mint = ({ entropy }: Pick<IdentityNeeds, 'entropy'>): Secret =>
  new Secret(Array.from(entropy(SYMBOLS), (byte) => ALPHABET[byte & 31]).join('')) // 256 = 8 × 32

const grouped = (code: Secret): Secret => new Secret(code.reveal().match(/.{4}/g)!.join('-'))

/** Any case, with or without spaces and dashes, o for 0, i and l for 1. */
function canonical(typed: Secret): Secret | null {
  const code = typed
    .reveal()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')
  return /^[0-9a-hjkmnp-tv-z]{24}$/.test(code) ? new Secret(code) : null
}

function hashesOf(keyring: IdentityNeeds['keyring'], typed: Secret): Buffer[] {
  const code = canonical(typed)
  return code ? keyring.hashes('recovery-code', code) : []
}
