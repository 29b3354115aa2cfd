/**
 * Whom a directory has proven comes in: as the user whom the subject is, as one who was named for that
 * directory, or as a new one.
 */
import type { FrozenReason, LdapConfig } from '#domain/identity-provider.ts'
import { userKey, type Language } from '#domain/user.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken } from '../audited.ts'
import type { Entered } from '../browser-session.ts'
import type { DirectoryProof } from './proof.ts'
import { enter, prepareEntry, type Arrival } from '../entrance.ts'
import { confirmIdentity, freezeIdentity } from '../outside/identity-state.ts'
import { syncMembership } from '../outside/membership.ts'
import type { IdentityNeeds } from '../needs.ts'
import {
  isNameTaken,
  newIdentity,
  newOutsider,
  takeIn,
  type Outsider,
} from '../outside/outsider.ts'
import { ldapConfig } from '../outside/provider-config.ts'
import { forgetFailures, type Try } from '../throttled.ts'

type Proven = Extract<DirectoryProof, { ok: true }>
/** `known` has come in before; `named`: an administrator expects them; `new`: nobody does. */
type Comer = { readonly user: User; readonly as: 'known' | 'named' | 'new' }

/**
 * @param first the try that was counted for what was typed
 * @param language of who is new, unless the directory says another
 * @throws Overtaken with why they do not come in all the same
 */
export async function enterByDirectory(
  needs: IdentityNeeds,
  proof: Proven,
  arrival: Arrival,
  first: Try,
  language: Language,
): Promise<Entered> {
  const { provider, person, groups } = proof
  const { from } = arrival
  const { user, as } = await whoComes(needs, proof, language)
  const at = { providerId: provider.id, providerSid: null, provenAt: null }
  const entry = await prepareEntry(needs, user, 'directory', arrival.device, at)
  const details = { stage: entry.stage, method: entry.method, provider: provider.name }
  return await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf('session.create', user, from, null, { details }))
    if (as === 'new')
      await takeIn(needs, tables, provider, outsider(proof, ldapConfig(provider)), user, from)
    else {
      if (as === 'named') await tie(needs, tables, proof, user, from)
      if (groups) await syncMembership(needs, tables, user.id, provider.id, groups)
    }
    const identity = await tables.identities.ofUser(user.id)
    if (identity?.subject !== person.subject) throw new Overtaken('identity_changed')
    const by = { kind: 'user', id: user.id, name: user.name } as const
    // When the password was set is left to the round: what that ends is decided there.
    const { shownAs } = person
    await confirmIdentity(needs, tables, identity, provider, { by, from, signedIn: true, shownAs })
    await forgetFailures(tables, first, ...proof.tries)
    return await enter(needs, tables, user.id, entry, arrival)
  })
}

const SYSTEM = { kind: 'system', id: null, name: 'Passerelle' } as const

/** What a refusal says of the person for certain, whatever was typed. */
const ENDS = {
  disabled_there: 'disabled',
  expired: 'expired',
  not_in_group: 'not_in_group',
} as const satisfies Record<string, FrozenReason>

/**
 * Who may not come in any more is frozen at once, and not only at the next round. A lock is left to
 * the round: whoever types wrong passwords often enough brings one about.
 */
export async function freezeRefused(
  needs: Pick<IdentityNeeds, 'store' | 'clock' | 'newId'>,
  { reason, identity, provider }: Extract<DirectoryProof, { ok: false }>,
): Promise<void> {
  const frozen = ENDS[reason as keyof typeof ENDS]
  if (frozen === undefined || identity === null || provider === null) return
  await needs.store.transaction(async (tables) => {
    await freezeIdentity(needs, tables, identity, provider, frozen, { by: SYSTEM })
  })
}

/** @throws Overtaken */
async function whoComes(needs: IdentityNeeds, proof: Proven, language: Language): Promise<Comer> {
  const { provider, person, identity } = proof
  const { users, identities } = needs.store.tables
  if (identity) {
    const user = await users.find(identity.user_id)
    if (!user) throw new Overtaken('identity_changed')
    return { user, as: 'known' }
  }
  const named = person.name === null ? null : await users.findByKey(userKey(person.name))
  if (named?.source === provider.id && (await identities.ofUser(named.id)) === null)
    return { user: named, as: 'named' }
  const config = ldapConfig(provider)
  if (config.provisioning === 'invited') throw new Overtaken('not_invited')
  if (person.name === null) throw new Overtaken('no_name')
  if (person.email === null) throw new Overtaken('no_email')
  const made = outsider(proof, config)
  const fresh = newOutsider(needs, provider, made, person.language ?? language)
  if (await isNameTaken(needs, provider, made, fresh)) throw new Overtaken('name_or_email_taken')
  return { user: fresh, as: 'new' }
}

/** The user whom an administrator made for this directory, by the name that they have there. */
async function tie(
  needs: IdentityNeeds,
  tables: Tables,
  { provider, person, passwordSetAt }: Proven,
  user: User,
  from: Arrival['from'],
): Promise<void> {
  const still = await tables.users.find(user.id)
  if (still?.source !== provider.id) throw new Overtaken('identity_changed')
  if (still.state === 'disabled') throw new Overtaken('disabled')
  if (await tables.identities.findBySubject(provider.id, person.subject))
    throw new Overtaken('identity_changed')
  const details = { provider: provider.name, subject: person.subject, as: person.shownAs }
  await tables.audit.append(eventOf('identity.create', user, from, null, { details }))
  const row: IdentityRow = {
    ...newIdentity(needs, provider, user.id, person, ldapConfig(provider)),
    password_set_at: passwordSetAt,
  }
  await tables.identities.insert(row)
  await tables.users.update(user.id, { state: 'active', ...stamp(needs, provider) })
}

const stamp = (
  { clock }: IdentityNeeds,
  { name }: IdentityProviderRow,
): { updated_at: number; updated_by: string } => ({ updated_at: clock.now(), updated_by: name })

const outsider = (
  { person, groups, passwordSetAt }: Proven,
  { flavour }: LdapConfig,
): Outsider => ({
  subject: person.subject,
  shownAs: person.shownAs,
  name: person.name ?? '',
  displayName: person.displayName,
  email: person.email ?? '',
  // Only administrators write it there. Elsewhere people often may themselves.
  emailVerified: flavour === 'active_directory',
  groups,
  passwordSetAt,
})
