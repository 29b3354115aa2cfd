/**
 * `GET /oauth/callback`: where a provider sends the browser back. A redirect to a page of ours comes
 * out of it, always; what the provider wrote is judged and never shown.
 */
import type { Context } from 'hono'
import type { Log } from '#base/log.ts'
import { endInBrowser } from '#changes/token-init/return.ts'
import type { InitNeeds } from '#changes/token-init/needs.ts'
import { clearedInitCookie, initCookieName, readCookie } from './cookies.ts'

const MAX_CLIENT = 200
/** Codes of providers are long, addresses are not endless. */
const MAX_QUERY = 16 * 1024

export function oauthCallback(
  needs: InitNeeds & { readonly log: Log },
): (c: Context) => Promise<Response> {
  return async (c) => {
    // HEAD is answered as GET is, by who routes; it would use the state up for nothing.
    if (c.req.method !== 'GET') return c.text('Not found.', 404)
    const { search, searchParams } = new URL(c.req.url)
    const cookies = c.req.header('cookie') ?? null
    const from = {
      ip: (c.env as { ip: string }).ip,
      client: (c.req.header('user-agent') ?? '')
        .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
        .slice(0, MAX_CLIENT),
    }
    const browserSecret = (name: string) => readCookie(cookies, initCookieName(name))
    const query = search.length > MAX_QUERY ? new URLSearchParams() : searchParams
    const back = await endInBrowser(needs, query, browserSecret, from).catch((thrown: unknown) => {
      needs.log.error('oauth.callback', { thrown })
      return { path: '/renew#failed', cookie: null }
    })
    if (back.cookie !== null) c.header('Set-Cookie', clearedInitCookie(back.cookie))
    // The address has the code in it: no cache keeps it, and no page is told it as its referrer.
    c.header('Cache-Control', 'no-store')
    c.header('Referrer-Policy', 'no-referrer')
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    return c.redirect(`${needs.origin}${back.path}`, 303)
  }
}
