/**
 * Codes by SMS, through the gateway that an administrator writes down.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR, MINUTE } from '#base/clock.ts'
import type { BodyIn } from '#api/contract.ts'
import type { Client } from '../support/client.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'
import { openSmsStub, smsTemplate, type SmsStub } from '../support/sms-stub.ts'

const SECRET = 'sms-key-0123456789-canary'
const BEARER = 'Authorization: Bearer {{secret}}'
const NUMBER = '+33612345678'

type Scene = { readonly product: Product; readonly stub: SmsStub; readonly ada: Client }

async function scene(more: object = {}): Promise<AsyncDisposable & Scene> {
  await using opened = new AsyncDisposableStack()
  const stub = opened.use(await openSmsStub())
  const env = { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' }
  const product = opened.use(await startProduct({ env }))
  const ada = await product.administrator()
  const body = { ...smsTemplate(stub), headers: [BEARER], secret: SECRET, ...more }
  await ada.call('PUT /sms-gateway', { body })
  const closing = opened.move()
  return { product, stub, ada, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

/** The text of the message that was sent last, and the code in it. */
function message({ asked }: SmsStub): { to: string; text: string; code: string } {
  const { to, message: text } = JSON.parse(asked.at(-1)?.body ?? '{}') as Record<string, string>
  return { to: to ?? '', text: text ?? '', code: /\b\d{8}\b/.exec(text ?? '')?.[0] ?? '' }
}

async function setUp({ ada, stub }: Scene, number = NUMBER): Promise<string> {
  const { id } = await ada.call('POST /me/second-factors/sms', { body: { number } })
  const body = { code: message(stub).code }
  await ada.call('POST /me/second-factors/:id/verify', { params: { id }, body })
  return id
}

describe('codes by SMS', () => {
  it('go to a number that was proven, and open the second step', async () => {
    await using s = await scene()
    const { ada, stub, product } = s
    const begun = await ada.call('POST /me/second-factors/sms', {
      body: { number: ' +33 6 12 34 56 78', name: 'Work phone' },
    })
    assert.equal(begun.destination, '+33•••78')
    const { to, text, code } = message(stub)
    assert.equal(to, NUMBER)
    assert.ok(text.endsWith(`\n\n@localhost #${code}`), text)
    const params = { id: begun.id }
    await ada.call('POST /me/second-factors/:id/verify', { params, body: { code } })
    product.clock.advance(MINUTE)
    const client = product.client()
    await client.signIn('ada', PASSWORD)
    const session = await client.call('GET /session')
    assert.deepEqual(session.methods, ['sms', 'totp'])
    const [factor] = session.factors
    assert.equal(factor?.destination, '+33•••78')
    const factorId = factor.id
    const sent = await client.call('POST /session/codes', { body: { factorId } })
    assert.equal(sent.destination, '+33•••78')
    const given = { kind: 'sms' as const, code: message(stub).code }
    assert.equal((await client.call('POST /session/second-factor', { body: given })).stage, 'full')
    const [{ headers, path, method } = { headers: {}, path: '', method: '' }] = stub.asked.slice(-1)
    assert.deepEqual(
      [method, path, headers.authorization, headers['content-type']],
      ['POST', '/v1/messages', `Bearer ${SECRET}`, 'application/json'],
    )
    const everything = product.log.join('\n')
    for (const secret of [SECRET, given.code, NUMBER])
      assert.equal(everything.includes(secret), false, 'in the log')
  })

  it('confirm a sensitive action, with the password', async () => {
    await using s = await scene()
    const { ada, stub, product } = s
    const factorId = await setUp(s)
    product.clock.advance(11 * MINUTE)
    await ada.refused('POST /me/recovery-codes')
    await ada.call('POST /session/codes', { body: { factorId } })
    const { code } = message(stub)
    assert.equal((await ada.refused('POST /session/confirm', { body: { code } })).status, 401)
    product.clock.advance(MINUTE)
    await ada.call('POST /session/codes', { body: { factorId } })
    const body = { password: PASSWORD, code: message(stub).code }
    await ada.call('POST /session/confirm', { body })
    await ada.call('POST /me/recovery-codes')
  })

  it('are written as each content type asks', async () => {
    await using s = await scene({
      contentType: 'form',
      body: 'key={{secret}}&to={{number}}&text={{text}}',
      headers: [],
    })
    await s.ada.call('POST /sms-gateway/test', { body: { number: NUMBER } })
    const form = new URLSearchParams(s.stub.asked.at(-1)?.body)
    assert.deepEqual([form.get('key'), form.get('to')], [SECRET, NUMBER])
    assert.equal(form.get('text'), 'Passerelle: test message. Sending SMS works.')
    const query = {
      url: `${s.stub.url}/send?k={{secret}}&n={{number}}&t={{text}}`,
      method: 'GET' as const,
      contentType: 'none' as const,
      headers: [],
      body: '',
    }
    await s.ada.call('PUT /sms-gateway', { body: query })
    const test = await s.ada.call('POST /sms-gateway/test', { body: { number: NUMBER } })
    assert.deepEqual(test, { outcome: 'sent', status: 201 })
    const { searchParams } = new URL(s.stub.asked.at(-1)?.path ?? '', s.stub.url)
    assert.deepEqual([searchParams.get('k'), searchParams.get('n')], [SECRET, NUMBER])
    assert.equal(s.stub.asked.at(-1)?.body, '')
  })

  it('cannot be set up without a gateway, by anything but a number, or without end', async () => {
    await using s = await scene()
    const { ada, product } = s
    for (const number of ['0612345678', 'tel:+33612345678', '+33612345678;ext=1', ''])
      assert.equal(
        (await ada.refused('POST /me/second-factors/sms', { body: { number } })).code,
        'invalid',
      )
    const answers: number[] = []
    for (let i = 0; i < 11; i++) {
      const body = { number: `+3361234${String(i).padStart(4, '0')}` }
      answers.push((await ada.send('POST /me/second-factors/sms', { body })).status)
    }
    assert.deepEqual(answers.slice(-2), [201, 429], 'ten in an hour')
    product.clock.advance(HOUR)
    await ada.signIn('ada', PASSWORD)
    await ada.call('POST /session/second-factor', { body: { kind: 'totp', code: ada.code() } })
    await ada.call('DELETE /sms-gateway')
    assert.deepEqual((await ada.call('GET /session')).kinds, ['totp', 'webauthn'])
    const refusal = await ada.refused('POST /me/second-factors/sms', { body: { number: NUMBER } })
    assert.equal(refusal.code, 'conflict')
    assert.equal(await ada.call('GET /sms-gateway'), null)
  })
})

