import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, HOUR, MINUTE } from '#base/clock.ts'
import { discovery } from './discovery.ts'
import { OutboundError, type Outbound } from './outbound.ts'

const ISSUER = 'https://idp.example/realm'
const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: 'https://idp.example/authorize',
  token_endpoint: 'https://idp.example/token',
  jwks_uri: 'https://idp.example/keys',
  authorization_response_iss_parameter_supported: true,
}

function provider() {
  const said = { asked: [] as string[], document: DOCUMENT as object, away: false }
  const outbound: Outbound = async ({ url }) => {
    said.asked.push(url)
    if (said.away) throw new OutboundError('dns', 'idp.example cannot be asked.')
    return Response.json(said.document)
  }
  const clock = fixedClock('2026-11-20T12:00:00Z')
  return { said, clock, discover: discovery(outbound, clock) }
}

describe('discovery', () => {
  it('asks below the issuer once an hour, however many need it', async () => {
    const { said, clock, discover } = provider()
    const [found] = await Promise.all([discover(ISSUER), discover(ISSUER), discover(ISSUER)])
    assert.deepEqual(found, {
      authorize: 'https://idp.example/authorize',
      token: 'https://idp.example/token',
      device: null,
      issuer: ISSUER,
      jwks: 'https://idp.example/keys',
      userinfo: null,
      revoke: null,
      promisesIss: true,
      endSession: null,
    })
    clock.advance(HOUR - 1)
    await discover(ISSUER)
    assert.deepEqual(said.asked, [`${ISSUER}/.well-known/openid-configuration`])
    clock.advance(1)
    await discover(ISSUER)
    assert.equal(said.asked.length, 2)
  })

  it('refuses a document of another issuer, and asks again the next time', async () => {
    const { said, discover } = provider()
    said.document = { ...DOCUMENT, issuer: 'https://idp.example' }
    await assert.rejects(discover(ISSUER), { code: 'unavailable' })
    said.document = { nothing: true }
    await assert.rejects(discover(ISSUER), { code: 'unavailable' })
    said.document = DOCUMENT
    assert.equal((await discover(ISSUER)).issuer, ISSUER)
    assert.equal(said.asked.length, 3)
  })

  it('goes on with the last document while the provider cannot be reached', async () => {
    const { said, clock, discover } = provider()
    const found = await discover(ISSUER)
    said.away = true
    clock.advance(HOUR)
    assert.deepEqual(await discover(ISSUER), found)
    assert.deepEqual(await discover(ISSUER), found)
    assert.equal(said.asked.length, 2)
    clock.advance(MINUTE)
    said.away = false
    said.document = { ...DOCUMENT, jwks_uri: 'https://idp.example/new-keys' }
    assert.equal((await discover(ISSUER)).jwks, 'https://idp.example/new-keys')
    const fresh = provider()
    fresh.said.away = true
    await assert.rejects(fresh.discover(ISSUER), { failure: 'dns' })
  })
})
