/**
 * Row A21: an administrator's form as a way to what only the server can reach.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type LookupFunction } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { reachableAddress } from '#vault/guarded-lookup.ts'
import { guardedOutbound, OutboundError } from '#vault/outbound.ts'
import { reachable } from '#vault/reachable.ts'
import { openHostile, type Hostile } from '../support/authority/hostile.ts'
import type { Client } from '../support/client.ts'
import { startProduct, type Product } from '../support/product.ts'

/** Each of them leads to this machine, its network, or a metadata service; or is no address. */
const CLOSED = [
  'https://169.254.169.254/latest/meta-data/',
  'https://[::1]/',
  'https://127.1/',
  'https://0x7f000001/',
  'https://2130706433/',
  'https://017700000001/',
  'https://localhost/',
  'https://localhost./',
  'https://[::ffff:169.254.169.254]/',
  'https://[fd00:ec2::254]/',
  'https://10.0.0.1/',
  'https://192.168.1.1/',
  'https://100.100.100.200/',
  'https://168.63.129.16/',
  'http://login.example/',
  'file:///etc/passwd',
  'gopher://login.example/',
  'ftp://login.example/',
  'javascript:alert(1)',
  'https://login.example@169.254.169.254/',
  'https://login.example\\@169.254.169.254/',
  'https:/\t/169.254.169.254/',
]
const ADDRESSES = [
  'rootUrl',
  'authorizeUrl',
  'tokenUrl',
  'deviceUrl',
  'revokeUrl',
  'jwksUrl',
  'userinfoUrl',
] as const
const HOSTS = ['imapHost', 'popHost', 'smtpHost'] as const
const application = {
  identifier: 'office',
  provider: 'OpenIDConnect',
  clientId: 'client',
  clientProof: 'secret' as const,
  clientSecret: 'canary-client-secret',
  rootUrl: 'https://login.example',
  scopes: 'openid offline_access mail',
}

describe('A21: an address that is saved', () => {
  let product: Product
  let ada: Client
  before(async () => {
    product = await startProduct()
    ada = await product.administrator()
  })
  after(async () => await product[Symbol.asyncDispose]())

  for (const field of [...ADDRESSES, 'issuer'] as const)
    it(`A21: as ${field} is public and https, or refused by name`, async () => {
      for (const typed of CLOSED) {
        const body = { ...application, [field]: typed }
        const no = await ada.refused('POST /oauth-applications', { body })
        assert.equal(no.code, 'invalid', typed)
        assert.deepEqual(
          no.fields.map((one) => one.field),
          [field],
          typed,
        )
      }
      assert.deepEqual(await ada.call('GET /oauth-applications'), [])
    })

  it('A21: of a mail server is public, or refused by name', async () => {
    for (const field of HOSTS)
      for (const typed of ['127.1', '0x7f000001', '[::1]', 'localhost', '169.254.169.254', 'a/b']) {
        const no = await ada.refused('POST /oauth-applications', {
          body: { ...application, [field]: typed },
        })
        assert.deepEqual([no.code, no.fields[0]?.field], ['invalid', field], typed)
      }
  })

  it('A21: cannot be changed afterwards into one that is closed', async () => {
    const { id } = await ada.call('POST /oauth-applications', { body: application })
    for (const typed of ['https://169.254.169.254', 'https://127.1'])
      for (const field of ADDRESSES) {
        const sent = { params: { id }, body: { [field]: typed } }
        assert.equal((await ada.refused('PATCH /oauth-applications/:id', sent)).code, 'invalid')
      }
    await ada.call('DELETE /oauth-applications/:id', { params: { id } })
  })
})

