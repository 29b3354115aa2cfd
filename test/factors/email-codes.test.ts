/**
 * Codes by e-mail, through a real SMTP server.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR, MINUTE } from '#base/clock.ts'
import type { Client } from '../support/client.ts'
import { openMailbox, type Mailbox } from '../support/mailbox.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

const FROM = 'Passerelle <no-reply@example.org>'

type Scene = { readonly product: Product; readonly mailbox: Mailbox; readonly anna: Client }

/** Anna, who has only a password so far, at a server with mail. */
async function scene(): Promise<AsyncDisposable & Scene> {
  await using opened = new AsyncDisposableStack()
  const mailbox = opened.use(await openMailbox())
  const product = opened.use(
    await startProduct({ env: { SMTP_URL: mailbox.url, MAIL_FROM: FROM } }),
  )
  const ada = await product.administrator()
  const { id } = await ada.call('POST /users', {
    body: { name: 'anna', email: 'anna@example.org', role: 'user', language: 'fr' },
  })
  const { url } = await ada.call('POST /users/:id/link', { params: { id } })
  const anna = product.client()
  const body = { token: url.split('#')[1]!, password: PASSWORD }
  assert.equal((await anna.call('POST /links/accept', { body })).stage, 'set_up')
  const closing = opened.move()
  return { product, mailbox, anna, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

/** The code in the mail that was sent last. */
function codeIn({ received }: Mailbox): string {
  const [, four = '', more = ''] = /^(\d{4}) (\d{4})$/m.exec(received.at(-1)?.text ?? '') ?? []
  assert.ok(four && more, 'the last mail has no code')
  return four + more
}

async function setUp({ anna, mailbox }: Scene, email?: string): Promise<string> {
  const body = email === undefined ? {} : { email }
  const { id } = await anna.call('POST /me/second-factors/email', { body })
  const params = { id }
  await anna.call('POST /me/second-factors/:id/verify', { params, body: { code: codeIn(mailbox) } })
  return id
}

async function half({ product }: Scene): Promise<Client> {
  product.clock.advance(MINUTE)
  const client = product.client()
  assert.equal((await client.signIn('anna', PASSWORD)).stage, 'second_factor')
  return client
}

const give = async (client: Client, code: string): Promise<number> =>
  (await client.send('POST /session/second-factor', { body: { kind: 'email', code } })).status

describe('codes by e-mail', () => {
  it('are set up with a first code, and open the second step, in the language of the person', async () => {
    await using s = await scene()
    const { anna, mailbox, product } = s
    const { kinds } = await anna.call('GET /session')
    assert.deepEqual(kinds, ['totp', 'webauthn', 'email'])
    const begun = await anna.call('POST /me/second-factors/email', { body: {} })
    assert.equal(begun.destination, 'a•••@example.org')
    assert.equal(begun.againAt - product.clock.now() <= MINUTE, true)
    const mail = mailbox.received.at(-1)
    assert.deepEqual(mail?.to, ['anna@example.org'])
    assert.match(mail?.subject ?? '', /^\d{4} \d{4}\u00a0: vérifiez votre adresse$/)
    assert.match(mail?.raw ?? '', /^Auto-Submitted: auto-generated$/m)
    const first = codeIn(mailbox)
    const params = { id: begun.id }
    const done = await anna.call('POST /me/second-factors/:id/verify', {
      params,
      body: { code: `${first.slice(0, 4)} ${first.slice(4)}` },
    })
    assert.equal(done.stage, 'full')
    const [factor] = await anna.call('GET /me/second-factors')
    assert.deepEqual(
      [factor?.kind, factor?.name, factor?.destination],
      ['email', 'a•••@example.org', 'a•••@example.org'],
    )
    const client = await half(s)
    const session = await client.call('GET /session')
    assert.deepEqual(session.methods, ['email'])
    const factorId = session.factors[0]?.id ?? ''
    await client.call('POST /session/codes', { body: { factorId } })
    assert.match(
      mailbox.received.at(-1)?.subject ?? '',
      /^\d{4} \d{4}\u00a0: votre code de connexion$/,
    )
    const code = codeIn(mailbox)
    assert.equal(await give(client, first), 401, 'the code of the set-up is used up')
    assert.equal(await give(client, code), 200)
    assert.equal((await client.call('GET /session')).stage, 'full')
    const said = product.log.join('\n')
    for (const secret of [first, code]) assert.equal(said.includes(secret), false, 'in the log')
  })

  it('go to a contact address only after a code that was sent there was typed', async () => {
    await using s = await scene()
    const { anna, mailbox } = s
    await setUp(s, 'anna@private.example')
    assert.deepEqual(mailbox.received.at(-1)?.to, ['anna@private.example'])
    const client = await half(s)
    const [factor] = (await client.call('GET /session')).factors
    assert.equal(factor?.destination, 'a•••@private.example')
    const factorId = factor.id
    await client.call('POST /session/codes', { body: { factorId } })
    assert.deepEqual(mailbox.received.at(-1)?.to, ['anna@private.example'])
    const other = { email: 'someone@else.example' }
    const { id } = await anna.call('POST /me/second-factors/email', { body: other })
    for (const code of ['00000000', '12345678'])
      await anna.refused('POST /me/second-factors/:id/verify', { params: { id }, body: { code } })
    assert.equal((await anna.call('GET /me/second-factors')).length, 1)
    for (const email of ['nobody', 'a@b@c', 'a@b.c\r\nBcc: d@e.f'])
      assert.equal(
        (await anna.refused('POST /me/second-factors/email', { body: { email } })).code,
        'invalid',
      )
  })

  it('A04: a code is taken once, for ten minutes, in the session that asked, the last one only', async () => {
    await using s = await scene()
    const { mailbox, product } = s
    const factorId = await setUp(s)
    const [first, second] = [await half(s), await half(s)]
    await first.call('POST /session/codes', { body: { factorId } })
    const code = codeIn(mailbox)
    assert.equal(await give(second, code), 401, 'another session')
    product.clock.advance(MINUTE)
    await first.call('POST /session/codes', { body: { factorId } })
    assert.equal(await give(first, code), 401, 'there is a later one')
    const last = codeIn(mailbox)
    const asSms = { kind: 'sms' as const, code: last }
    await first.refused('POST /session/second-factor', { body: asSms })
    const both = await Promise.all([give(first, last), give(first, last)])
    assert.deepEqual(both.toSorted(), [200, 401])
    product.clock.advance(MINUTE)
    const third = await half(s)
    await third.call('POST /session/codes', { body: { factorId } })
    const late = codeIn(mailbox)
    product.clock.advance(10 * MINUTE)
    await third.signIn('anna', PASSWORD)
    assert.equal(await give(third, late), 401, 'too late, and of a session that has ended')
  })

  it('A04: five wrong tries and a code is worth nothing, however right the sixth is', async () => {
    await using s = await scene()
    const factorId = await setUp(s)
    const client = await half(s)
    await client.call('POST /session/codes', { body: { factorId } })
    const code = codeIn(s.mailbox)
    const wrong = (n: number): string => String((Number(code) + n) % 1e8).padStart(8, '0')
    const tries = await Promise.all([1, 2, 3, 4, 5].map((n) => give(client, wrong(n))))
    assert.deepEqual(tries, [401, 401, 401, 401, 401])
    assert.equal(await give(client, code), 401)
    s.product.clock.advance(MINUTE)
    await client.call('POST /session/codes', { body: { factorId } })
    assert.equal(await give(client, codeIn(s.mailbox)), 200)
  })

  it('A02: nobody’s mailbox is flooded: a minute between two, six an hour, ten a person', async () => {
    await using s = await scene()
    const { mailbox, product } = s
    const factorId = await setUp(s)
    const client = await half(s)
    const before = mailbox.received.length
    const ask = async (): Promise<number> =>
      (await client.send('POST /session/codes', { body: { factorId } })).status
    assert.deepEqual(
      await Promise.all([ask(), ask(), ask()]).then((all) => all.toSorted()),
      [201, 429, 429],
    )
    const answers = new Set<number>()
    for (let i = 0; i < 8; i++) {
      product.clock.advance(MINUTE)
      answers.add(await ask())
    }
    assert.deepEqual(answers, new Set([201, 429]))
    assert.equal(mailbox.received.length - before, 5, 'six with that of the set-up')
    assert.ok((await client.raw('GET', '/api/v1/session')).status === 200)
    product.clock.advance(HOUR)
    const later = await half(s)
    assert.equal((await later.send('POST /session/codes', { body: { factorId } })).status, 201)
  })

  it('are not taken, and nothing is promised, when the mail server refuses them', async () => {
    await using s = await scene()
    const factorId = await setUp(s)
    const client = await half(s)
    s.mailbox.refuses = true
    const refusal = await client.refused('POST /session/codes', { body: { factorId } })
    assert.deepEqual([refusal.status, refusal.code], [503, 'unavailable'])
    const rows = await s.product.ground.store.tables.audit.list({}, 5)
    const [last] = rows.filter((row) => row.action === 'second_factor.code')
    assert.deepEqual([last?.outcome, last?.reason], ['refused', 'not_sent'])
  })

  it('are nobody else’s: another person’s factor gets no code, and no word that it is there', async () => {
    await using s = await scene()
    const factorId = await setUp(s)
    const ada = s.product.client()
    await ada.signIn('ada', PASSWORD)
    const [theirs, none] = [
      await ada.refused('POST /session/codes', { body: { factorId } }),
      await ada.refused('POST /session/codes', { body: { factorId: 'x'.repeat(36) } }),
    ]
    assert.deepEqual([theirs.code, theirs.message], [none.code, none.message])
    const stranger = await s.product.client().refused('POST /session/codes', { body: { factorId } })
    assert.equal(stranger.code, 'unauthenticated')
  })

  it('are not sent where policy does not take them and the person has something better', async () => {
    await using s = await scene()
    const factorId = await setUp(s)
    await s.anna.setUpTotp()
    const { policy } = s.product.ground
    await s.product.ground.store.tables.settings.set(
      'second_factor_kinds',
      ['totp'],
      s.product.clock.now(),
      'test',
    )
    policy.changed()
    const client = await half(s)
    const { methods, factors } = await client.call('GET /session')
    assert.deepEqual([methods, factors.map(({ kind }) => kind)], [['totp'], ['totp']])
    const before = s.mailbox.received.length
    const refusal = await client.refused('POST /session/codes', { body: { factorId } })
    assert.deepEqual([refusal.code, s.mailbox.received.length], ['not_found', before])
  })

  it('are not offered where the server sends no mail', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const { kinds } = await ada.call('GET /session')
    assert.deepEqual(kinds, ['totp', 'webauthn'])
    const refusal = await ada.refused('POST /me/second-factors/email', { body: {} })
    assert.equal(refusal.code, 'conflict')
  })
})
