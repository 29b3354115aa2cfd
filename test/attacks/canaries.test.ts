import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ROUTE_NAMES } from '#api/contract.ts'
import { HOUR, MINUTE } from '#base/clock.ts'
import { around, filesBelow, forms } from '../support/canaries.ts'
import type { Client } from '../support/client.ts'
import { openMailbox } from '../support/mailbox.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

describe('A26: canary secrets', () => {
  it('are in no log, audit, metric, error, export, mail or database, at debug level, on every path', async () => {
    await using mailbox = await openMailbox()
    await using product = await startProduct({
      env: {
        SMTP_URL: mailbox.url.replace('//', '//user:c4narySmtp@'),
        MAIL_FROM: 'p@example.org',
        METRICS_TOKEN: 'c4nary-metrics-token',
      },
    })
    const canaries = new Set<string>([PASSWORD, 'c4narySmtp', 'c4nary-metrics-token'])
    const said: string[] = []
    const { ada, anna } = await everydayLife(product, canaries)
    await everythingWrong(product, ada, canaries, said)
    product.clock.advance(HOUR)
    said.push(await ada.call('GET /audit/export', { query: {} }).catch(() => ''))
    const { body } = await product
      .client()
      .raw('GET', '/metrics', { headers: { Authorization: 'Bearer c4nary-metrics-token' } })
    said.push(String(body))
    void anna
    assert.ok(canaries.size > 25, `only ${canaries.size} canaries`)
    const log = product.log.join('')
    assert.ok(log.length > 1000)
    product.ground.store.sqlite?.exec('pragma wal_checkpoint(truncate)')
    // The key file is the one place where a secret stands in the clear.
    const files = filesBelow(product.ground.config.dataDir).filter(
      (file) => !file.endsWith('master.key'),
    )
    assert.ok(files.some((file) => file.endsWith('.db')))
    const onDisk = files.map((file) => readFileSync(file, 'latin1')).join('\n')
    for (const canary of canaries)
      for (const form of forms(canary)) {
        assert.ok(!log.includes(form), `a secret is in the log: ${around(log, form)}`)
        assert.ok(!onDisk.includes(form), `a secret is on the disk: ${around(onDisk, form)}`)
        for (const text of said) assert.ok(!text.includes(form), 'a secret came back in an answer')
      }
  })
})

/** What people do all day, right; every secret that comes up is remembered. */
async function everydayLife(
  product: Product,
  canaries: Set<string>,
): Promise<{ ada: Client; anna: Client }> {
  const ada = await product.administrator()
  const anna = await product.person(ada, 'anna')
  canaries.add(product.app.setUpLink!.reveal().split('#')[1]!)
  canaries.add(ada.totp!.secret.base32).add(anna.totp!.secret.base32)
  const { codes } = await anna.call('POST /me/recovery-codes')
  for (const code of codes) canaries.add(code).add(code.replaceAll('-', ''))
  const created = await anna.call('POST /me/app-passwords', {
    body: { name: 'rclone', application: 'sync' },
  })
  canaries.add(created.password).add(created.password.replaceAll('-', ''))
  const params = {
    id: (
      await ada.call('POST /users', {
        body: { name: 'bert', email: 'bert@example.org', role: 'user', language: 'fr' },
      })
    ).id,
  }
  canaries.add((await ada.call('POST /users/:id/link', { params })).url.split('#')[1]!)
  for (const client of [ada, anna])
    for (const cookie of client.cookies.values()) canaries.add(cookie)
  await anna.call('DELETE /session')
  await anna.signIn('anna', PASSWORD)
  product.clock.advance(MINUTE)
  await anna.call('POST /session/second-factor', {
    body: { kind: 'recovery_code', code: codes[0]! },
  })
  for (const cookie of anna.cookies.values()) canaries.add(cookie)
  const headers = {
    Authorization: `Basic ${Buffer.from(`anna:${created.password}`).toString('base64')}`,
  }
  canaries.add(headers.Authorization.slice(6))
  const dav = async (method: string, path: string, body?: string): Promise<void> => {
    const response = await fetch(`${product.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    await response.arrayBuffer()
  }
  await dav('PUT', '/dav/Home/a.txt', 'text')
  await dav('GET', '/dav/Home/a.txt')
  await dav('PROPFIND', '/dav/Home/')
  const changed = 'c4nary new main password'
  canaries.add(changed)
  await anna.call('PUT /me/password', { body: { current: PASSWORD, password: changed } })
  for (const cookie of anna.cookies.values()) canaries.add(cookie)
  return { ada, anna }
}

/** Secrets in every wrong place: each route, each field, each header, the drive, broken tables. */
async function everythingWrong(
  product: Product,
  ada: Client,
  canaries: Set<string>,
  said: string[],
): Promise<void> {
  const canary = (where: string): string => {
    const secret = `c4nary-${where}-7f3a9`
    canaries.add(secret)
    return secret
  }
  const send = async (client: Client, name: string, body: string): Promise<void> => {
    const [method = '', path = ''] = name.split(' ')
    const answered = await client.raw(method, `/api/v1${path.replaceAll(/:\w+/g, 'x')}`, {
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${canary('bearer')}` },
      ...(method === 'GET' ? {} : { body }),
    })
    said.push(JSON.stringify(answered.body))
  }
  const fields = (): string =>
    JSON.stringify({
      token: canary('token'),
      password: canary('password'),
      current: canary('current'),
      code: canary('code'),
      name: 'x',
    })
  const stranger = product.client()
  stranger.cookies.set('__Host-passerelle', canary('cookie'))
  for (const name of ROUTE_NAMES.filter(
    (one) => one !== 'DELETE /session' && one !== 'DELETE /me/sessions',
  )) {
    for (const client of [ada, stranger]) {
      await send(client, name, fields())
      await send(client, name, `{"password":"${canary('broken')}`)
    }
  }
  await stranger.send('POST /session', { body: { name: 'ada', password: canary('sign-in') } })
  // People type the password into the field of the name.
  await stranger.send('POST /session', { body: { name: canary('as-name'), password: 'x' } })
  await ada.send('POST /session/confirm', { body: { password: canary('confirm'), code: '000000' } })
  for (const header of [
    `Basic ${Buffer.from(`ada:${canary('basic')}`).toString('base64')}`,
    `Basic ${canary('bad-base64')}`,
    `Bearer ${canary('dav-bearer')}`,
  ]) {
    const response = await fetch(`${product.url}/dav/Home/`, {
      method: 'PROPFIND',
      headers: { Authorization: header },
    })
    said.push(await response.text())
  }
  await product.ground.store.db.schema.alterTable('app_password').renameTo('away').execute()
  await send(ada, 'GET /me/app-passwords', '{}')
  const headers = {
    Authorization: `Basic ${Buffer.from(`anna:${[...canaries].find((one) => /^\w{5}-/.test(one) && one.length === 29) ?? ''}`).toString('base64')}`,
  }
  said.push(await (await fetch(`${product.url}/dav/Home/`, { headers })).text())
  await product.ground.store.db.schema.alterTable('away').renameTo('app_password').execute()
}
