/**
 * Beginning a visit to an identity provider: to sign in, to accept a link, to confirm, to connect a
 * mailbox.
 */
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { Language } from '#domain/user.ts'
import type { CurrentSession } from '#identity/browser-session.ts'
import type { From } from '#identity/needs.ts'
import { findLink, linkDead } from '#identity/one-time-link.ts'
import type { IdentityRow } from '#store/schema.ts'
import {
  openProvider,
  sendThere,
  type Reached,
  type Sent,
  type Sending,
  type VisitNeeds,
} from './visit.ts'
import { returnPath } from './return-path.ts'

export type Beginning = {
  readonly providerId: string
  readonly next?: string | undefined
  readonly loginHint?: string | undefined
  readonly language?: Language | undefined
  /** Of a one-time link that is accepted by signing in there. */
  readonly link: Secret | null
  /** Cookies that came with the request; the browser does not bring them along from elsewhere. */
  readonly deviceToken: Secret | null
  readonly sessionId: string | null
}

const MAX_HINT = 256

/** @throws Problem `not_found`, `link_dead`, `busy`, `conflict` */
export async function beginAtProvider(
  needs: VisitNeeds,
  wanted: Beginning,
  from: From,
): Promise<Sent> {
  const reached = await openProvider(needs, wanted.providerId)
  const link = wanted.link ? await linkOf(needs, wanted.link) : null
  const sending: Sending = {
    purpose: link ? 'accept_link' : 'sign_in',
    mailbox: reached.config.ownMailbox,
    loginHint: hint(wanted.loginHint),
    next: returnPath(wanted.next),
    language: wanted.language ?? null,
    device: wanted.deviceToken,
    sessionId: wanted.sessionId,
    linkId: link?.id ?? null,
    userId: link?.userId ?? null,
  }
  return await sendThere(needs, reached, sending, from)
}

/** Asks the person anew, whoever sits in front of the browser. @throws Problem `conflict`, `busy` */
export async function beginConfirmation(
  needs: VisitNeeds,
  current: CurrentSession,
  given: { readonly next?: string | undefined; readonly deviceToken: Secret | null },
  from: From,
): Promise<Sent> {
  const { reached, identity } = await ownProvider(needs, current)
  const sending: Sending = {
    ...ofSession(current, identity, given),
    purpose: 'step_up',
    mailbox: false,
    ...(reached.client.provider.signIn ? { params: reached.client.provider.signIn.again } : {}),
  }
  return await sendThere(needs, reached, sending, from)
}

/** Asks for the mailbox of the person. @throws Problem `conflict`, `busy` */
export async function beginMailbox(
  needs: VisitNeeds,
  current: CurrentSession,
  given: { readonly next?: string | undefined; readonly deviceToken: Secret | null },
  from: From,
): Promise<Sent> {
  const { reached, identity } = await ownProvider(needs, current)
  if (!reached.config.ownMailbox)
    throw new Problem('conflict', 'The provider that you come from connects no mailboxes.')
  const sending: Sending = {
    ...ofSession(current, identity, given),
    purpose: 'mailbox',
    mailbox: true,
    ...(reached.client.provider.signIn ? { params: reached.client.provider.signIn.consent } : {}),
    consented: true,
  }
  return await sendThere(needs, reached, sending, from)
}

const ofSession = (
  { session, user }: CurrentSession,
  identity: IdentityRow,
  { next, deviceToken }: { next?: string | undefined; deviceToken: Secret | null },
) => ({
  loginHint: hint(identity.shown_as),
  next: returnPath(next),
  device: deviceToken,
  sessionId: session.id,
  userId: user.id,
})

async function ownProvider(
  needs: VisitNeeds,
  { user }: CurrentSession,
): Promise<{ reached: Reached; identity: IdentityRow }> {
  const identity = await needs.store.tables.identities.ofUser(user.id)
  if (!identity) throw new Problem('conflict', 'You come from no identity provider.')
  try {
    return { identity, reached: await openProvider(needs, identity.provider_id) }
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'not_found')
      throw new Problem('conflict', 'The provider that you come from is switched off.', {
        cause: thrown,
      })
    throw thrown
  }
}

/** Links that make administrators set a main password: those are not anybody's at a provider. */
async function linkOf(needs: VisitNeeds, token: Secret): Promise<{ id: string; userId: string }> {
  const found = await findLink(needs, token)
  if (!found.alive || !found.link.user) throw linkDead()
  return { id: found.link.id, userId: found.link.user.id }
}

const hint = (typed: string | undefined): string => (typed ?? '').trim().slice(0, MAX_HINT)
