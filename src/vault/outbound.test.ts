import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openHostile, type Hostile } from '../../test/support/authority/hostile.ts'
import { guardedOutbound, OutboundError, type Outbound } from './outbound.ts'
import { reachable } from './reachable.ts'

let hostile: Hostile
before(async () => (hostile = await openHostile()))
after(async () => await hostile[Symbol.asyncDispose]())

const here = guardedOutbound({ mayReach: reachable(['127.0.0.0/8', '::1']) })
const post = (url: string): Request =>
  new Request(url, { method: 'POST', body: new URLSearchParams({ refresh_token: 'canary' }) })
const ask = async (url: string, by: Outbound = here, timeoutMs = 10_000): Promise<Response> =>
  await by(post(url), { timeoutMs })
const failureOf = async (asked: Promise<Response>): Promise<string> => {
  try {
    return `answered ${(await asked).status}`
  } catch (thrown) {
    assert.ok(thrown instanceof OutboundError, String(thrown))
    assert.ok(!thrown.message.includes('canary'))
    return thrown.failure
  }
}

describe('outbound', () => {
  it('sends the form and gives back status, headers and the whole body', async () => {
    const answer = await ask(hostile.at('too_many'))
    assert.deepEqual(
      [answer.status, answer.headers.get('retry-after'), await answer.text()],
      [429, '7', 'slow down'],
    )
    assert.equal(hostile.seen.at(-1)?.body, 'refresh_token=canary')
  })

  it('V06: names why nothing came back', async () => {
    assert.equal(await failureOf(ask(hostile.untrusted)), 'tls')
    assert.equal(await failureOf(ask(hostile.unresolved)), 'dns')
    assert.equal(await failureOf(ask(hostile.at('huge'))), 'too_large')
    assert.equal(await failureOf(ask(hostile.at('endless'))), 'too_large')
    assert.equal(await failureOf(ask(hostile.at('hang'), here, 50)), 'timeout')
    assert.equal(await failureOf(ask(hostile.at('trickle'), here, 50)), 'timeout')
    assert.equal(await failureOf(ask(hostile.at('reset'))), 'network')
    assert.equal(await failureOf(ask('https://localhost:1/')), 'network')
  })

  it('follows no redirect, and sends what it has to nobody else', async () => {
    const before = hostile.seen.length
    for (const way of ['redirect', 'redirect_307'] as const)
      assert.match(await failureOf(ask(hostile.at(way))), /^answered 30[27]$/)
    assert.equal(hostile.seen.length, before + 2)
  })

  it('asks over https only', async () => {
    for (const url of ['http://localhost/', 'file:///etc/passwd', 'gopher://localhost/', 'data:,x'])
      assert.equal(await failureOf(ask(url)), 'not_allowed', url)
  })

  it('speaks to one connection for each request', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ask(hostile.at('good'))))
    assert.equal((await ask(hostile.at('good'))).headers.get('connection'), 'close')
  })
})
