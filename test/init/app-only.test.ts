import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { beginInit } from '#changes/token-init/begin.ts'
import { certificatePlace } from '#vault/client.ts'
import { Sealer } from '#vault/seal.ts'
import { openEntra, type Entra } from '../support/authority/entra.ts'
import { selfSigned } from '../support/certificate.ts'
import { atEntra, CLIENT_SECRET, initBench } from '../support/init-bench.ts'
import { newId } from '../support/rows.ts'
import { openTestStore, TEST_KEYS, type Open } from '../support/stores.ts'

const onSqlite: Open = async (options) => await openTestStore('sqlite', options)
const asked = (entra: Entra): URLSearchParams[] =>
  entra.seen.filter(({ path }) => path.endsWith('/token')).map(({ body }) => body)

describe('Init. Token of an application of its own', () => {
  it('asks for the first token at once, with the secret, and needs nobody', async () => {
    await using entra = await openEntra()
    const application = { ...atEntra(entra), app_only: 1, client_id: 'daemon' }
    await using bench = await initBench(onSqlite, entra, application)
    entra.register({ clientId: 'daemon', secret: CLIENT_SECRET, appOnly: true })
    const id = await bench.account('scanner@example.test')
    const begun = await beginInit(bench.needs, bench.ada, id, 'browser')
    assert.deepEqual(begun, { how: 'nothing', initId: null })
    assert.deepEqual(
      [asked(entra)[0]?.get('grant_type'), asked(entra)[0]?.get('scope')],
      ['client_credentials', 'https://outlook.office365.com/.default'],
    )
    const row = await bench.row(id)
    assert.deepEqual([row.state, row.refresh_token], ['active', null])
    assert.ok((await bench.needs.store.tables.mailAccounts.accessTokenEnds(id)).has(id))
  })

  it('proves itself by an assertion that names its certificate, and sends no secret', async () => {
    await using entra = await openEntra()
    const { key, certificate, thumbprint } = selfSigned()
    const id = newId()
    const sealed = new Sealer(TEST_KEYS, systemEntropy).seal(
      new Secret(`${key}${certificate}`),
      certificatePlace(id),
    )
    const application = { id, app_only: 1, client_id: 'daemon', client_proof: 'certificate' }
    await using bench = await initBench(onSqlite, entra, {
      ...atEntra(entra),
      ...application,
      secret: null,
      certificate: sealed,
    })
    const jwk = new X509Certificate(certificate).publicKey.export({ format: 'jwk' })
    entra.register({ clientId: 'daemon', jwk, appOnly: true })
    const account = await bench.account('scanner@example.test')
    await beginInit(bench.needs, bench.ada, account, 'device')
    assert.equal((await bench.row(account)).state, 'active')
    const [body] = asked(entra)
    assert.equal(body?.get('client_secret'), null)
    const [head = '', claims = ''] = (body?.get('client_assertion') ?? '').split('.')
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
    assert.deepEqual([read(head)['alg'], read(head)['x5t#S256']], ['RS256', thumbprint])
    assert.equal(read(claims)['aud'], `${entra.origin}/${entra.tenant}/oauth2/v2.0/token`)
    assert.ok(Number(read(claims)['exp']) - Number(read(claims)['iat']) <= 600)
  })

  it('says what is wrong with the secret, as an alarm of the application', async () => {
    await using entra = await openEntra()
    const application = { ...atEntra(entra), app_only: 1, client_id: 'daemon' }
    await using bench = await initBench(onSqlite, entra, application)
    entra.register({ clientId: 'daemon', secret: 'another', appOnly: true })
    const id = await bench.account('scanner@example.test')
    await beginInit(bench.needs, bench.ada, id, 'browser')
    const alarm = (await bench.store.tables.oauthApplications.find(bench.application.id))?.alarm
    assert.equal(alarm, 'secret_wrong AADSTS7000215')
    assert.notEqual((await bench.row(id)).state, 'reconsent')
  })
})
