/**
 * The cookies: the browser session, the device that has signed in before, and Init. Token under way.
 *
 * `__Host-` (RFC 6265bis §4.1.3.2): Secure, Path=/, no Domain, so that no sibling host can plant one.
 */
import { Secret } from '#base/secret.ts'
import { MINUTE, SECOND } from '#base/clock.ts'
import { DEVICE_LIFE } from '#domain/throttle.ts'

export const SESSION_COOKIE = '__Host-passerelle'
export const DEVICE_COOKIE = '__Host-passerelle-device'
/** Whose browser was asked for a passkey. Opens nothing. */
export const PASSKEY_COOKIE = '__Host-passerelle-passkey'
const INIT_FOR = 15 * MINUTE
const LAX = 'Path=/; Secure; HttpOnly; SameSite=Lax'
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

export const passkeyCookie = (token: Secret): string =>
  `${PASSKEY_COOKIE}=${token.reveal()}; Path=/; Secure; HttpOnly; SameSite=Strict`

/** One for each visit to an identity provider that a browser makes: `which` as below. */
export const visitCookieName = (which: string): string => `__Host-passerelle-sign-in-${which}`

/** Lax, as the one of Init. Token is, and for as long. */
export const visitCookie = (which: string, token: Secret): string =>
  `${visitCookieName(which)}=${token.reveal()}; ${LAX}; Max-Age=${INIT_FOR / SECOND}`

export const clearedVisitCookie = (which: string): string =>
  `${visitCookieName(which)}=; ${LAX}; Max-Age=0`

/** One for each Init. Token that a browser runs: `which` is a word of hexadecimal digits. */
export const initCookieName = (which: string): string => `__Host-passerelle-init-${which}`

/**
 * Lax, because the browser brings it when a provider sends it back here. It opens nothing: it shows
 * that the browser which ends an Init. Token is the one that began it.
 */
export const initCookie = (which: string, token: Secret): string =>
  `${initCookieName(which)}=${token.reveal()}; ${LAX}; Max-Age=${INIT_FOR / SECOND}`

export const clearedInitCookie = (which: string): string =>
  `${initCookieName(which)}=; ${LAX}; Max-Age=0`
