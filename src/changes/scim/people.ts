/**
 * People as a provider makes, changes and deletes them over SCIM.
 *
 * `active: false` freezes and DELETE freezes and hides: nothing is lost, and whoever is made again
 * has everything as it was. What is not this provider's is not there for it.
 */
import { invalid, Problem } from '#base/problem.ts'
import { leaseOf } from '#domain/identity-lease.ts'
import { userKey } from '#domain/user.ts'
import {
  asksAbout,
  confirmIdentity,
  freezeIdentity,
  leaseTerms,
} from '#identity/outside/identity-state.ts'
import { refuseTaken } from '#identity/names-in-use.ts'
import { newIdentity, newOutsider } from '#identity/outside/outsider.ts'
import type { ScimPerson } from '#store/scim-people.ts'
import type { Tables } from '#store/store.ts'
import type { ScimObject } from '#wire/scim/attribute.ts'
import { change, nameOf, type Change } from '../door.ts'
import { keptIn, personResource, readPerson, type SaidPerson } from './person-resource.ts'
import { subjectFor, type ScimCaller, type ScimNeeds } from './provider.ts'

/** @throws Problem `not_found` for who is another provider's, local, or deleted over SCIM */
export async function findPerson(
  tables: Pick<Tables, 'scimPeople'>,
  { provider }: Pick<ScimCaller, 'provider'>,
  id: string,
): Promise<ScimPerson> {
  const page = { offset: 0, size: 1 }
  const [found] = await tables.scimPeople.list(provider.id, { ids: [id] }, page)
  if (!found) throw new Problem('not_found', 'There is no such person.')
  return found
}

/**
 * Who signed in before, or was deleted over SCIM, is taken over as they are.
 * @throws Problem `invalid`, `conflict` (field userName, emails or externalId, `taken`)
 */
export async function makePerson(
  needs: ScimNeeds,
  scim: ScimCaller,
  resource: ScimObject,
): Promise<string> {
  const said = readPerson(resource)
  if (said.externalId === null)
    throw invalid('externalId', 'needed', 'A person has an externalId: with it they sign in.')
  const { provider, caller } = scim
  const subject = await subjectFor(needs, provider, said.externalId)
  const wanted = about('scim.user_create', { id: null, name: said.userName }, said)
  return await change(needs, caller, wanted, async (tables) => {
    const known = await tables.identities.findBySubject(provider.id, subject)
    if (known) return await takeOver(needs, tables, scim, said, known.id)
    const person = {
      ...said,
      name: said.userName,
      shownAs: said.userName,
      emailVerified: false,
      groups: null,
      passwordSetAt: null,
    }
    const language = said.language ?? needs.defaultLanguage
    const user = newOutsider(needs, provider, { ...person, subject }, language)
    await refuseTakenThere(tables, user)
    await tables.users.insert(user)
    const terms = leaseTerms(provider)
    const made = newIdentity(needs, provider, user.id, { subject, shownAs: said.userName }, terms)
    const identity = { ...made, scim: JSON.stringify(said.kept) }
    const lease = leaseOf(terms, needs.clock.now(), asksAbout(provider, identity))
    await tables.identities.insert({ ...identity, ...lease })
    if (!said.kept.active)
      await freezeIdentity(needs, tables, identity, provider, 'inactive', saidBy(scim))
    return user.id
  })
}

async function takeOver(
  needs: ScimNeeds,
  tables: Tables,
  scim: ScimCaller,
  said: SaidPerson,
  identityId: string,
): Promise<string> {
  const identity = await tables.identities.find(identityId)
  const user = identity && (await tables.users.find(identity.user_id))
  const isThere = identity?.scim !== null && identity?.scim_deleted_at === null
  if (!identity || user?.source !== scim.provider.id || isThere)
    throw taken('externalId', 'There is a person with this externalId.')
  await tables.identities.update(identity.id, { scim_deleted_at: null })
  await write(needs, tables, scim, { user, identity }, said)
  return user.id
}

/**
 * @param modify what is shown to the provider → what it says now; asked where nobody else changes it
 * @throws Problem `not_found`, `invalid`, `conflict`
 */
