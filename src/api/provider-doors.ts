/**
 * The addresses that are registered at identity providers with OpenID Connect: the way back from a
 * sign-in, and what a provider says when somebody signs out there.
 */
import type { Context } from 'hono'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { endVisit } from '#changes/provider-visit/return.ts'
import { backChannelLogout, frontChannelLogout } from '#changes/provider-visit/sign-out.ts'
import type { VisitNeeds } from '#changes/provider-visit/visit.ts'
import { OutboundError } from '#vault/outbound.ts'
import {
  clearedVisitCookie,
  deviceCookie,
  readCookie,
  sessionCookie,
  visitCookie,
  visitCookieName,
} from './cookies.ts'

const MAX_CLIENT = 200
/** Codes of providers are long, addresses are not endless. */
const MAX_QUERY = 16 * 1024
/** A logout token is one JWT. */
const MAX_FORM = 32 * 1024

type Door = (c: Context) => Promise<Response>
export type ProviderDoors = {
  readonly signIn: Door
  readonly frontChannel: Door
  readonly backChannel: Door
}

export function providerDoors(needs: VisitNeeds): ProviderDoors {
  return {
    signIn: async (c) => {
      // HEAD is answered as GET is, by who routes; it would use the state up for nothing.
      if (c.req.method !== 'GET') return c.text('Not found.', 404)
      const cookies = c.req.header('cookie') ?? null
      const browserSecret = (name: string): Secret | null =>
        readCookie(cookies, visitCookieName(name))
      const providerId = c.req.param('id') ?? ''
      const query = queryOf(c)
      const from = originOf(c)
      const back = await endVisit(needs, providerId, query, browserSecret, from).catch(
        (thrown: unknown) => {
          needs.log.error('sign_in.callback', { thrown })
          const url = `${needs.origin}/sign-in#provider=failed`
          return { url, spent: null, session: null, device: null, again: null }
        },
      )
      const set = (cookie: string): void => c.header('Set-Cookie', cookie, { append: true })
      if (back.spent !== null) set(clearedVisitCookie(back.spent))
      if (back.again) set(visitCookie(back.again.browser.name, back.again.browser.secret))
      if (back.session) set(sessionCookie(back.session))
      if (back.device) set(deviceCookie(back.device))
      keepToOurselves(c)
      c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
      return c.redirect(back.url, 303)
    },

    // In a hidden frame of the provider (OpenID Connect Front-Channel Logout 1.0 §2).
    frontChannel: async (c) => {
      if (c.req.method !== 'GET') return c.text('Not found.', 404)
      const at = await frontChannelLogout(needs, c.req.param('id') ?? '', queryOf(c), originOf(c))
      keepToOurselves(c)
      const frames = at === null ? "'none'" : at
      c.header('Content-Security-Policy', `default-src 'none'; frame-ancestors ${frames}`)
      return c.text('', 200)
    },

    // From the provider itself (OpenID Connect Back-Channel Logout 1.0 §2.5).
    backChannel: async (c) => {
      keepToOurselves(c)
      const type = c.req.header('content-type') ?? ''
      const form = /^application\/x-www-form-urlencoded\b/i.test(type) ? await formOf(c) : null
      const tokens = form?.getAll('logout_token') ?? []
      const [token] = tokens
      if (tokens.length !== 1 || token === undefined)
        return c.json({ error: 'invalid_request' }, 400)
      const taken = await backChannelLogout(
        needs,
        c.req.param('id') ?? '',
        token,
        originOf(c),
      ).catch((thrown: unknown) => {
        if (!(thrown instanceof OutboundError) && !(thrown instanceof Problem)) throw thrown
        needs.log.warn('sign_out.back_channel', { ip: originOf(c).ip, cause: thrown })
        return null
      })
      // Its keys, or the database, cannot be had: nothing is said of the token.
      if (taken === null)
        return c.json({ error: 'temporarily_unavailable' }, 503, { 'Retry-After': '60' })
      return taken ? c.body(null, 200) : c.json({ error: 'invalid_request' }, 400)
    },
  }
}

/** The address may have a code in it: no cache keeps it, and no page is told it as its referrer. */
function keepToOurselves(c: Context): void {
  c.header('Cache-Control', 'no-store')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('X-Content-Type-Options', 'nosniff')
}

function queryOf(c: Context): URLSearchParams {
  const { search, searchParams } = new URL(c.req.url)
  return search.length > MAX_QUERY ? new URLSearchParams() : searchParams
}

async function formOf(c: Context): Promise<URLSearchParams | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_FORM) return null
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

const originOf = (c: Context): { ip: string; client: string } => ({
  ip: (c.env as { ip: string }).ip,
  client: (c.req.header('user-agent') ?? '')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .slice(0, MAX_CLIENT),
})
