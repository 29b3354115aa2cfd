/**
 * A person whom an identity provider has proven comes in: as the user whom the subject is, as a new
 * one, or as the one whose link they hold.
 *
 * Nobody is found by a name or an e-mail address: both are given anew, and some providers let people
 * write what they like there.
 */
import { LANGUAGES, type Language } from '#domain/user.ts'
import { eventOf, Overtaken } from '#identity/audited.ts'
import type { Entered } from '#identity/browser-session.ts'
import { enter, prepareEntry } from '#identity/entrance.ts'
import { confirmIdentity } from '#identity/outside/identity-state.ts'
import { findDevice } from '#identity/known-device.ts'
import { syncMembership } from '#identity/outside/membership.ts'
import { isNameTaken, newOutsider, takeIn, type Outsider } from '#identity/outside/outsider.ts'
import type { IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import type { Claims } from '#vault/id-token.ts'
import { connectMailbox } from './mailbox.ts'
import { actorOf, keptToken, NotLedIn, type Came, type Led } from './came.ts'
import { tieByLink } from './tie.ts'
import { sendThere, takeBackVisit, type Sent, type VisitNeeds } from './visit.ts'
import { noteWarnings } from './warnings.ts'

/** @throws NotLedIn, Overtaken, Problem */
export async function signInAtProvider(needs: VisitNeeds, came: Came): Promise<Led> {
  const { reached, person, visit, secrets, from } = came
  const { identities } = needs.store.tables
  const known = await identities.findBySubject(reached.row.id, person.subject)
  const again = await consentOnceMore(needs, came, known)
  if (again) return { path: '', provider: null, mailbox: null, session: null, device: null, again }
  if (visit.purpose === 'sign_in') await takeBackVisit(needs, from)
  const entered = await comeIn(needs, came, known).catch(async (thrown: unknown) => {
    // Two browsers of one person, both for the first time: the other one was quicker.
    const first = !known && thrown instanceof Overtaken && thrown.reason === 'identity_changed'
    const now = first ? await identities.findBySubject(reached.row.id, person.subject) : null
    if (!now) throw thrown
    return await comeIn(needs, came, now)
  })
  const mailbox = reached.config.ownMailbox ? await connectMailbox(needs, came, entered.user) : null
  return {
    path: secrets.next ?? '/',
    provider: null,
    mailbox,
    session: entered.token,
    device: entered.deviceToken,
    again: null,
  }
}

/**
 * Google and others give a refresh token with a person's first consent only. Where one is wanted and
 * none is kept, the person is asked for consent once more, and then no further.
 */
async function consentOnceMore(
  needs: VisitNeeds,
  { reached, person, visit, secrets, answer, from }: Came,
  known: IdentityRow | null,
): Promise<Sent | null> {
  const { config, client, row } = reached
  const kept = known !== null && (known.refresh_token !== null || known.account_id !== null)
  const gives = !row.warnings.split(' ').includes('no_refresh_token')
  // Who does not come in anyway is not bothered.
  const comes =
    known !== null || visit.purpose === 'accept_link' || config.provisioning === 'create'
  const wanted = config.liveness === 'refresh_token' && !kept && gives && comes
  if (!wanted || answer.refreshToken !== null || secrets.consented) return null
  return await sendThere(
    needs,
    reached,
    {
      purpose: visit.purpose === 'accept_link' ? 'accept_link' : 'sign_in',
      mailbox: config.ownMailbox,
      loginHint: person.email ?? '',
      ...(client.provider.signIn ? { params: client.provider.signIn.consent } : {}),
      next: secrets.next,
      language: secrets.language,
      device: secrets.device,
      sessionId: visit.session_id,
      linkId: visit.link_id,
      userId: secrets.userId,
      consented: true,
    },
    from,
  )
}

/** Who comes in: a user who is here, or one to be. */
type Comer = { readonly user: User; readonly fresh: Outsider | null }

async function comeIn(needs: VisitNeeds, came: Came, known: IdentityRow | null): Promise<Entered> {
  const { reached, person, visit, secrets, from } = came
  const { row } = reached
  const invited = visit.purpose === 'accept_link' ? secrets.userId : null
  const { user, fresh } = await whoComes(needs, came, known, invited)
  const device = await findDevice(needs, secrets.device)
  const method = person.secondFactor ? 'provider+provider' : 'provider'
  const entry = await prepareEntry(needs, user, method, device, {
    providerId: row.id,
    providerSid: person.sid,
    provenAt: person.authTime,
  })
  const details = { stage: entry.stage, method: entry.method, provider: row.name }
  return await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf('session.create', user, from, null, { details }))
    if (fresh) await takeIn(needs, tables, row, fresh, user, from)
    else if (invited !== null) await tieByLink(needs, tables, came, user, known)
    await takeWhatIsSaid(needs, tables, came, user)
    // Its cookie did not come along: a browser that another site sends leaves it at home.
    if (visit.session_id !== null) await tables.sessions.delete(visit.session_id)
    return await enter(needs, tables, user.id, entry, { device, sessionToken: null, from })
  })
}

