import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { HOUR } from '#base/clock.ts'
import { ROUTE_NAMES } from '#api/contract.ts'
import { visit } from '../support/authority/visit.ts'
import { around, filesBelow, forms } from '../support/canaries.ts'
import { selfSigned } from '../support/certificate.ts'
import type { Client } from '../support/client.ts'
import { openMailbox } from '../support/mailbox.ts'
import { PASSWORD } from '../support/product.ts'
import {
  ALICE,
  BOB,
  CLIENT_SECRET,
  openMailStory,
  until,
  type MailStory,
} from '../support/mail-story.ts'

/** Fields of the token endpoint whose values are nobody else's. */
const SECRET_FIELDS = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
  'device_code',
]

describe('A26: secrets of mail accounts', () => {
  it('are in no log, audit, metric, answer, mail or database, whatever goes wrong', async () => {
    await using mailbox = await openMailbox()
    await using story = await openMailStory({
      env: { SMTP_URL: mailbox.url, MAIL_FROM: 'p@example.org' },
    })
    const { product, ada } = story
    const said: string[] = []
    listen(ada, said)
    /** Shown to one person once: in that answer or mail, and nowhere else. */
    const shownOnce = new Set<string>()
    const nowhere = new Set<string>([CLIENT_SECRET])
    await everyday(story, nowhere, shownOnce)
    await wrong(story, nowhere)
    for (const { body } of story.entra.seen)
      for (const field of SECRET_FIELDS) if (body.has(field)) nowhere.add(body.get(field) ?? '')
    await unsealed(story, nowhere)
    said.push(await ada.call('GET /audit/export', { query: {} }))
    said.push(String((await product.client().raw('GET', '/metrics')).body))
    assert.ok(nowhere.size > 15, `only ${nowhere.size} canaries`)
    const log = product.log.join('')
    assert.ok(log.length > 1000)
    product.ground.store.sqlite?.exec('pragma wal_checkpoint(truncate)')
    const onDisk = filesBelow(product.ground.config.dataDir)
      .filter((file) => !file.endsWith('master.key'))
      .map((file) => readFileSync(file, 'latin1'))
      .join('\n')
    const mails = mailbox.received.map(({ raw, text }) => raw + text).join('\n')
    for (const canary of [...nowhere, ...shownOnce])
      for (const form of forms(canary)) {
        assert.ok(!log.includes(form), `in the log: ${around(log, form)}`)
        assert.ok(!onDisk.includes(form), `on the disk: ${around(onDisk, form)}`)
      }
    for (const canary of nowhere)
      for (const form of forms(canary)) {
        for (const text of said) assert.ok(!text.includes(form), `in: ${around(text, form)}`)
        assert.ok(!mails.includes(form), 'in a mail')
      }
  })
})

/** Every answer that this client gets from now on. */
function listen(client: Client, said: string[]): void {
  const raw = client.raw.bind(client)
  client.raw = async (...call) => {
    const answered = await raw(...call)
    said.push(JSON.stringify(answered.body), JSON.stringify([...answered.headers]))
    return answered
  }
}

/** All that goes well, with each way to prove a client and each way to initialise. */
async function everyday(
  story: MailStory,
  nowhere: Set<string>,
  shownOnce: Set<string>,
): Promise<void> {
  const { ada, entra, product } = story
  const contoso = await story.application({ revokeUrl: `${entra.origin}/revoke` })
  const params = { id: contoso.id }
  await ada.call('PATCH /oauth-applications/:id', { params, body: { clientSecret: CLIENT_SECRET } })
  await ada.call('POST /oauth-applications/:id/test', { params })
  const { key, certificate } = selfSigned()
  for (const one of key.split('\n').filter((text) => text.length > 60)) nowhere.add(one)
  await story.application({
    identifier: 'WithCertificate',
    clientProof: 'certificate',
    certificate: key + certificate,
  })
  const alice = (await story.account(contoso.id, 'alice', ALICE)).id
  await story.initInBrowser(alice)
  await unsealed(story, nowhere)
  await ada.call('POST /mail-accounts/:id/test-message', {
    params: { id: alice },
    body: { to: ALICE },
  })
  await ada.call('POST /mail-accounts/:id/inbox', { params: { id: alice } })
  await ada.call('POST /mail-accounts/:id/refresh', { params: { id: alice } })
  const bob = (await story.account(contoso.id, 'bob', BOB)).id
  const device = await ada.call('POST /mail-accounts/:id/init', {
    params: { id: bob },
    body: { how: 'device' },
  })
  assert.ok(device.how === 'device')
  await entra.enterCode(device.userCode, BOB)
  product.clock.advance(10_000)
  await ada.call('GET /mail-accounts/:id/init/:initId', {
    params: { id: bob, initId: device.initId },
  })
  const link = await ada.call('POST /mail-accounts/:id/init', {
    params: { id: bob },
    body: { how: 'link', mail: true },
  })
  assert.ok(link.how === 'link')
  assert.equal(link.mailed, 'sent')
  const token = link.url.split('#')[1] ?? ''
  shownOnce.add(token)
  const owner = product.client()
  const { url } = await owner.call('POST /token-inits/start', { body: { token } })
  shownOnce.add(new URL(url).searchParams.get('state') ?? '')
  for (const cookie of owner.cookies.values()) nowhere.add(cookie)
  const back = await visit(url, `${product.url}/oauth/callback`)
  nowhere.add(back.searchParams.get('code') ?? '')
  await owner.raw('GET', `${back.pathname}${back.search}`)
}