export async function changePerson(
  needs: ScimNeeds,
  scim: ScimCaller,
  id: string,
  modify: (resource: ScimObject) => ScimObject,
): Promise<void> {
  const { tables } = needs.store
  const seen = await findPerson(tables, scim, id)
  const early = readPerson(modify(personResource(seen, [], '')))
  if (isAsItWas(seen, early)) return
  const subject =
    early.externalId === null || early.externalId === shownId(seen)
      ? null
      : await subjectFor(needs, scim.provider, early.externalId)
  const wanted = about('scim.user_update', seen.user, early)
  await change(needs, scim.caller, wanted, async (within) => {
    const person = await findPerson(within, scim, id)
    const said = readPerson(modify(personResource(person, [], '')))
    if (said.externalId !== early.externalId)
      throw new Problem('unavailable', 'Somebody else changes this person.')
    if (subject !== null && subject !== person.identity.subject)
      await tieAnew(within, scim, person, subject)
    await write(needs, within, scim, person, said)
  })
}

/** Frozen here, and no longer there for the provider; nothing is lost. */
export async function deletePerson(needs: ScimNeeds, scim: ScimCaller, id: string): Promise<void> {
  const { user } = await findPerson(needs.store.tables, scim, id)
  const wanted = { action: 'scim.user_delete', target: targetOf(user) } as const
  await change(needs, scim.caller, wanted, async (tables) => {
    const { identity } = await findPerson(tables, scim, id)
    await freezeIdentity(needs, tables, identity, scim.provider, 'deleted', saidBy(scim))
    await tables.identities.update(identity.id, { scim_deleted_at: needs.clock.now() })
  })
}

/** Whoever holds the token of SCIM must not come in as somebody who is there already. */
async function tieAnew(
  tables: Tables,
  { provider }: ScimCaller,
  { user, identity }: ScimPerson,
  subject: string,
): Promise<void> {
  if (user.last_sign_in_at !== null)
    throw invalid(
      'mutability',
      'unsupported',
      'The externalId of a person who has signed in cannot change.',
    )
  if (await tables.identities.findBySubject(provider.id, subject))
    throw taken('externalId', 'There is a person with this externalId.')
  await tables.identities.update(identity.id, { subject })
}

async function write(
  needs: ScimNeeds,
  tables: Tables,
  scim: ScimCaller,
  { user, identity }: ScimPerson,
  said: SaidPerson,
): Promise<void> {
  const next = {
    name: said.userName,
    name_key: userKey(said.userName),
    email: said.email,
    email_key: userKey(said.email),
  }
  await refuseTakenThere(tables, { id: user.id, ...next })
  await tables.users.update(user.id, {
    ...next,
    // Nobody has proven another address.
    ...(next.email_key === user.email_key ? {} : { email_verified: 0 }),
    display_name: said.displayName,
    updated_at: needs.clock.now(),
    updated_by: nameOf(scim.caller),
  })
  const externalId = said.externalId ?? keptIn(identity)?.['externalId'] ?? null
  await tables.identities.update(identity.id, {
    shown_as: said.userName,
    scim: JSON.stringify({ ...said.kept, externalId }),
  })
  if (said.kept.active) await confirmIdentity(needs, tables, identity, scim.provider, saidBy(scim))
  else await freezeIdentity(needs, tables, identity, scim.provider, 'inactive', saidBy(scim))
}

const saidBy = ({ caller }: ScimCaller) => ({
  by: caller.actor,
  ...(caller.ip === null ? {} : { from: { ip: caller.ip, client: caller.client ?? '' } }),
})

const shownId = (person: ScimPerson): unknown => personResource(person, [], '')['externalId']

/** The same said again is no change, and writes nothing. */
function isAsItWas(person: ScimPerson, said: SaidPerson): boolean {
  const kept = keptIn(person.identity)
  const { user } = person
  return (
    kept !== null &&
    kept.active === said.kept.active &&
    said.userName === user.name &&
    said.email === user.email &&
    said.displayName === user.display_name &&
    JSON.stringify({ ...said.kept, externalId: said.externalId }) ===
      JSON.stringify({ ...kept, externalId: shownId(person) })
  )
}

async function refuseTakenThere(
  tables: Tables,
  row: { id: string; name_key: string; email_key: string },
): Promise<void> {
  await refuseTaken(tables, row).catch((thrown: unknown) => {
    if (!(thrown instanceof Problem) || thrown.code !== 'conflict') throw thrown
    const field = thrown.fields[0]?.field === 'email' ? 'emails' : 'userName'
    throw taken(field, 'Another person has this name or e-mail address.')
  })
}

const taken = (field: string, message: string): Problem =>
  new Problem('conflict', message, { fields: [{ field, fault: 'taken' }] })

const targetOf = ({ id, name }: { id: string | null; name: string }) => ({ kind: 'user', id, name })

const about = (
  action: Change['action'],
  user: { id: string | null; name: string },
  said: SaidPerson,
): Change => ({
  action,
  target: targetOf(user),
  details: { user_name: said.userName, email: said.email, active: said.kept.active },
})
