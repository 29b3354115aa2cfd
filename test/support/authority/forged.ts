/**
 * Tokens as an authority of the tests signs them, every part of which can be forged.
 */
import { sign, type KeyObject } from 'node:crypto'
import type { Authority } from './authority.ts'

export type Signer = (signed: string) => string
export const rs256 =
  (by: KeyObject): Signer =>
  (signed) =>
    sign('sha256', Buffer.from(signed), by).toString('base64url')

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

export function forged(header: object, claims: object, signer: Signer): string {
  const signed = `${encoded(header)}.${encoded(claims)}`
  return `${signed}.${signer(signed)}`
}

/** The nonce of the last visit: what the browser carried to the authority. */
export const lastNonce = (authority: Authority): string =>
  authority.seen.findLast(({ query }) => query.has('nonce'))?.query.get('nonce') ?? ''

/** An id_token that is right for the last visit, unless it is said otherwise. */
export function idToken(
  authority: Authority,
  claims: object = {},
  header: object = {},
  signer: Signer = rs256(authority.key.privateKey),
): string {
  const now = Math.floor(Date.now() / 1000)
  const good = {
    iss: authority.issuer,
    aud: 'web',
    sub: 'sub-of-erin',
    email: 'erin@example.test',
    email_verified: true,
    preferred_username: 'erin',
    nonce: lastNonce(authority),
    iat: now,
    exp: now + 3600,
  }
  const head = { alg: 'RS256', typ: 'JWT', kid: authority.key.kid, ...header }
  return forged(head, { ...good, ...claims }, signer)
}

/** The token endpoint answers with that id_token from now on. */
export function answerWith(authority: Authority, idTokenNow: () => string | null): void {
  authority.instead = (path) => {
    if (!path.endsWith('/token')) return null
    const id_token = idTokenNow()
    const body = {
      token_type: 'Bearer',
      access_token: 'access-token-of-the-test',
      refresh_token: 'refresh-token-of-the-test',
      expires_in: 3600,
      ...(id_token === null ? {} : { id_token }),
    }
    return { status: 200, body: JSON.stringify(body) }
  }
}
