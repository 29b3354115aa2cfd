/**
 * One-time links: the first administrator, recovery on the host, invitations, new main passwords.
 *
 * The link proves who the person is as a main password would, and no more: a second factor that is
 * there has to be given as well.
 */
import { DAY, HOUR } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { Policy } from '#domain/policy.ts'
import type { OneTimeLinkRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { passwordMinimum } from './main-password.ts'
import type { IdentityNeeds } from './needs.ts'
import { mintToken, tokenHashes } from './opaque-token.ts'

/** Every kind, and how long it lives. */
export const LINK_LIFE = {
  first_administrator: DAY,
  recover_administrator: 24 * HOUR,
  invitation: 7 * DAY,
  password_reset: 24 * HOUR,
} as const
export type LinkKind = keyof typeof LINK_LIFE

/** In table meta, apart from the users: deleting every administrator does not reopen the set-up. */
const SET_UP_DONE = 'set_up_done'

/** Whether no administrator was ever set up. */
export const isSetUpOpen = async (tables: Pick<Tables, 'meta'>): Promise<boolean> =>
  (await tables.meta.get(SET_UP_DONE)) === null

/** Says that an administrator was set up: true for exactly one of those who say so. */
export const closeSetUp = async (tables: Pick<Tables, 'meta'>, now: number): Promise<boolean> =>
  await tables.meta.addOnce(SET_UP_DONE, String(now))

/**
 * Makes a link, inside the transaction of a change that has written `link.create` down. Earlier
 * links to the same person end.
 * @param userId null for the kinds that make an administrator
 * @returns the token; the link is the only place where it ever stands
 * @throws Problem `conflict` when the first administrator was set up before
 */
export async function makeLink(
  {
    clock,
    entropy,
    keyring,
    newId,
  }: Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring' | 'newId'>,
  tables: Pick<Tables, 'oneTimeLinks' | 'meta'>,
  { kind, userId, by }: { kind: LinkKind; userId: string | null; by: string },
): Promise<{ token: Secret; expiresAt: number }> {
  if (kind === 'first_administrator' && !(await isSetUpOpen(tables)))
    throw new Problem('conflict', 'The first administrator was set up before.')
  const now = clock.now()
  const token = mintToken(entropy)
  const row: OneTimeLinkRow = {
    id: newId(),
    hash: keyring.hash('one-time-link', token),
    kind,
    user_id: userId,
    expires_at: now + LINK_LIFE[kind],
    used_at: null,
    created_at: now,
    created_by: by,
  }
  await tables.oneTimeLinks.endOf(
    userId,
    userId === null ? [kind] : ['invitation', 'password_reset'],
  )
  await tables.oneTimeLinks.insert(row)
  return { token, expiresAt: row.expires_at }
}

/** What a link is, read anew each time. `user` null: it makes an administrator. */
export type LiveLink = {
  readonly id: string
  readonly kind: LinkKind
  readonly user: User | null
  readonly expiresAt: number
  readonly policy: Policy
  /** Characters that the new main password must have. */
  readonly passwordMinimum: number
}

export type FoundLink =
  | { readonly alive: true; readonly link: LiveLink }
  | { readonly alive: false; readonly reason: DeadLink; readonly user: User | null }
export type DeadLink = 'unknown' | 'used' | 'expired' | 'set_up_done' | 'disabled'

/** Looks at a link without using it up. Why it is dead is for the audit, not for who asks. */
export async function findLink(
  {
    store,
    keyring,
    clock,
    policyOf,
  }: Pick<IdentityNeeds, 'store' | 'keyring' | 'clock' | 'policyOf'>,
  token: Secret,
): Promise<FoundLink> {
  const { tables } = store
  const hashes = tokenHashes(keyring, 'one-time-link', token)
  const row = hashes.length === 0 ? null : await tables.oneTimeLinks.find(hashes)
  if (!row) return { alive: false, reason: 'unknown', user: null }
  const user = row.user_id === null ? null : await tables.users.find(row.user_id)
  const dead = (reason: DeadLink): FoundLink => ({ alive: false, reason, user })
  if (row.used_at !== null) return dead('used')
  const kind = row.kind as LinkKind
  const left = row.expires_at - clock.now()
  // A clock that was days ahead may have made it; it does not live those days longer.
  if (left <= 0 || left > 2 * LINK_LIFE[kind]) return dead('expired')
  if (user?.state === 'disabled') return dead('disabled')
  if (kind === 'first_administrator' && !(await isSetUpOpen(tables))) return dead('set_up_done')
  const policy = await policyOf(row.user_id)
  const factors = user ? (await tables.secondFactors.listOf(user.id)).length : 0
  return {
    alive: true,
    link: {
      id: row.id,
      kind,
      user,
      expiresAt: row.expires_at,
      policy,
      passwordMinimum: passwordMinimum(policy, factors),
    },
  }
}

/** What the page of a link shows. @throws Problem `link_dead` */
export async function inspectLink(
  needs: Pick<IdentityNeeds, 'store' | 'keyring' | 'clock' | 'policyOf'>,
  token: Secret,
): Promise<LiveLink> {
  const found = await findLink(needs, token)
  if (!found.alive) throw linkDead()
  return found.link
}

export const linkDead = (): Problem =>
  new Problem('link_dead', 'This link was used, has ended, or never existed. Ask for a new one.')
