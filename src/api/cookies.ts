/**
 * The two cookies: the browser session, and the device that has signed in before.
 *
 * `__Host-` (RFC 6265bis §4.1.3.2): Secure, Path=/, no Domain, so that no sibling host can plant one.
 */
import { Secret } from '#base/secret.ts'
import { SECOND } from '#base/clock.ts'
import { DEVICE_LIFE } from '#domain/throttle.ts'

export const SESSION_COOKIE = '__Host-passerelle'
export const DEVICE_COOKIE = '__Host-passerelle-device'
/** Tokens are 32 bytes in base64url. Anything else is not looked up. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** The value of a cookie, or null when it is absent, twice there, or no token. */
export function readCookie(header: string | null, name: string): Secret | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  const [value] = values
  return values.length === 1 && value !== undefined && TOKEN.test(value) ? new Secret(value) : null
}

/** A session cookie ends with the browser; how long the session lives is decided on the server. */
export function sessionCookie(token: Secret | null): string {
  const value = token ? token.reveal() : ''
  return `${SESSION_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict${token ? '' : '; Max-Age=0'}`
}

export function deviceCookie(token: Secret): string {
  return `${DEVICE_COOKIE}=${token.reveal()}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${DEVICE_LIFE / SECOND}`
}
