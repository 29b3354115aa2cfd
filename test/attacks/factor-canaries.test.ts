/**
 * Row A26 for second factors and directories: passwords of people and of the account that searches,
 * codes that are sent, where they are sent, and the gateway's secret stand nowhere.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { ROUTE_NAMES } from '#api/contract.ts'
import { MINUTE } from '#base/clock.ts'
import { backup } from '#store/backup.ts'
import { around, filesBelow, forms } from '../support/canaries.ts'
import type { Client } from '../support/client.ts'
import { PERSON } from '../support/directory/outcome.ts'
import {
  BIND,
  bound,
  done,
  entry,
  openScriptedDirectory,
  SEARCH,
  type LdapScript,
} from '../support/directory/scripted.ts'
import { openMailbox } from '../support/mailbox.ts'
import { digitsIn } from '../support/pages.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'
import { openSmsStub, smsTemplate } from '../support/sms-stub.ts'

const SEARCHER = 'c4nary-of-the-account-that-searches'
const GATEWAY = 'c4nary-of-the-sms-gateway'
const NUMBER = '+33612345678'
const WRONG = 'c4nary what somebody typed wrong'

/** Dora, who comes in with one password; it goes away when it is told to. */
const directory: LdapScript = (socket, asked) => {
  const { tag, id } = asked
  if (away) return asked.reset()
  const dora = { entryUUID: 'dora-for-ever', uid: 'dora', mail: 'dora@example.org' }
  if (tag === BIND) socket.write(bound(id))
  if (tag === SEARCH) socket.write(Buffer.concat([entry(id, 'uid=dora', dora), done(id)]))
}
let away = false

describe('A26: secrets of factors and directories', () => {
  it('A26: are in no log, audit, metric, answer, export, database or backup, whatever goes wrong', async () => {
    await using mailbox = await openMailbox()
    await using sms = await openSmsStub()
    await using there = await openScriptedDirectory(directory)
    await using product = await startProduct({
      env: {
        SMTP_URL: mailbox.url,
        MAIL_FROM: 'p@example.org',
        ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1',
      },
    })
    const nowhere = new Set([SEARCHER, GATEWAY, NUMBER, WRONG, PERSON, PASSWORD])
    const codes = new Set<string>()
    const ada = await product.administrator()
    await ada.call('PATCH /settings', {
      body: { second_factor_kinds: ['totp', 'email', 'sms', 'webauthn'] },
    })
    const template = { ...smsTemplate(sms), headers: ['Authorization: Bearer {{secret}}'] }
    await ada.call('PUT /sms-gateway', { body: { ...template, secret: GATEWAY } })
    const { id } = await ada.call('POST /identity-providers', {
      body: {
        kind: 'ldap',
        name: 'The directory',
        flavour: 'other',
        urls: [`ldaps://127.0.0.1:${there.port}`],
        ca: there.ca,
        bindDn: 'cn=searcher',
        password: SEARCHER,
        baseDn: 'dc=example,dc=org',
        provisioning: 'create',
      },
    })
    await ada.call('POST /identity-providers/:id/enable', { params: { id } })
    const dora = product.client()
    await dora.signIn('dora', PERSON)
    const { id: mail } = await dora.call('POST /me/second-factors/email', { body: {} })
    const sent = (): string => digitsIn(mailbox.received.at(-1)?.text).replaceAll(' ', '')
    codes.add(sent())
    const mailed = { params: { id: mail }, body: { code: sent() } }
    await dora.call('POST /me/second-factors/:id/verify', mailed)
    const texted = (): string => digitsIn(sms.sent.at(-1)?.text).replaceAll(' ', '')
    const { id: phone } = await dora.call('POST /me/second-factors/sms', {
      body: { number: NUMBER },
    })
    codes.add(texted())
    const typed = { params: { id: phone }, body: { code: texted() } }
    await dora.call('POST /me/second-factors/:id/verify', typed)
    for (const cookie of dora.cookies.values()) nowhere.add(cookie)
    const said: string[] = []
    await everythingWrong(product, { phone, ada, codes, texted, sms })
    for (const one of [dora, ada])
      for (const name of ROUTE_NAMES.filter((route) => route.startsWith('GET ')))
        said.push(JSON.stringify(await one.send(name, { params: { id } as never })))
    said.push(await ada.call('GET /audit/export', { query: {} }))
    said.push(String((await product.client().raw('GET', '/metrics')).body))
    assert.ok(said.some((text) => text.includes('exportedAt')))

    const { store, keyring, config, clock } = product.ground
    const file = join(config.dataDir, 'backup.gz')
    await backup(store, keyring, file, clock.now())
    const kept = gunzipSync(readFileSync(file)).toString('latin1')
    assert.ok(kept.includes('second_factor'))
    store.sqlite?.exec('pragma wal_checkpoint(truncate)')
    const onDisk = filesBelow(config.dataDir)
      .filter((one) => !one.endsWith('master.key'))
      .map((one) => readFileSync(one, 'latin1'))
      .join('\n')
    const texts = { log: product.log.join(''), onDisk, kept, said: said.join('\n') }
    assert.ok(
      codes.size >= 4 && [...codes].every((code) => /^\d{8}$/.test(code)),
      [...codes].join(),
    )
    for (const [where, text] of Object.entries(texts)) {
      for (const canary of nowhere)
        for (const form of forms(canary))
          assert.ok(!text.includes(form), `${where}: ${around(text, form)}`)
      // Other numbers may have the same digits within them.
      for (const code of codes)
        assert.ok(!new RegExp(`(?<!\\d)${code}(?!\\d)`).test(text), `a code is in ${where}`)
    }
  })
})

/** Wrong passwords, wrong codes, a directory that is away, a gateway that refuses. */
async function everythingWrong(
  product: Product,
  {
    phone,
    ada,
    codes,
    texted,
    sms,
  }: {
    phone: string
    ada: Client
    codes: Set<string>
    texted: () => string
    sms: { status: number }
  },
): Promise<void> {
  product.clock.advance(2 * MINUTE)
  const half = product.client()
  await half.signIn('dora', PERSON)
  const body = { factorId: phone }
  await half.call('POST /session/codes', { body })
  codes.add(texted())
  codes.add('31415926')
  await half.refused('POST /session/second-factor', { body: { kind: 'sms', code: '31415926' } })
  await half.refused('POST /session/second-factor', { body: { kind: 'email', code: WRONG } })
  sms.status = 500
  product.clock.advance(2 * MINUTE)
  await half.refused('POST /session/codes', { body })
  await ada.send('POST /sms-gateway/test', { body: { number: NUMBER } })
  for (const name of ['ada', 'nobody'])
    await product.client().send('POST /session', { body: { name, password: WRONG } })
  away = true
  for (const password of [PERSON, WRONG])
    await product.client().send('POST /session', { body: { name: 'dora', password } })
}
