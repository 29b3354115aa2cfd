/**
 * Row A14 for Init. Token: an id_token that is not this provider's word about this sign-in.
 */
import assert from 'node:assert/strict'
import { createHmac, sign, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { clientOf, type OAuthClient } from '#vault/client.ts'
import { idTokenClaims, type Claims } from '#vault/id-token.ts'
import { guardedOutbound } from '#vault/outbound.ts'
import { reachable } from '#vault/reachable.ts'
import { signingKey, type SigningKey } from '../support/authority/keys.ts'
import { applicationRow } from '../support/rows.ts'
import { localhostTls } from '../support/tls.ts'

const TENANT = '11111111-2222-3333-4444-555555555555'
const OTHER = '99999999-2222-3333-4444-555555555555'
const NONCE = new Secret('nonce-of-this-sign-in')

/** The keys that the provider shows, and how often it was asked for them. */
const shown: { keys: object[]; asked: number } = { keys: [], asked: 0 }
const [key, next, stranger] = [signingKey(), signingKey(), signingKey()]
const server = createServer(localhostTls(), (_, res) => {
  shown.asked++
  res.writeHead(200, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ keys: shown.keys }))
})
let origin = ''
before(async () => {
  server.listen(0, 'localhost')
  await once(server, 'listening')
  origin = `https://localhost:${(server.address() as AddressInfo).port}`
})
after(() => server.close())

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
type Signer = (signed: string) => string
const rs256 =
  (by: KeyObject): Signer =>
  (signed) =>
    sign('sha256', Buffer.from(signed), by).toString('base64url')

function token(
  claims: Record<string, unknown> = {},
  header: object = {},
  signer: Signer = rs256(key.privateKey),
): Secret {
  const now = Math.floor(Date.now() / 1000)
  const good = {
    iss: `${origin}/${TENANT}/v2.0`,
    aud: 'client',
    sub: 'pairwise',
    tid: TENANT,
    oid: 'o1',
    preferred_username: 'alice@example.test',
    nonce: NONCE.reveal(),
    iat: now,
    nbf: now,
    exp: now + 3600,
  }
  const head = encoded({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header })
  const signed = `${head}.${encoded({ ...good, ...claims })}`
  return new Secret(`${signed}.${signer(signed)}`)
}

async function judged(
  idToken: Secret,
  {
    keys = [key.publicJwk],
    tenant = TENANT,
    ahead = 0,
    nonce = NONCE,
  }: { keys?: object[]; tenant?: string; ahead?: number; nonce?: Secret | null } = {},
): Promise<Claims | null> {
  shown.keys = keys
  const outbound = guardedOutbound({ mayReach: reachable(['127.0.0.0/8', '::1']) })
  const discover = (): Promise<never> => Promise.reject(new Error('Nothing is discovered.'))
  const row = applicationRow('a', { root_url: origin, tenant_id: tenant, client_proof: 'none' })
  const client: OAuthClient = await clientOf(row, {
    sealer: { open: () => new Secret('') },
    discover,
  })
  const clock = { now: () => Date.now() + ahead }
  return await idTokenClaims({ outbound, discover, clock }, client, idToken, nonce, () => {})
}