/** A provider that says secrets back, mail servers that refuse, and secrets in every wrong field. */
async function wrong(story: MailStory, nowhere: Set<string>): Promise<void> {
  const { ada, entra, product } = story
  const [alice] = await ada.call('GET /mail-accounts', { query: { search: 'alice' } })
  const id = alice?.id ?? ''
  const refresh = async (): Promise<void> =>
    void (await ada.send('POST /mail-accounts/:id/refresh', { params: { id } }))
  for (const answer of [
    (text: string) => ({ status: 400, body: JSON.stringify({ error: text }) }),
    (text: string) => ({
      status: 400,
      body: JSON.stringify({ error: 'temporarily_unavailable', error_description: text }),
    }),
    (text: string) => ({
      status: 401,
      body: JSON.stringify({ error: 'invalid_client', error_description: text }),
    }),
    (text: string) => ({ status: 500, body: `<html>${text}</html>` }),
    (text: string) => ({ status: 200, body: JSON.stringify({ access_token: `${text}\r\n` }) }),
    (text: string) => ({ status: 200, body: JSON.stringify({ refresh_token: `new-${text}` }) }),
    (text: string) => ({ status: 302, body: '', headers: { location: `https://x/?${text}` } }),
  ]) {
    entra.instead = (path, body) =>
      path.endsWith('/token')
        ? answer([body.get('refresh_token'), body.get('client_secret')].join(' '))
        : null
    await refresh()
  }
  entra.instead = () => null
  const canary = (where: string): string => {
    const text = `c4nary-${where}-9d21f`
    nowhere.add(text)
    return text
  }
  for (const client of [ada, product.client()]) {
    const back = `/oauth/callback?state=${canary('state')}&code=${canary('code')}`
    await client.raw('GET', `${back}&error_description=${canary('description')}`)
  }
  const body = JSON.stringify({
    clientSecret: canary('client-secret'),
    certificate: canary('certificate'),
    token: canary('token'),
    to: 'nobody',
    how: 'browser',
  })
  for (const name of ROUTE_NAMES.filter((one) => /oauth-app|mail-acc|token-init/.test(one))) {
    const [method = '', path = ''] = name.split(' ')
    await ada.raw(method, `/api/v1${path.replaceAll(/:\w+/g, 'x')}`, {
      headers: { 'Content-Type': 'application/json' },
      ...(method === 'GET' ? {} : { body }),
    })
  }
  // The database fails in the middle.
  await product.ground.store.db.schema.alterTable('access_token').renameTo('away').execute()
  await ada.send('POST /mail-accounts/:id/inbox', { params: { id } })
  await product.ground.store.db.schema.alterTable('away').renameTo('access_token').execute()
  // Over, with notices, mails and a link to the owner.
  entra.instead = (path, sent) =>
    path.endsWith('/token')
      ? {
          status: 400,
          body: JSON.stringify({
            error: 'invalid_grant',
            error_description: `AADSTS700082: ${sent.get('refresh_token')} is over`,
            error_codes: [700_082],
          }),
        }
      : null
  await refresh()
  product.clock.advance(HOUR / 2)
  await ada.call('POST /session/confirm', { body: { password: PASSWORD, code: ada.code() } })
  await refresh()
  const over = await story.look(id)
  assert.equal(over.state, 'reconsent')
  entra.instead = () => null
  await until('a mail to the owner', async () => {
    const { rows } = await ada.call('GET /audit', { query: { action: 'mail_account.init' } })
    return rows.some(({ details }) => details['step'] === 'over')
  })
  // Told to end a permission, the provider says the token back as if it were a code.
  const [bob] = await ada.call('GET /mail-accounts', { query: { search: 'bob' } })
  await unsealed(story, nowhere)
  entra.instead = (path, sent) =>
    path === '/revoke'
      ? { status: 400, body: JSON.stringify({ error: sent.get('token')?.slice(0, 64) }) }
      : null
  const params = { id: bob?.id ?? '' }
  const { revocation } = await ada.call('DELETE /mail-accounts/:id', { params })
  assert.equal(revocation, 'failed')
  entra.instead = () => null
}

/** What the tables hold sealed. */
async function unsealed({ product }: MailStory, nowhere: Set<string>): Promise<void> {
  const { sealer } = product.ground.identity
  const { sealedValues } = product.ground.store.tables
  for (const one of sealedValues.columns)
    for (const { row, sealed } of await sealedValues.after(one, '', 1000)) {
      const { table, column } = one
      const text = sealer.open(sealed, { table, column, row }).reveal()
      if (table === 'second_factor' || column === 'certificate') continue
      // Init. Token keeps several secrets, and beside them ids and addresses that are none.
      if (table !== 'token_init') nowhere.add(text)
      else for (const [, secret] of text.matchAll(/"secret":"([^"]+)"/g)) nowhere.add(secret ?? '')
    }
}