describe('the SMS gateway', () => {
  const put = async (ada: Client, body: BodyIn<'PUT /sms-gateway'>) =>
    await ada.refused('PUT /sms-gateway', { body })

  it('has a secret that is never shown, and has to be given again for another host', async () => {
    await using s = await scene()
    const { ada, stub, product } = s
    const view = await ada.call('GET /sms-gateway')
    assert.equal(JSON.stringify(view).includes(SECRET), false)
    assert.ok(view?.secretSetAt)
    const kept = { ...smsTemplate(stub), body: '{"a":"{{number}}","b":"{{text}}"}' }
    assert.ok((await ada.call('PUT /sms-gateway', { body: kept })).secretSetAt)
    const elsewhere = { ...kept, url: 'https://evil.example/sms' }
    assert.deepEqual((await put(ada, elsewhere)).fields, [{ field: 'secret', fault: 'again' }])
    const none = { ...kept, headers: [BEARER], secret: null }
    assert.deepEqual((await put(ada, none)).fields, [{ field: 'secret', fault: 'needed' }])
    const rows = await product.ground.store.db.selectFrom('sms_gateway').selectAll().execute()
    assert.equal(Buffer.from(rows[0]?.secret ?? []).includes(SECRET), false, 'it stands sealed')
    const audit = await product.ground.store.tables.audit.list({}, 100)
    assert.equal(JSON.stringify(audit).includes(SECRET), false)
    assert.ok(audit.some((row) => row.action === 'sms_gateway.update'))
  })

  it('A21: is no way into the network, and shows nothing of what it answers', async () => {
    await using s = await scene()
    const { ada, stub } = s
    for (const url of [
      'https://169.254.169.254/latest/meta-data',
      'https://10.0.0.1/',
      'https://[fd00::1]/',
      'https://0xa9fea9fe/',
      'http://sms.example/',
      'file:///etc/passwd',
      'gopher://sms.example/',
      'https://user:password@sms.example/',
    ])
      assert.equal(
        (await put(ada, { ...smsTemplate({ url }), url, secret: SECRET })).code,
        'invalid',
        url,
      )
    for (const [status, outcome] of [
      [200, 'sent'],
      [302, 'refused'],
      [401, 'refused'],
      [500, 'refused'],
    ] as const) {
      stub.status = status
      const asked = stub.asked.length
      const test = await ada.call('POST /sms-gateway/test', { body: { number: NUMBER } })
      assert.deepEqual(test, { outcome, status }, 'and no redirect is followed')
      assert.equal(stub.asked.length, asked + 1)
    }
  })

  it('A21: only an administrator who has just confirmed sets it or tries it out', async () => {
    await using s = await scene()
    const { ada, product } = s
    const anna = await product.person(ada, 'anna')
    const body = { ...smsTemplate(s.stub), secret: SECRET }
    for (const refusal of [
      await anna.refused('GET /sms-gateway'),
      await anna.refused('PUT /sms-gateway', { body }),
      await anna.refused('DELETE /sms-gateway'),
      await anna.refused('POST /sms-gateway/test', { body: { number: NUMBER } }),
    ])
      assert.equal(refusal.code, 'forbidden')
    for (let i = 0; i < 10; i++)
      await ada.send('POST /sms-gateway/test', { body: { number: NUMBER } })
    const flood = await ada.refused('POST /sms-gateway/test', { body: { number: NUMBER } })
    assert.equal(flood.code, 'busy')
  })
})
