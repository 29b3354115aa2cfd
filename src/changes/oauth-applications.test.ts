import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { FORBIDDEN } from '#domain/identifier.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import { cloudOf } from '#vault/providers.ts'
import { AZURE_AD } from '#vault/providers-microsoft.ts'
import { reachable } from '#vault/reachable.ts'
import { Sealer } from '#vault/seal.ts'
import { selfSigned, type SelfSigned } from '../../test/support/certificate.ts'
import { callerOf, changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { forEachStore, TEST_KEYS } from '../../test/support/stores.ts'
import { createMailAccount } from './mail-accounts.ts'
import type { ApplicationNeeds, ApplicationTyped } from './oauth-application-row.ts'
import {
  createApplication,
  deleteApplication,
  updateApplication,
  type NewApplication,
} from './oauth-applications.ts'

const TENANT = '11111111-2222-3333-4444-555555555555'

export const applicationNeeds = (bench: ChangeBench): ApplicationNeeds => ({
  ...bench.needs,
  sealer: new Sealer(TEST_KEYS, bench.needs.entropy),
  mayReach: reachable([]),
})

const NEW: NewApplication = {
  identifier: 'Contoso',
  provider: 'AzureAD',
  tenantId: TENANT,
  clientId: 'client',
  clientSecret: 's3cret~value',
}

const refused = (code: string, field: string, fault: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof Problem, String(thrown))
  assert.deepEqual(
    [thrown.code, thrown.fields[0]?.field, thrown.fields[0]?.fault],
    [code, field, fault],
  )
  return true
}