describe('A14: an id_token', () => {
  const soon = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

  it('A14: that is right is taken, and the keys are asked for once', async () => {
    const before = shown.asked
    assert.equal((await judged(token()))?.['preferred_username'], 'alice@example.test')
    assert.equal(shown.asked, before + 1)
  })

  const WRONG: Record<string, () => Secret> = {
    'no nonce': () => token({ nonce: undefined }),
    'another nonce': () => token({ nonce: 'of-another-sign-in' }),
    'no iss': () => token({ iss: undefined }),
    'another iss': () => token({ iss: 'https://evil.example/v2.0' }),
    'iss with a slash more': () => token({ iss: `${origin}/${TENANT}/v2.0/` }),
    'no aud': () => token({ aud: undefined }),
    'another aud': () => token({ aud: 'another-client' }),
    'two aud, and no azp': () => token({ aud: ['client', 'another-client'] }),
    'two aud, and azp of the other': () =>
      token({ aud: ['client', 'another-client'], azp: 'another-client' }),
    'no sub': () => token({ sub: undefined }),
    'no exp': () => token({ exp: undefined }),
    'no iat': () => token({ iat: undefined }),
    'exp as text': () => token({ exp: String(soon(3600)) }),
    'nbf to come': () => token({ nbf: soon(10 * 60) }),
    'ended ten minutes ago': () => token({ exp: soon(-10 * 60) }),
    'ended just beyond the leeway': () => token({ exp: soon(-63) }),
    'another kid': () => token({}, { kid: 'unknown' }),
    'the key of a stranger': () => token({}, {}, rs256(stranger.privateKey)),
    'no signature': () => token({}, { alg: 'none' }, () => ''),
    'alg none in capitals': () => token({}, { alg: 'NONE' }, () => ''),
    'HS256 with the public key as secret': () => token({}, { alg: 'HS256' }, hs256(key)),
    'a key of its own in jwk': () =>
      token({}, { kid: undefined, jwk: stranger.publicJwk }, rs256(stranger.privateKey)),
    'an address of keys in jku': () =>
      token({}, { jku: `${origin}/other`, kid: stranger.kid }, rs256(stranger.privateKey)),
    'an extension that must be understood': () => token({}, { crit: ['b64'], b64: false }),
    'no JWT at all': () => new Secret('abc'),
    'five parts': () => new Secret('a.b.c.d.e'),
    'claims that were changed afterwards': () => {
      const [head = '', , signature = ''] = token().reveal().split('.')
      const [, claims = ''] = token({ preferred_username: 'eve@example.test' }).reveal().split('.')
      return new Secret(`${head}.${claims}.${signature}`)
    },
  }
  const hs256 =
    ({ publicKey }: SigningKey): Signer =>
    (signed) => {
      const pem = publicKey.export({ type: 'spki', format: 'pem' })
      return createHmac('sha256', pem).update(signed).digest('base64url')
    }
  for (const [name, wrong] of Object.entries(WRONG))
    it(`A14: with ${name} is refused`, async () => {
      const before = shown.asked
      assert.equal(await judged(wrong()), null)
      assert.ok(
        shown.asked - before <= 1,
        'a wrong token makes nobody ask for keys again and again',
      )
    })

  it('A14: is taken within a minute of its time, and not beyond', async () => {
    assert.ok(await judged(token({ exp: soon(-55) })))
    assert.ok(await judged(token({ nbf: soon(55) })))
  })

  it('A14: is judged by the clock of the product, ten minutes off or not', async () => {
    assert.ok(await judged(token({ exp: soon(5 * 60) })))
    assert.equal(await judged(token({ exp: soon(5 * 60) }), { ahead: 10 * MINUTE }), null)
    assert.equal(await judged(token({ exp: soon(3600) }), { ahead: -10 * MINUTE }), null)
  })

  it('A14: is checked against the keys of now: a key that was rotated in counts, one out does not', async () => {
    const byNext = token({}, { kid: next.kid }, rs256(next.privateKey))
    assert.ok(await judged(byNext, { keys: [key.publicJwk, next.publicJwk] }))
    assert.equal(await judged(token(), { keys: [next.publicJwk] }), null)
  })

  it('A14: is refused where two keys have one name', async () => {
    const twin = { ...stranger.publicJwk, kid: key.kid }
    assert.equal(await judged(token(), { keys: [twin, key.publicJwk] }), null)
  })

  it('A14: without a nonce is right only where none was sent', async () => {
    const bare = token({ nonce: undefined })
    assert.ok(await judged(bare, { nonce: null }))
    assert.equal(await judged(token(), { nonce: null }), null)
  })

  it('A18: of another tenant is refused by an application with one tenant', async () => {
    const other = token({ tid: OTHER, iss: `${origin}/${OTHER}/v2.0` })
    assert.equal(await judged(other), null)
    assert.ok(await judged(other, { tenant: 'organizations' }))
  })

  it('A18: of any tenant has to be of the tenant that it names', async () => {
    for (const tenant of ['organizations', 'common', 'example.test']) {
      assert.ok(await judged(token(), { tenant }))
      const liar = token({ tid: OTHER })
      assert.equal(await judged(liar, { tenant }), null)
      for (const tid of [undefined, '', '../x', `${TENANT}/v2.0?`, 7])
        assert.equal(await judged(token({ tid }), { tenant }), null, String(tid))
    }
  })
})
