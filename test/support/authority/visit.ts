/**
 * A person's browser at an authority: follows redirects, keeps cookies, and stops where the authority
 * sends it back to the product.
 */
import { request } from 'node:https'

/** Cookies that a browser has from an authority, by name. */
export type Jar = Map<string, string>

/**
 * @param jar of a browser that was there before; a fresh one otherwise
 * @returns the address, with code or error, that the browser would open next
 */
export async function visit(start: string, until: string, jar: Jar = new Map()): Promise<URL> {
  let at = new URL(start)
  for (let hops = 0; hops < 20; hops++) {
    if (at.href.startsWith(until)) return at
    const { location, cookies, status } = await get(at, jar)
    for (const cookie of cookies) {
      const [pair = ''] = cookie.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    if (location === undefined) throw new Error(`The authority stops at ${at.pathname}: ${status}`)
    at = new URL(location, at)
  }
  throw new Error('The authority redirects without end.')
}

async function get(
  url: URL,
  jar: Jar,
): Promise<{ location: string | undefined; cookies: string[]; status: number }> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  return await new Promise((resolve, reject) => {
    const asked = request(url, { headers: { cookie, accept: 'text/html' } }, (res) => {
      res.resume()
      resolve({
        location: res.headers.location,
        cookies: res.headers['set-cookie'] ?? [],
        status: res.statusCode ?? 0,
      })
    })
    asked.once('error', reject)
    asked.end()
  })
}