describe('A21: the address that is connected', () => {
  let hostile: Hostile
  before(async () => (hostile = await openHostile()))
  after(async () => await hostile[Symbol.asyncDispose]())

  /** A resolver under the attacker's hand: the next answer each time it is asked. */
  const resolver = (...answers: string[][]) => {
    let asked = 0
    const lookup: LookupFunction = (_host, _options, callback) => {
      const found = answers[Math.min(asked++, answers.length - 1)] ?? []
      callback(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
    return { lookup, asked: () => asked }
  }
  const failureOf = async (asked: Promise<unknown>): Promise<string> => {
    const thrown = await asked.then(
      () => null,
      (cause: unknown) => cause,
    )
    return thrown instanceof OutboundError ? thrown.failure : String(thrown)
  }
  const ask = async (lookup: LookupFunction, allowed: string[] = []): Promise<Response> => {
    const outbound = guardedOutbound({ mayReach: reachable(allowed), lookup })
    return await outbound(new Request(hostile.at('good')), { timeoutMs: 5000 })
  }

  it('A21: is not one that is closed, whatever the name was when it was saved', async () => {
    for (const address of ['127.0.0.1', '::1', '169.254.169.254', '10.0.0.1', '::ffff:127.0.0.1']) {
      const { lookup } = resolver([address])
      assert.equal(await failureOf(ask(lookup)), 'not_allowed', address)
    }
    assert.equal(hostile.seen.length, 0)
  })

  it('A21: is the one that was looked at: a name that changes in between changes nothing', async () => {
    const rebinding = resolver(['127.0.0.1'], ['169.254.169.254'])
    assert.equal((await ask(rebinding.lookup, ['127.0.0.0/8'])).status, 200)
    assert.equal(rebinding.asked(), 1)
  })

  it('A21: of several is one that is open', async () => {
    let strangers = 0
    using opened = new DisposableStack()
    const closed = createServer((socket) => {
      strangers++
      socket.destroy()
    })
    opened.defer(() => void closed.close())
    const { port } = new URL(hostile.origin)
    closed.listen(Number(port), '127.0.0.2')
    await once(closed, 'listening')
    assert.equal((closed.address() as AddressInfo).port, Number(port))
    const { lookup } = resolver(['127.0.0.2', '127.0.0.1'])
    assert.equal((await ask(lookup, ['127.0.0.1'])).status, 200)
    assert.equal(strangers, 0)
  })

  it('A21: of a mail server follows the same rule', async () => {
    const { lookup } = resolver(['169.254.169.254'], ['8.8.8.8'])
    await assert.rejects(reachableAddress('imap.example', reachable([]), lookup), /no address/)
    assert.equal(await reachableAddress('imap.example', reachable([]), lookup), '8.8.8.8')
    await assert.rejects(reachableAddress('127.0.0.1', reachable([])), /no address/)
  })
})

describe('A21: an application that is tried', () => {
  it('A21: follows no redirect, and shows nothing of what was answered', async () => {
    await using hostile = await openHostile()
    await using product = await startProduct({
      env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8,::1' },
    })
    const ada = await product.administrator()
    for (const way of ['redirect', 'html', 'huge', 'broken', 'invalid_client'] as const) {
      const body = {
        ...application,
        identifier: way.replace('_', '-'),
        provider: 'Fastmail',
        rootUrl: hostile.origin,
        authorizeUrl: hostile.at('html'),
        tokenUrl: hostile.at(way),
        imapHost: 'localhost',
        popHost: 'localhost',
        smtpHost: 'localhost',
      }
      const { id } = await ada.call('POST /oauth-applications', { body })
      const before = hostile.seen.length
      const { checks } = await ada.call('POST /oauth-applications/:id/test', { params: { id } })
      const client = checks.find(({ check }) => check === 'client')
      assert.equal(client?.ok, false, way)
      assert.ok(!/hotel|<|xxx|canary/.test(JSON.stringify(checks)), way)
      assert.ok(
        hostile.seen.slice(before).every(({ path }) => path === way || path.startsWith('.well')),
        'only the address that was saved is asked',
      )
    }
    assert.ok(!/hotel|canary/.test(product.log.join('')))
  })

  it('A21: is for administrators only', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const bob = await product.person(ada, 'bob')
    const { id } = await ada.call('POST /oauth-applications', { body: application })
    const no = await bob.refused('POST /oauth-applications/:id/test', { params: { id } })
    assert.equal(no.code, 'forbidden')
    assert.equal(
      (await bob.refused('POST /oauth-applications', { body: application })).code,
      'forbidden',
    )
  })
})