/** @throws NotLedIn */
async function whoComes(
  needs: VisitNeeds,
  { reached, person, claims, secrets }: Came,
  known: IdentityRow | null,
  invited: string | null,
): Promise<Comer> {
  const userId = invited ?? known?.user_id ?? null
  if (userId !== null) {
    const user = await needs.store.tables.users.find(userId)
    if (!user) throw new Overtaken('disabled') // deleted meanwhile
    if (known && known.user_id !== user.id) throw new NotLedIn('taken', 'account_tied')
    // Whom an administrator has declared for another provider is not this one's to vouch for.
    if (user.source !== 'local' && user.source !== reached.row.id)
      throw new NotLedIn('failed', 'other_provider')
    return { user, fresh: null }
  }
  if (person.guest) throw new NotLedIn('guest', 'guest')
  if (reached.config.provisioning === 'invited') throw new NotLedIn('not_invited', 'not_invited')
  const { name, email } = person
  if (email === null || name === null) throw new NotLedIn('no_email', 'no_email')
  const fresh = { ...person, name, email, passwordSetAt: null }
  const user = newOutsider(
    needs,
    reached.row,
    fresh,
    languageOf(claims, secrets.language ?? needs.defaultLanguage),
  )
  if (await isNameTaken(needs, reached.row, fresh, user))
    throw new NotLedIn('taken', 'name_or_email_taken')
  return { user, fresh }
}

/** OpenID Connect Core §5.1 `locale`; where it is not said, that of the page, or the server's own. */
function languageOf(claims: Claims, otherwise: Language): Language {
  const said = claims['locale']
  if (typeof said !== 'string') return otherwise
  return LANGUAGES.find((one) => said.toLowerCase().startsWith(one)) ?? otherwise
}

/** Groups, the lease, what the person is asked about by, and whether their address is proven. */
async function takeWhatIsSaid(
  needs: VisitNeeds,
  tables: Tables,
  came: Came,
  user: User,
): Promise<void> {
  const { reached, person, from } = came
  const { row } = reached
  if (person.groups) await syncMembership(needs, tables, user.id, row.id, person.groups)
  const now = await tables.identities.ofUser(user.id)
  if (now?.provider_id !== row.id || now.subject !== person.subject)
    throw new Overtaken('identity_changed')
  await confirmIdentity(needs, tables, now, row, {
    by: actorOf(user),
    from,
    signedIn: true,
    shownAs: person.shownAs,
    ...keptToken(needs, came, now),
  })
  if (user.email_verified === 0 && person.emailVerified && sameAddress(user, person.email))
    await tables.users.update(user.id, { email_verified: 1 })
  await noteWarnings(tables, came, now)
}

const sameAddress = (user: User, email: string | null): boolean =>
  email !== null && user.email.toLowerCase() === email.toLowerCase()
