/**
 * Signing out at an identity provider: by a page here that leads there, and by what the provider says
 * when somebody signs out there.
 *
 * Sessions end at once. Whether the person is still one of the provider's is not said by it: that is
 * asked at the next moment, and not concluded.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import type { CurrentSession } from '#identity/browser-session.ts'
import type { From } from '#identity/needs.ts'
import { subjectOf } from '#identity/outside/provider-person.ts'
import { readLogoutToken } from '#vault/logout-token.ts'
import { OutboundError } from '#vault/outbound.ts'
import { openProvider, type Reached, type VisitNeeds } from './visit.ts'

const MAX_SID = 1024

/**
 * Where the browser goes after the session ended here, so that it ends there (OpenID Connect
 * RP-Initiated Logout 1.0); null: nowhere, by the setting or because the provider has no such page.
 */
export async function signOutThere(
  needs: VisitNeeds,
  { session, user }: Pick<CurrentSession, 'session' | 'user'>,
): Promise<string | null> {
  if (session.provider_id === null) return null
  try {
    const { config, client } = await openProvider(needs, session.provider_id)
    const { issuer } = client.endpoints
    if (!config.signOutThere || issuer === null) return null
    const { endSession } = await needs.discover(issuer)
    if (endSession === null) return null
    const identity = await needs.store.tables.identities.ofUser(user.id)
    const url = URL.parse(endSession)
    if (url?.protocol !== 'https:') return null
    url.searchParams.set('client_id', client.clientId)
    url.searchParams.set('post_logout_redirect_uri', `${needs.origin}/sign-in`)
    if (identity) url.searchParams.set('logout_hint', identity.shown_as)
    return url.href
  } catch (thrown) {
    // Who signs out is signed out here, whatever becomes of it there.
    if (!(thrown instanceof Problem) && !(thrown instanceof OutboundError)) throw thrown
    needs.log.warn('sign_out.provider', { providerId: session.provider_id, cause: thrown })
    return null
  }
}

/**
 * In a hidden frame of the provider, without any cookie: whoever knows the name of the provider's
 * session can end ours, and do nothing else.
 * @returns the provider's origin, which may show the frame; null: nothing was understood
 */
export async function frontChannelLogout(
  needs: VisitNeeds,
  providerId: string,
  query: URLSearchParams,
  from: From,
): Promise<string | null> {
  const reached = await known(needs, providerId)
  const issuer = reached?.client.endpoints.issuer ?? null
  const authorize = reached?.client.endpoints.authorize ?? issuer
  if (!reached || authorize === null) return null
  const [iss, sid] = [query.getAll('iss'), query.getAll('sid')]
  const [said] = sid
  if (sid.length !== 1 || said === undefined || said === '' || said.length > MAX_SID) return null
  // §3: with sid comes iss. Entra sends sid alone; the address names the provider by itself.
  if (iss.length > 1 || (iss.length === 1 && iss[0] !== issuer)) return null
  await endSessions(needs, reached, { sid: said, userId: null }, 'front_channel', from)
  return URL.parse(authorize)?.origin ?? null
}

/** @returns false: the token does not hold, or was seen before */
export async function backChannelLogout(
  needs: VisitNeeds,
  providerId: string,
  token: string,
  from: From,
): Promise<boolean> {
  const reached = await known(needs, providerId)
  if (!reached) return false
  const said = await readLogoutToken(needs, reached.client, token)
  if (!said) {
    needs.log.warn('sign_out.back_channel', { provider: reached.row.name, ip: from.ip })
    return false
  }
  const { tables } = needs.store
  const seen = new Secret(`${providerId} ${said.jti}`)
  const hash = needs.keyring.hash('seen-token', seen)
  if (!(await tables.seenTokens.addOnce(hash, said.expiresAt))) return false
  const subject = said.sub === null ? null : subjectOf(reached.client, said.issuer, said.sub)
  const identity = subject && (await tables.identities.findBySubject(providerId, subject))
  // Somebody who never came here has nothing to end.
  if (said.sid === null && !identity) return true
  const whom = { sid: said.sid, userId: identity ? identity.user_id : null }
  await endSessions(needs, reached, whom, 'back_channel', from)
  return true
}

async function known(needs: VisitNeeds, providerId: string): Promise<Reached | null> {
  try {
    return await openProvider(needs, providerId, { evenOff: true })
  } catch (thrown) {
    if (thrown instanceof Problem) return null
    throw thrown
  }
}

async function endSessions(
  needs: VisitNeeds,
  { row }: Reached,
  whom: { readonly sid: string | null; readonly userId: string | null },
  how: 'front_channel' | 'back_channel',
  { ip, client }: From,
): Promise<void> {
  const { tables } = needs.store
  const sessions = await tables.sessions.ofProvider(row.id, whom)
  const people = new Set(sessions.map(({ user_id: id }) => id))
  if (whom.userId !== null) people.add(whom.userId)
  if (people.size === 0) return
  const named = await Promise.all([...people].map((id) => tables.users.find(id)))
  await needs.store.transaction(async (within) => {
    for (const user of named)
      if (user) {
        const said: AuditEvent = {
          actor: { kind: 'nobody', id: null, name: row.name },
          ip,
          client,
          action: 'identity.sign_out',
          target: { kind: 'user', id: user.id, name: user.name },
          outcome: 'ok',
          reason: null,
          details: { how, provider: row.name },
        }
        await within.audit.append(said)
      }
    for (const { id } of sessions) await within.sessions.delete(id)
    for (const userId of people) await within.identities.dueNow(userId, needs.clock.now())
  })
}
