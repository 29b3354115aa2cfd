import assert from 'node:assert/strict'
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { fixedClock, systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { ASSERTION_TYPE } from './client-assertion.ts'
import type { ClientProof } from './client.ts'
import { ASSUMED_LIFE_S, readTokenAnswer, tokenRequest } from './token-endpoint.ts'

const needs = { clock: fixedClock('2026-11-20T12:00:00Z'), entropy: systemEntropy }
const endpoints = { token: 'https://login.example.org/token' }
const client = (proof: ClientProof) => ({ clientId: 'c1', proof, endpoints })
const form = async (request: Request) => new URLSearchParams(await request.text())
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers })
const good = { access_token: 'abc.DEF-_~+/=', token_type: 'Bearer', expires_in: 3599 }

describe('a request to the token endpoint', () => {
  it('carries parameters and client secret in the body, nothing in the address', async () => {
    const request = tokenRequest(
      client({ kind: 'secret', open: () => new Secret('s&cret') }),
      { grant_type: 'refresh_token', refresh_token: new Secret('rt+1') },
      needs,
    )
    assert.equal(request.url, endpoints.token)
    assert.equal(request.method, 'POST')
    assert.equal(
      request.headers.get('content-type'),
      'application/x-www-form-urlencoded;charset=UTF-8',
    )
    assert.deepEqual(Object.fromEntries(await form(request)), {
      grant_type: 'refresh_token',
      refresh_token: 'rt+1',
      client_id: 'c1',
      client_secret: 's&cret',
    })
  })

  it('of a public client has its name alone', async () => {
    const sent = await form(tokenRequest(client({ kind: 'none' }), { grant_type: 'x' }, needs))
    assert.deepEqual(Object.fromEntries(sent), { grant_type: 'x', client_id: 'c1' })
  })

  it('proves a certificate by a signed assertion, new each time', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const proof: ClientProof = {
      kind: 'certificate',
      open: () => ({ privateKey, x5tS256: 'thumb' }),
    }
    const one = await form(tokenRequest(client(proof), { grant_type: 'client_credentials' }, needs))
    const two = await form(tokenRequest(client(proof), { grant_type: 'client_credentials' }, needs))
    assert.equal(one.get('client_assertion_type'), ASSERTION_TYPE)
    assert.notEqual(one.get('client_assertion'), two.get('client_assertion'))
    const [header = '', claims = '', signature = ''] = one.get('client_assertion')!.split('.')
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    assert.deepEqual(read(header), { alg: 'RS256', typ: 'JWT', 'x5t#S256': 'thumb' })
    const { jti, ...rest } = read(claims) as Record<string, unknown>
    const now = Date.parse('2026-11-20T12:00:00Z') / 1000
    const times = { iat: now, nbf: now, exp: now + 300 }
    assert.deepEqual(rest, { iss: 'c1', sub: 'c1', aud: endpoints.token, ...times })
    assert.match(String(jti), /^[0-9a-f]{32}$/)
    const verify = createVerify('sha256').update(`${header}.${claims}`)
    assert.ok(verify.verify(publicKey, signature, 'base64url'))
  })
})

describe('an answer of the token endpoint', () => {
  it('is read with all that it says', async () => {
    const answer = await readTokenAnswer(
      json({ ...good, refresh_token: '1//0g*!x', scope: 'a b', refresh_token_expires_in: '86400' }),
    )
    assert.ok(answer.ok)
    assert.equal(answer.accessToken.reveal(), good.access_token)
    assert.equal(answer.refreshToken?.reveal(), '1//0g*!x')
    assert.deepEqual(answer.scopes, ['a', 'b'])
    assert.deepEqual([answer.expiresInS, answer.refreshExpiresInS], [3599, 86_400])
  })

  it('without a new refresh token, a life or scopes says so', async () => {
    const answer = await readTokenAnswer(json({ access_token: 'abc' }))
    assert.ok(answer.ok)
    assert.deepEqual(
      [answer.refreshToken, answer.scopes, answer.expiresInS, answer.refreshExpiresInS],
      [null, null, ASSUMED_LIFE_S, null],
    )
  })

  it('with a life that is none gets the assumed one, and never more than a day', async () => {
    for (const life of [0, -1, 'soon', null, {}, Number.NaN, '-3']) {
      const answer = await readTokenAnswer(json({ ...good, expires_in: life }))
      assert.ok(answer.ok)
      assert.equal(answer.expiresInS, ASSUMED_LIFE_S)
    }
    const long = await readTokenAnswer(json({ ...good, expires_in: 1e12 }))
    assert.ok(long.ok)
    assert.equal(long.expiresInS, 86_400)
  })

  for (const bad of [
    'a b',
    'a\r\nX: y',
    'a\nb',
    'a\u0001b',
    'a\0',
    '',
    'é',
    ' ',
    'a=b',
    'x'.repeat(20_000),
    7,
  ])
    it(`M18: an access token ${JSON.stringify(bad).slice(0, 30)} is none, and a new refresh token is kept`, async () => {
      const answer = await readTokenAnswer(
        json({ ...good, access_token: bad, refresh_token: 'rt2' }),
      )
      assert.ok(!answer.ok)
      assert.deepEqual(answer.answer, { status: 200 })
      assert.equal(answer.refreshToken?.reveal(), 'rt2')
    })

  it('M18: a refresh token with controls or of other alphabets is none', async () => {
    for (const bad of ['a\r\nb', 'a\0b', 'é', '\u007f', '']) {
      const answer = await readTokenAnswer(json({ ...good, refresh_token: bad }))
      assert.ok(answer.ok)
      assert.equal(answer.refreshToken, null)
    }
  })

  it('of another type than Bearer is of no use', async () => {
    assert.ok(!(await readTokenAnswer(json({ ...good, token_type: 'DPoP' }))).ok)
    assert.ok((await readTokenAnswer(json({ ...good, token_type: 'bearer' }))).ok)
  })

  it('that refuses is read with what Entra adds', async () => {
    const body = {
      error: 'invalid_grant',
      error_description: 'AADSTS700082: The refresh token has expired.',
      error_codes: [700_082, 'x'],
      suberror: 'bad_token',
    }
    const answer = await readTokenAnswer(json(body, 400, { 'retry-after': '7' }))
    assert.ok(!answer.ok)
    assert.deepEqual(answer.answer, {
      status: 400,
      error: 'invalid_grant',
      description: 'AADSTS700082: The refresh token has expired.',
      codes: [700_082],
      suberror: 'bad_token',
      retryAfterMs: 7000,
    })
  })

  it('that is no JSON object is not one', async () => {
    const said = async (text: string, status: number) => {
      const answer = await readTokenAnswer(new Response(text, { status }))
      assert.ok(!answer.ok)
      return answer.answer
    }
    assert.deepEqual(await said('<html>', 200), { failure: 'not_json' })
    assert.deepEqual(await said('[]', 200), { failure: 'not_json' })
    assert.deepEqual(await said('null', 200), { failure: 'not_json' })
    assert.deepEqual(await said('  ', 200), { failure: 'empty' })
    assert.deepEqual(await said('<html>invalid_grant', 400), { status: 400, retryAfterMs: null })
    assert.deepEqual(await said('', 503), { status: 503, retryAfterMs: null })
  })
})
