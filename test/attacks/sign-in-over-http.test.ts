/**
 * A01–A07 and A24 once more, through the API: what a stranger with a network sees.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR, MINUTE } from '#base/clock.ts'
import type { Answered, Client } from '../support/client.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

const WRONG = 'rhubarb tractor sidewalk'
const NEW_PASSWORD = 'rhubarb ladder umbrella 7'
const SESSION = '__Host-passerelle'

/** All of an answer that a stranger can compare: without the time and the id of the request. */
function visible({ status, headers, body }: Answered<unknown>): unknown {
  const { requestId, ...said } = body as { requestId: string }
  assert.match(requestId, /^[0-9a-f-]{36}$/)
  const sent = [...headers].filter(([name]) => name !== 'date')
  return { status, sent, said, length: JSON.stringify(body).length }
}

describe('the sign-in over HTTP', () => {
  let product: Product
  let ada: Client
  before(async () => {
    product = await startProduct()
    ada = await product.administrator()
  })
  after(async () => await product[Symbol.asyncDispose]())

  /** Administrators confirm who they are before they change something. */
  async function confirmed(client: Client): Promise<Client> {
    product.clock.advance(MINUTE)
    await client.call('POST /session/confirm', {
      body: { password: PASSWORD, code: client.code() },
    })
    return client
  }

  async function linkFor(id: string): Promise<string> {
    const { url } = await (await confirmed(ada)).call('POST /users/:id/link', { params: { id } })
    return url.split('#')[1] ?? ''
  }

  it('A01: unknown, wrong, locked, disabled and invited are one answer, byte for byte', async () => {
    await confirmed(ada)
    await product.person(ada, 'known')
    const dora = await product.person(ada, 'dora')
    await product.person(ada, 'lola')
    await ada.call('POST /users/:id/disable', { params: { id: dora.userId } })
    await ada.call('POST /users', {
      body: { name: 'ina', email: 'ina@example.org', role: 'user', language: 'en' },
    })
    for (let i = 0; i < 10; i++)
      await product.client().send('POST /session', { body: { name: 'lola', password: WRONG } })
    const cases = {
      unknown: ['nemo', WRONG],
      wrong: ['known', WRONG],
      locked: ['lola', PASSWORD],
      disabled: ['dora', PASSWORD],
      invited: ['ina', PASSWORD],
      strange: ['\u0000\u{202e}x', 'y'.repeat(1024)],
      empty: ['', ''],
    } as const
    const seen: unknown[] = []
    for (const [name, password] of Object.values(cases))
      seen.push(visible(await product.client().send('POST /session', { body: { name, password } })))
    for (const one of seen) assert.deepEqual(one, seen[0])
    const { rows } = await ada.call('GET /audit', {
      query: { action: 'session.create', outcome: 'refused', size: 7 },
    })
    assert.deepEqual(rows.map((row) => row.reason).toReversed(), [
      'unknown_user',
      'wrong_password',
      'locked',
      'disabled',
      'invited',
      'unknown_user',
      'unknown_user',
    ])
  })

  it('A02 A03: a stranger uses up the tries of strangers, and the own browser signs in', async () => {
    await confirmed(ada)
    const vera = await product.person(ada, 'vera')
    const { password } = await vera.call('POST /me/app-passwords', {
      body: { name: 'Laptop', application: 'network_drive' },
    })
    for (let i = 0; i < 11; i++)
      await product.client().send('POST /session', { body: { name: 'vera', password: WRONG } })
    const locked = await product.client().refused('POST /session', {
      body: { name: 'vera', password: PASSWORD },
    })
    assert.equal(locked.code, 'unauthenticated')
    const drive = await product.client().raw('PROPFIND', '/dav/', {
      headers: {
        Authorization: `Basic ${Buffer.from(`vera:${password}`).toString('base64')}`,
        Depth: '0',
      },
    })
    assert.equal(drive.status, 207, 'application passwords keep working')
    await vera.call('DELETE /session')
    assert.equal((await vera.signIn('VERA@example.org', PASSWORD)).stage, 'second_factor')
  })

  it('A06: the last step first, a replayed step and an empty step lead nowhere', async () => {
    await confirmed(ada)
    const ria = await product.person(ada, 'ria')
    product.clock.advance(MINUTE)
    const browser = product.client()
    browser.totp = ria.totp
    const step = { kind: 'totp', code: ria.code() } as const
    const first = await browser.refused('POST /session/second-factor', { body: step })
    assert.equal(first.code, 'unauthenticated')
    await browser.signIn('ria', PASSWORD)
    const half = browser.cookies.get(SESSION)!
    const empty = await browser.raw('POST', '/api/v1/session/second-factor', {
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    })
    assert.equal(empty.status, 400)
    const other = { ...step, userId: 'ada', stage: 'full' }
    assert.equal(
      (await browser.refused('POST /session/second-factor', { body: other })).code,
      'invalid',
    )
    assert.equal((await browser.refused('GET /me')).code, 'second_factor_required')
    assert.equal((await browser.call('POST /session/second-factor', { body: step })).stage, 'full')
    const replayed = product.client()
    replayed.cookies.set(SESSION, half)
    assert.equal((await replayed.call('GET /session')).stage, 'nobody')
    const again = await replayed.refused('POST /session/second-factor', { body: step })
    assert.equal(again.code, 'unauthenticated')
  })

  it('A07: cookies are bound to host and scheme, hidden from scripts, and new at each step', async () => {
    await confirmed(ada)
    const sam = await product.person(ada, 'sam')
    const browser = product.client()
    const answer = await browser.send('POST /session', {
      body: { name: 'sam', password: PASSWORD },
    })
    const lines = answer.headers.getSetCookie()
    assert.equal(lines.length, 1, 'no device is known before the second factor')
    assert.match(
      lines[0]!,
      /^__Host-passerelle=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    )
    const half = browser.cookies.get(SESSION)
    product.clock.advance(MINUTE)
    await browser.call('POST /session/second-factor', { body: { kind: 'totp', code: sam.code() } })
    const full = browser.cookies.get(SESSION)
    assert.notEqual(full, half)
    product.clock.advance(MINUTE)
    await browser.call('POST /session/confirm', { body: { password: PASSWORD, code: sam.code() } })
    assert.notEqual(browser.cookies.get(SESSION), full)
    for (const cookie of [half!, full!, `${full}x`, `"${full}"`]) {
      const thief = product.client()
      thief.cookies.set(SESSION, cookie)
      assert.equal((await thief.call('GET /session')).stage, 'nobody')
    }
  })

  it('A07: two cookies of the name open nothing, whichever is the right one', async () => {
    const right = ada.cookies.get(SESSION)!
    for (const [one, two] of [
      [right, 'x'.repeat(43)],
      ['x'.repeat(43), right],
    ]) {
      const { body } = await product.client().raw('GET', '/api/v1/session', {
        headers: { Cookie: `${SESSION}=${one}; ${SESSION}=${two}` },
      })
      assert.equal((body as { stage: string }).stage, 'nobody')
    }
  })

  it('A07: signing out, a new password, and being disabled end stolen cookies at once', async () => {
    await confirmed(ada)
    const tom = await product.person(ada, 'tom')
    const stolen = product.client()
    stolen.cookies.set(SESSION, tom.cookies.get(SESSION)!)
    assert.equal((await stolen.call('GET /session')).stage, 'full')
    await tom.call('PUT /me/password', { body: { current: PASSWORD, password: NEW_PASSWORD } })
    assert.equal((await stolen.call('GET /session')).stage, 'nobody')
    assert.equal((await tom.call('GET /session')).stage, 'full')
    stolen.cookies.set(SESSION, tom.cookies.get(SESSION)!)
    await ada.call('POST /users/:id/disable', { params: { id: tom.userId } })
    for (const client of [tom, stolen])
      assert.equal((await client.call('GET /session')).stage, 'nobody')
    await ada.call('POST /users/:id/enable', { params: { id: tom.userId } })
    assert.equal((await stolen.call('GET /session')).stage, 'nobody', 'not again when enabled')
  })

  it('A24: a link is taken once; used, invented and ended links are one answer', async () => {
    await confirmed(ada)
    const { id } = await ada.call('POST /users', {
      body: { name: 'lea', email: 'lea@example.org', role: 'user', language: 'fr' },
    })
    const early = await linkFor(id)
    const token = await linkFor(id)
    const accept = (one: string) =>
      product.client().send('POST /links/accept', { body: { token: one, password: NEW_PASSWORD } })
    const answers = await Promise.all(Array.from({ length: 8 }, () => accept(token)))
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    const late = await linkFor(id)
    product.clock.advance(25 * HOUR)
    const dead = [token, early, late, 'x'.repeat(43), 'short', '']
    const seen = await Promise.all(dead.map(async (one) => visible(await accept(one))))
    for (const one of seen) assert.deepEqual(one, seen[0])
    const looked = await Promise.all(
      dead.map(async (one) =>
        visible(await product.client().send('POST /links/inspect', { body: { token: one } })),
      ),
    )
    for (const one of looked) assert.deepEqual(one, looked[0])
  })
})
