/**
 * API: what the sign-in page offers, and visits to identity providers with OpenID Connect.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { oidcConfig } from '#identity/outside/provider-config.ts'
import { beginAtProvider, beginConfirmation, beginMailbox } from '#changes/provider-visit/begin.ts'
import type { Sent, VisitNeeds } from '#changes/provider-visit/visit.ts'
import { userKey } from '#domain/user.ts'
import { offersPasskeys } from '#identity/passkey-sign-in.ts'
import { diagnose } from '#vault/diagnosis.ts'
import { OutboundError } from '#vault/outbound.ts'
import { providerOf } from '#vault/providers.ts'
import type { Cookies, HandlersOf, Origin } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /sign-in'
  | 'POST /sign-in/name'
  | 'POST /sign-in/provider'
  | 'POST /session/confirm/provider'
  | 'POST /me/mailbox'

type Button = Answer<'GET /sign-in'>['providers'][number]
type Offered = Button & { readonly domains: readonly string[] }

export function providerSignInHandlers(needs: VisitNeeds): HandlersOf<Names> {
  const offered = async (): Promise<Offered[]> => {
    const { identityProviders, oauthApplications } = needs.store.tables
    const rows = (await identityProviders.list()).filter(
      ({ kind, enabled }) => kind === 'oidc' && enabled === 1,
    )
    if (rows.length === 0) return []
    const applications = new Map((await oauthApplications.list()).map((one) => [one.id, one]))
    return rows.map((row) => {
      const provider = providerOf(applications.get(row.application_id ?? '')?.provider ?? '')
      const kind = provider?.signIn?.button ?? 'oidc'
      return { id: row.id, name: row.name, kind, domains: oidcConfig(row).domains }
    })
  }
  return {
    'GET /sign-in': async () => {
      const all = await offered()
      return {
        providers: all.map(button),
        passkeys: await offersPasskeys(needs),
        domains: all.some(({ domains }) => domains.length > 0),
      }
    },

    'POST /sign-in/name': async ({ body }) => {
      const domain = userKey(body.name).split('@').slice(1).at(-1) ?? ''
      const there = (await offered()).find(({ domains }) => domains.includes(domain))
      return there
        ? { password: false, provider: button(there) }
        : { password: true, provider: null }
    },

    'POST /sign-in/provider': async ({ body, origin, cookies, signedIn }) => {
      const wanted = {
        ...body,
        link: body.link === undefined ? null : new Secret(body.link),
        deviceToken: origin.deviceToken,
        sessionId: signedIn?.session.id ?? null,
      }
      return await led(cookies, () => beginAtProvider(needs, wanted, origin))
    },

    'POST /session/confirm/provider': async ({ body, origin, cookies, ...current }) =>
      await led(cookies, () => beginConfirmation(needs, current, given(body, origin), origin)),

    'POST /me/mailbox': async ({ body, origin, cookies, ...current }) =>
      await led(cookies, () => beginMailbox(needs, current, given(body, origin), origin)),
  }
}

const button = ({ id, name, kind }: Button): Button => ({ id, name, kind })

const given = (body: { next?: string | undefined }, { deviceToken }: Origin) => ({
  next: body.next,
  deviceToken,
})

/** A provider that cannot be asked is named by the cause, never by what it sent. */
async function led(cookies: Cookies, begin: () => Promise<Sent>): Promise<{ url: string }> {
  try {
    const { url, browser } = await begin()
    cookies.setVisit(browser.name, browser.secret)
    return { url }
  } catch (thrown) {
    if (!(thrown instanceof OutboundError)) throw thrown
    const { cause } = diagnose({ failure: thrown.failure })
    throw new Problem('conflict', `The provider cannot be asked: ${cause}.`, {
      cause: thrown,
      fields: [{ field: 'provider', fault: 'diagnosed', suggestion: cause }],
    })
  }
}
