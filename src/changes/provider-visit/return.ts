/**
 * The way back from an identity provider: `GET /oauth/sign-in/<id>`. Whatever comes is judged; nothing
 * that the provider wrote is shown.
 *
 * No word of a browser freezes anybody: an error that it brings ends this attempt and nothing else.
 */
import { SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { eventOf, Overtaken, writeDown } from '#identity/audited.ts'
import type { From } from '#identity/needs.ts'
import { tokenHashes } from '#identity/opaque-token.ts'
import { providerPerson } from '#identity/outside/provider-person.ts'
import type { ProviderVisitRow } from '#store/schema.ts'
import { callbackParameters, codeParameters, readReturn } from '#vault/authorization-code.ts'
import { diagnose, reasonOf, type Answer } from '#vault/diagnosis.ts'
import { idTokenClaims } from '#vault/id-token.ts'
import { OutboundError } from '#vault/outbound.ts'
import { readTokenAnswer, tokenRequest } from '#vault/token-endpoint.ts'
import { NotLedIn, type Came, type Led } from './came.ts'
import { confirmAtProvider } from './confirm.ts'
import { mailboxAtProvider } from './mailbox.ts'
import { signInAtProvider } from './sign-in.ts'
import {
  openProvider,
  openVisit,
  redirectUrlOf,
  visitClient,
  visitCookieOf,
  type Reached,
  type VisitNeeds,
  type VisitSecrets,
} from './visit.ts'
import { withOutcome } from './return-path.ts'

const EXCHANGE_TIMEOUT = 15 * SECOND

export type Back = {
  /** On this server, or at the provider. */
  readonly url: string
  /** The cookie whose work is done. */
  readonly spent: string | null
} & Pick<Led, 'session' | 'device' | 'again'>

/**
 * @param query what the provider put into the address
 * @param browserSecret the value of the cookie of that name, if this browser has it
 */
export async function endVisit(
  needs: VisitNeeds,
  providerId: string,
  query: URLSearchParams,
  browserSecret: (name: string) => Secret | null,
  from: From,
): Promise<Back> {
  const said = callbackParameters(query)
  const state = new Secret(said?.get('state') ?? '')
  const hashes = tokenHashes(needs.keyring, 'provider-visit', state)
  const visit = hashes.length > 0 ? await needs.store.tables.providerVisits.find(hashes) : null
  const secrets = visit && openVisit(needs.sealer, visit)
  const spent = visitCookieOf(state)
  const shown = browserSecret(spent)
  // Whoever was sent here with the state of another browser is not told whose it is, and uses
  // nothing up.
  if (!said || !visit || !secrets || !shown || !secrets.browser.equals(shown))
    return nowhere(needs, null)
  if (!(await needs.store.tables.providerVisits.take(visit.id, needs.clock.now())))
    return nowhere(needs, spent)
  const led = await judged(needs, { visit, secrets, said, providerId, from })
  const url = led.again?.url ?? `${needs.origin}${pageOf(led)}`
  return { url, spent, session: led.session, device: led.device, again: led.again }
}

const nowhere = ({ origin }: Pick<VisitNeeds, 'origin'>, spent: string | null): Back => ({
  url: `${origin}/sign-in#provider=failed`,
  spent,
  session: null,
  device: null,
  again: null,
})

const pageOf = ({ path, provider, mailbox }: Led): string =>
  withOutcome(path, { ...(provider ? { provider } : {}), ...(mailbox ? { mailbox } : {}) })

type Returned = {
  readonly visit: ProviderVisitRow
  readonly secrets: VisitSecrets
  readonly said: ReadonlyMap<string, string>
  readonly providerId: string
  readonly from: From
}

/** The state is used up: whatever happens now ends this attempt. */
async function judged(needs: VisitNeeds, returned: Returned): Promise<Led> {
  const { visit, secrets, from } = returned
  let shownAs: string | null = null
  try {
    const came = await proven(needs, returned)
    shownAs = came.person.shownAs
    if (visit.purpose === 'step_up') return await confirmAtProvider(needs, came)
    if (visit.purpose === 'mailbox') return await mailboxAtProvider(needs, came)
    return await signInAtProvider(needs, came)
  } catch (thrown) {
    const { outcome, reason } = refusalOf(needs, visit, thrown)
    const provider = await needs.store.tables.identityProviders.find(visit.provider_id)
    const step = visit.purpose === 'step_up' || visit.purpose === 'mailbox'
    const user = secrets.userId && (await needs.store.tables.users.find(secrets.userId))
    const event = eventOf(step ? 'session.step_up' : 'session.create', user || null, from, reason, {
      ...(user ? {} : { target: { kind: 'user', id: null, name: shownAs } }),
      details: { method: 'provider', provider: provider?.name ?? null, as: shownAs },
    })
    await writeDown(needs, event)
    return { ...STAYS_OUT, path: pathOut(visit, secrets), provider: outcome }
  }
}

const STAYS_OUT = { mailbox: null, session: null, device: null, again: null } as const

function pathOut({ purpose }: ProviderVisitRow, { next }: VisitSecrets): string {
  if (purpose === 'accept_link') return '/link'
  if (purpose !== 'sign_in') return next ?? '/profile'
  return next === null ? '/sign-in' : `/sign-in?${new URLSearchParams({ next }).toString()}`
}

/** The words for who stays out. Anything else is a bug, and is thrown on. */
function refusalOf(
  { log }: Pick<VisitNeeds, 'log'>,
  visit: ProviderVisitRow,
  thrown: unknown,
): { outcome: string; reason: string } {
  log.warn('sign_in.provider', { providerId: visit.provider_id, cause: thrown })
  if (thrown instanceof NotLedIn) return thrown
  if (thrown instanceof Overtaken)
    return { outcome: OVERTAKEN[thrown.reason] ?? 'failed', reason: thrown.reason }
  if (thrown instanceof OutboundError)
    return { outcome: 'away', reason: diagnose({ failure: thrown.failure }).cause }
  if (thrown instanceof Problem) return { outcome: 'failed', reason: thrown.code }
  throw thrown
}

const OVERTAKEN: Readonly<Record<string, string>> = {
  disabled: 'disabled',
  identity_frozen: 'account_disabled',
  used: 'link_dead',
}

/** @throws NotLedIn, OutboundError, Problem */
async function proven(
  needs: VisitNeeds,
  { visit, secrets, said, providerId, from }: Returned,
): Promise<Came> {
  // The redirect URL of another provider: a code of one is never shown to the other (mix-up).
  if (visit.provider_id !== providerId) throw new NotLedIn('failed', 'other_provider')
  const reached = await openProvider(needs, providerId)
  const client = visitClient(reached, wantsMailbox(visit, reached))
  const returned = readReturn(said, client)
  if (!returned.ok && returned.reason === 'issuer') throw new NotLedIn('failed', 'other_issuer')
  if (!returned.ok) throw unwilling(returned.answer)
  const redirectUrl = redirectUrlOf(needs, reached.row)
  const parameters = codeParameters(returned.code, secrets.verifier, redirectUrl, client)
  const asked = tokenRequest(client, parameters, needs)
  const answer = await readTokenAnswer(await needs.outbound(asked, { timeoutMs: EXCHANGE_TIMEOUT }))
  await needs.store.tables.identityProviders.reached(reached.row.id, needs.clock.now())
  if (!answer.ok) throw unwilling(answer.answer)
  const whyNot = (cause: unknown): void =>
    needs.log.warn('sign_in.id_token', { provider: reached.row.name, cause })
  const claims = answer.idToken
    ? await idTokenClaims(needs, client, answer.idToken, secrets.nonce, whyNot)
    : null
  if (!claims) throw new NotLedIn('failed', 'identity_unproven')
  const verdict = providerPerson(claims, client, reached.config)
  if (!verdict.ok) {
    const other = verdict.reason === 'other_organisation'
    throw new NotLedIn(other ? verdict.reason : 'failed', verdict.reason)
  }
  return { reached, visit, secrets, person: verdict.person, claims, answer, from }
}

/** As it was asked for when the visit began. */
const wantsMailbox = ({ purpose }: ProviderVisitRow, { config }: Reached): boolean =>
  purpose === 'mailbox' || (purpose !== 'step_up' && config.ownMailbox)

/** What the provider answered in place of a code, or of tokens. */
function unwilling(answer: Answer): NotLedIn {
  const found = diagnose(answer)
  const reason = reasonOf(found.cause === 'grant_over' ? { ...found, cause: 'code_spent' } : found)
  return new NotLedIn(BY_CAUSE[found.cause] ?? 'failed', reason)
}

const BY_CAUSE: Readonly<Record<string, string>> = {
  declined: 'declined',
  interaction_needed: 'declined',
  user_disabled: 'account_disabled',
  user_locked: 'account_disabled',
  password_expired: 'account_disabled',
  user_unknown: 'account_disabled',
  user_not_assigned: 'account_disabled',
  provider_down: 'away',
  throttled: 'away',
}