forEachStore((_, open) => {
  let certificate: SelfSigned
  before(() => (certificate = selfSigned()))

  const declared = async (
    bench: ChangeBench,
    more: Partial<NewApplication> = {},
  ): Promise<OAuthApplicationRow> => {
    const id = await createApplication(applicationNeeds(bench), bench.ada, { ...NEW, ...more })
    return (await bench.store.tables.oauthApplications.find(id))!
  }
  const updated = async (
    bench: ChangeBench,
    id: string,
    typed: ApplicationTyped,
  ): Promise<OAuthApplicationRow> => {
    await updateApplication(applicationNeeds(bench), bench.ada, id, typed)
    return (await bench.store.tables.oauthApplications.find(id))!
  }
  const withToken = async (bench: ChangeBench, applicationId: string): Promise<string> => {
    const typed = { identifier: 'anna', applicationId, email: 'anna@example.org' }
    const id = await createMailAccount(bench.needs, bench.ada, typed)
    await bench.store.tables.mailAccounts.update(id, {
      refresh_token: Buffer.from('sealed'),
      state: 'active',
    })
    return id
  }

  describe('an OAuth 2 application', () => {
    it('is prefilled by its provider, and its secret is sealed in its place', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench)
      assert.equal(row.root_url, 'https://login.microsoftonline.com')
      assert.equal(row.scopes, cloudOf(AZURE_AD, 'global').scopes.join(' '))
      assert.equal(row.cloud, 'global')
      assert.equal(row.secret_set_at, bench.clock.now())
      const place = { table: 'oauth_application', column: 'secret', row: row.id }
      const sealer = new Sealer(TEST_KEYS, bench.needs.entropy)
      assert.equal(sealer.open(row.secret!, place).reveal(), 's3cret~value')
      const [written] = await bench.store.tables.audit.list({}, 1)
      assert.equal(written?.action, 'oauth_application.create')
      assert.ok(!JSON.stringify(written).includes('s3cret'))
    })

    it('takes none of the forbidden characters in its identifier, and no name twice', async () => {
      await using bench = await changeBench(open)
      for (const character of [...FORBIDDEN, ' ', '\t', '\u00a0'])
        await assert.rejects(
          declared(bench, { identifier: `a${character}b` }),
          refused('invalid', 'identifier', 'characters'),
        )
      await declared(bench, { identifier: 'é-_:=%@!^`' })
      await declared(bench)
      await assert.rejects(
        declared(bench, { identifier: 'CONTOSO' }),
        refused('conflict', 'identifier', 'taken'),
      )
      assert.equal((await bench.said()).at(-1), 'oauth_application.create conflict')
    })

    it('keeps a secret that is not typed again; a new one says when, and forgets the old end', async () => {
      await using bench = await changeBench(open)
      const end = bench.clock.now() + DAY
      const row = await declared(bench, { secretExpiresAt: end })
      bench.clock.advance(1000)
      const kept = await updated(bench, row.id, { designation: ' Contoso mail ', clientSecret: '' })
      assert.deepEqual(kept.secret, row.secret)
      assert.equal(kept.secret_expires_at, end)
      assert.equal(kept.designation, 'Contoso mail')
      assert.equal(kept.updated_by, 'ada')
      const fresh = await updated(bench, row.id, { clientSecret: 'another' })
      assert.equal(fresh.secret_set_at, bench.clock.now())
      assert.equal(fresh.secret_expires_at, null)
      const [written] = await bench.store.tables.audit.list({}, 1)
      assert.deepEqual(Object.keys(written!.details).toSorted(), [
        'secret_expires_at',
        'secret_set_at',
      ])
    })

    it('takes a certificate with its key, and keeps its thumbprint and its end', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench, {
        clientProof: 'certificate',
        certificate: `${certificate.certificate}\n${certificate.key}`,
      })
      assert.equal(row.certificate_thumbprint, certificate.thumbprint)
      assert.ok(row.certificate_expires_at! > Date.now())
      assert.equal(row.secret, null)
      const place = { table: 'oauth_application', column: 'certificate', row: row.id }
      const sealed = new Sealer(TEST_KEYS, bench.needs.entropy).open(row.certificate!, place)
      assert.match(sealed.reveal(), /^-----BEGIN PRIVATE KEY-----[^]+-----END CERTIFICATE-----\n$/)
      const other = await updated(bench, row.id, { clientProof: 'secret', clientSecret: 'x' })
      assert.deepEqual([other.certificate, other.certificate_thumbprint], [null, null])
    })

    it('is refused where its parts do not fit together', async () => {
      await using bench = await changeBench(open)
      const wrong: [Partial<NewApplication>, string, string][] = [
        [{ provider: 'nobody' }, 'provider', 'unknown'],
        [{ cloud: 'mars' }, 'cloud', 'unknown'],
        [{ clientId: ' ' }, 'clientId', 'empty'],
        [{ clientSecret: '' }, 'clientSecret', 'empty'],
        [{ tenantId: '' }, 'tenantId', 'empty'],
        [{ tenantId: '../evil' }, 'tenantId', 'tenant'],
        [{ scopes: 'a"b' }, 'scopes', 'scope'],
        [{ tenantId: 'common', appOnly: true }, 'tenantId', 'concrete'],
        [{ appOnly: true, clientProof: 'none' }, 'clientProof', 'needed'],
        [{ provider: 'Google', appOnly: true, scopes: 'x' }, 'appOnly', 'unsupported'],
        [{ provider: 'OpenIDConnect', tenantId: '' }, 'rootUrl', 'empty'],
        [{ comments: 'a\u0000' }, 'comments', 'characters'],
      ]
      for (const [more, field, fault] of wrong)
        await assert.rejects(declared(bench, more), refused('invalid', field, fault))
    })

    it('A21: asks no address that is not public', async () => {
      await using bench = await changeBench(open)
      for (const url of [
        'http://login.example.com',
        'https://169.254.169.254/latest',
        'https://[::1]/',
        'https://127.1/',
        'https://0x7f000001/',
        'https://localhost/',
        'https://u:p@login.example.com/',
        'file:///etc/passwd',
        'gopher://login.example.com/',
      ])
        for (const field of ['rootUrl', 'tokenUrl', 'issuer', 'authorizeUrl', 'deviceUrl'])
          await assert.rejects(declared(bench, { [field]: url }), (thrown: unknown) => {
            assert.ok(thrown instanceof Problem)
            assert.deepEqual([thrown.code, thrown.fields[0]?.field], ['invalid', field])
            return true
          })
      for (const host of ['127.0.0.1', '10.1.2.3', 'a b', 'localhost', 'x/y'])
        await assert.rejects(declared(bench, { imapHost: host }), Problem)
    })

    it('takes overrides, and an empty one is the provider’s own again', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench, { imapHost: 'IMAP.example.com', imapPort: 1993 })
      assert.deepEqual(JSON.parse(row.overrides), { imapHost: 'imap.example.com', imapPort: 1993 })
      const cleared = await updated(bench, row.id, { imapHost: '', imapPort: null })
      assert.deepEqual(JSON.parse(cleared.overrides), {})
    })

    it('sends a secret to no other address than it was given for', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench)
      for (const typed of [
        { rootUrl: 'https://login.example.com' },
        { tokenUrl: 'https://evil.example/token' },
        { cloud: 'china' },
      ])
        await assert.rejects(
          updated(bench, row.id, typed),
          refused('invalid', 'clientSecret', 'again'),
        )
      const moved = await updated(bench, row.id, { cloud: 'china', clientSecret: 'new' })
      assert.equal(moved.root_url, 'https://login.partner.microsoftonline.cn')
      assert.equal(moved.scopes, cloudOf(AZURE_AD, 'china').scopes.join(' '))
    })

    it('ends the tokens that it gave only when that is said', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench)
      const account = await withToken(bench, row.id)
      await updated(bench, row.id, { scopes: 'less', designation: 'x' })
      for (const [field, typed] of [
        ['clientId', { clientId: 'other' }],
        ['tenantId', { tenantId: 'contoso.example' }],
        ['tokenUrl', { tokenUrl: 'https://t.example/', clientSecret: 'x' }],
        ['appOnly', { appOnly: true }],
      ] as const)
        await assert.rejects(updated(bench, row.id, typed), (thrown: unknown) => {
          refused('conflict', field, 'ends_tokens')(thrown)
          assert.match((thrown as Problem).message, /anna/)
          return true
        })
      const kept = await bench.store.tables.mailAccounts.find(account)
      assert.equal(kept?.state, 'active')
      await updated(bench, row.id, { clientId: 'other', endTokens: true })
      const ended = await bench.store.tables.mailAccounts.find(account)
      assert.deepEqual([ended?.state, ended?.refresh_token], ['new', null])
      assert.ok((ended?.generation ?? 0) > (kept?.generation ?? 0))
    })

    it('is tried again at once after a change', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench)
      const account = await withToken(bench, row.id)
      await bench.store.tables.mailAccounts.update(account, {
        state: 'degraded',
        next_refresh_at: bench.clock.now() + DAY,
      })
      await bench.store.tables.oauthApplications.update(row.id, {
        alarm: 'secret_expired AADSTS7000222',
        alarm_at: bench.clock.now(),
        closed_until: bench.clock.now() + DAY,
        failures: 7,
      })
      const mended = await updated(bench, row.id, { clientSecret: 'renewed' })
      assert.deepEqual([mended.alarm, mended.closed_until, mended.failures], [null, 0, 0])
      const due = await bench.store.tables.mailAccounts.find(account)
      assert.equal(due?.next_refresh_at, bench.clock.now())
    })

    it('cannot be deleted while accounts use it, and says which', async () => {
      await using bench = await changeBench(open)
      const row = await declared(bench)
      const account = await withToken(bench, row.id)
      const remove = () => deleteApplication(bench.needs, bench.ada, row.id)
      await assert.rejects(remove, (thrown: unknown) => {
        refused('conflict', 'accounts', 'in_use')(thrown)
        return (thrown as Problem).message.includes('anna')
      })
      await bench.store.tables.mailAccounts.delete(account)
      await remove()
      assert.equal(await bench.store.tables.oauthApplications.find(row.id), null)
      await assert.rejects(remove, (thrown: unknown) => (thrown as Problem).code === 'not_found')
    })

    it('is the administrator’s', async () => {
      await using bench = await changeBench(open)
      const anna = callerOf(await bench.add('anna'))
      await assert.rejects(
        createApplication(applicationNeeds(bench), anna, NEW),
        (thrown: unknown) => (thrown as Problem).code === 'forbidden',
      )
    })
  })
})
