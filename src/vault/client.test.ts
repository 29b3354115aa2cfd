import assert from 'node:assert/strict'
import { sign, verify, X509Certificate } from 'node:crypto'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import { selfSigned } from '../../test/support/certificate.ts'
import { applicationRow } from '../../test/support/rows.ts'
import { TEST_KEYS } from '../../test/support/stores.ts'
import { certificatePlace, clientOf, secretPlace, type OAuthClient } from './client.ts'
import { Sealer } from './seal.ts'

const sealer = new Sealer(TEST_KEYS, systemEntropy)
const asked: string[] = []
const discover = async (issuer: string) => {
  asked.push(issuer)
  return {
    authorize: `${issuer}/a`,
    token: `${issuer}/t`,
    device: `${issuer}/d`,
    issuer,
    jwks: `${issuer}/k`,
    userinfo: null,
    revoke: null,
    promisesIss: true,
    endSession: null,
  }
}
const of = async (more: Partial<OAuthApplicationRow>): Promise<OAuthClient> =>
  await clientOf(applicationRow('a', { client_proof: 'none', scopes: '', ...more }), {
    sealer,
    discover,
  })
const overrides = (said: object): { overrides: string } => ({ overrides: JSON.stringify(said) })

describe('an application as it is used', () => {
  it('has the addresses of its cloud and tenant', async () => {
    const client = await of({
      cloud: 'china',
      root_url: 'https://login.partner.microsoftonline.cn/',
      tenant_id: 'example.cn',
    })
    const base = 'https://login.partner.microsoftonline.cn/example.cn'
    assert.equal(client.endpoints.token, `${base}/oauth2/v2.0/token`)
    assert.equal(client.endpoints.device, `${base}/oauth2/v2.0/devicecode`)
    assert.equal(client.endpoints.issuer, `${base}/v2.0`)
    assert.equal(client.hosts?.smtp.host, 'smtp.partner.outlook.cn')
    assert.equal(client.scopes.mail.at(-1), 'https://partner.outlook.cn/SMTP.Send')
    assert.equal(asked.length, 0)
  })

  it('keeps a tenant from becoming another address', async () => {
    const client = await of({ tenant_id: '../../evil?x=' })
    assert.equal(new URL(client.endpoints.token).hostname, 'login.microsoftonline.com')
    assert.match(client.endpoints.token, /\/\.\.%2F\.\.%2Fevil%3Fx%3D\/oauth2/)
  })

  it('says differently whatever it overrides, and only that', async () => {
    const client = await of({
      provider: 'Google',
      ...overrides({
        tokenUrl: 'https://token.example/t',
        imapHost: 'imap.example',
        smtpPort: 587,
        smtpSecurity: 'starttls',
        tokenClass: 'strict',
      }),
    })
    assert.equal(client.endpoints.token, 'https://token.example/t')
    assert.equal(client.endpoints.authorize, 'https://accounts.google.com/o/oauth2/v2/auth')
    assert.deepEqual(client.hosts?.imap, { host: 'imap.example', port: 993, security: 'tls' })
    const smtp = { host: 'smtp.gmail.com', port: 587, security: 'starttls' }
    assert.deepEqual(client.hosts?.smtp, smtp)
    assert.equal(client.tokenClass, 'strict')
    assert.equal((await of(overrides({ tokenClass: 'no such' }))).tokenClass, 'stays_valid')
  })

  it('has no keys and people of the provider for an issuer of its own', async () => {
    const client = await of({ provider: 'Google', ...overrides({ issuer: 'https://i.example' }) })
    assert.deepEqual(
      [client.endpoints.issuer, client.endpoints.jwks, client.endpoints.userinfo],
      ['https://i.example', null, null],
    )
  })

  it('is discovered where the provider has no addresses of its own, once they are needed', async () => {
    const generic = { provider: 'OpenIDConnect', root_url: 'https://idp.example/realm' }
    const client = await of(generic)
    assert.deepEqual(
      [client.endpoints.token, client.endpoints.jwks, client.endpoints.promisesIss, client.hosts],
      ['https://idp.example/realm/t', 'https://idp.example/realm/k', true, null],
    )
    asked.length = 0
    const urls = { authorizeUrl: 'https://x.example/a', tokenUrl: 'https://x.example/t' }
    assert.equal((await of({ ...generic, ...overrides(urls) })).endpoints.token, urls.tokenUrl)
    assert.equal(asked.length, 0)
  })

  it('asks for scopes of one audience at a time', async () => {
    const scopes =
      'openid offline_access https://outlook.office.com/SMTP.Send Mail.Send https://graph.microsoft.com/User.Read'
    const client = await of({ scopes })
    assert.deepEqual(client.scopes, {
      mail: ['openid', 'offline_access', 'https://outlook.office.com/SMTP.Send'],
      graph: ['openid', 'offline_access', 'Mail.Send', 'https://graph.microsoft.com/User.Read'],
    })
    const appOnly = await of({ app_only: 1 })
    assert.deepEqual(appOnly.scopes.mail, ['https://outlook.office365.com/.default'])
    assert.deepEqual(appOnly.scopes.graph, [])
  })

  it('opens its secret when it is asked, and not for another application', async () => {
    const row = applicationRow('a')
    const secret = sealer.seal(new Secret('s3cret'), secretPlace(row.id))
    const { proof } = await of({ ...row, client_proof: 'secret', secret, scopes: '' })
    assert.equal(proof.kind === 'secret' && proof.open().reveal(), 's3cret')
    const moved = await of({ id: 'other', client_proof: 'secret', secret })
    assert.throws(() => moved.proof.kind === 'secret' && moved.proof.open(), /does not open/)
    await assert.rejects(of({ client_proof: 'secret', secret: null }), { code: 'conflict' })
  })

  it('opens its certificate as the key and the name that Entra knows it by', async () => {
    const { key, certificate, thumbprint } = selfSigned()
    const row = applicationRow('a')
    const sealed = sealer.seal(new Secret(`${key}${certificate}`), certificatePlace(row.id))
    const { proof } = await of({ ...row, client_proof: 'certificate', certificate: sealed })
    assert.ok(proof.kind === 'certificate')
    const { privateKey, x5tS256 } = proof.open()
    assert.equal(x5tS256, thumbprint)
    const signature = sign('sha256', Buffer.from('x'), privateKey)
    const { publicKey } = new X509Certificate(certificate)
    assert.ok(verify('sha256', Buffer.from('x'), publicKey, signature))
  })
})
