import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { confirmDelegate } from '#changes/token-init/known.ts'
import { openEntra, MAIL_SCOPES } from '../support/authority/entra.ts'
import { GMAIL, openGoogle } from '../support/authority/google.ts'
import { atEntra, atGoogle, initBench } from '../support/init-bench.ts'
import { forEachStore, openTestStore, type Open } from '../support/stores.ts'

const open: Open = async (options) => await openTestStore('sqlite', options)

describe('Init. Token in the browser', () => {
  forEachStore((_, open) => {
    it('Entra: stores the tokens of the owner, who may use them at once', async () => {
      await using entra = await openEntra()
      await using bench = await initBench(open, entra, atEntra(entra))
      const id = await bench.account('Alice@Example.test')
      const state = await bench.init(id)
      assert.deepEqual(
        [state.outcome, state.signedInAs, state.missingScopes, state.diagnosis],
        ['done', 'alice@example.test', [], null],
      )
      const row = await bench.row(id)
      assert.deepEqual(
        [row.state, row.initialised_by, row.initialised_as, row.subject],
        [
          'active',
          'ada',
          'alice@example.test',
          `${entra.tenant} aaaaaaaa-0000-0000-0000-000000000001`,
        ],
      )
      assert.deepEqual(row.granted_scopes.split(' '), MAIL_SCOPES)
      assert.deepEqual(await bench.said(), ['begun ok', 'done ok'])
      assert.ok(!JSON.stringify(row).includes('eyJ'), 'no token in the clear')
    })

    it('Google: keeps the one refresh token that it ever gives', async () => {
      await using google = await openGoogle()
      await using bench = await initBench(open, google, atGoogle(google))
      const id = await bench.account('carol@gmail.test')
      const state = await bench.init(id)
      assert.deepEqual([state.outcome, state.signedInAs], ['done', 'carol@gmail.test'])
      const before = (await bench.row(id)).refresh_token
      assert.deepEqual(await bench.needs.tokens.refreshNow(id), { kind: 'refreshed' })
      const after = (await bench.row(id)).refresh_token
      assert.ok(before && after)
    })
  })
})

describe('who signs in', () => {
  it('as somebody else stores nothing, and is named', async () => {
    await using entra = await openEntra()
    await using bench = await initBench(open, entra, atEntra(entra))
    entra.ignoresHint = true
    entra.signsIn = 'bob@example.test'
    const id = await bench.account('alice@example.test')
    const state = await bench.init(id)
    assert.deepEqual(
      [state.outcome, state.signedInAs, state.expected],
      ['wrong_person', 'bob@example.test', 'alice@example.test'],
    )
    const row = await bench.row(id)
    assert.deepEqual([row.state, row.refresh_token], ['new', null])
    assert.deepEqual(await bench.said(), ['begun ok', 'wrong_person wrong_person'])
  })

  it('and declines, leaves what is there as it is', async () => {
    await using entra = await openEntra()
    await using bench = await initBench(open, entra, atEntra(entra))
    const id = await bench.account('alice@example.test')
    assert.equal((await bench.init(id)).outcome, 'done')
    const before = await bench.row(id)
    entra.signsIn = ''
    const state = await bench.init(id)
    assert.deepEqual([state.outcome, state.diagnosis?.cause], ['refused', 'declined'])
    assert.deepEqual((await bench.row(id)).refresh_token, before.refresh_token)
  })

  it('and grants less, is told what is missing; nothing of mail at all stores nothing', async () => {
    await using entra = await openEntra()
    await using bench = await initBench(open, entra, atEntra(entra))
    const id = await bench.account('alice@example.test')
    entra.allows = (scope) => !scope.endsWith('POP.AccessAsUser.All')
    const some = await bench.init(id)
    assert.deepEqual([some.outcome, some.missingScopes], ['done', [MAIL_SCOPES[1]]])
    const other = await bench.account('bob@example.test')
    entra.allows = (scope) => !scope.includes('://')
    const none = await bench.init(other)
    assert.deepEqual([none.outcome, none.missingScopes], ['missing_scopes', MAIL_SCOPES])
    assert.equal((await bench.row(other)).refresh_token, null)
  })

  it('for a shared mailbox is confirmed by an administrator, and only then stored', async () => {
    await using entra = await openEntra()
    await using bench = await initBench(open, entra, atEntra(entra))
    entra.ignoresHint = true
    entra.signsIn = 'bob@example.test'
    const id = await bench.account('shared@example.test', { shared: true })
    const state = await bench.init(id)
    assert.deepEqual([state.outcome, state.signedInAs], ['confirm_delegate', 'bob@example.test'])
    assert.deepEqual((await bench.row(id)).refresh_token, null)
    const done = await confirmDelegate(bench.needs, bench.ada, id, state.initId)
    assert.equal(done.outcome, 'done')
    const row = await bench.row(id)
    assert.deepEqual([row.state, row.initialised_as], ['active', 'bob@example.test'])
    await assert.rejects(
      confirmDelegate(bench.needs, bench.ada, id, state.initId),
      /nothing to confirm/,
    )
    assert.deepEqual(await bench.needs.tokens.refreshNow(id), { kind: 'refreshed' })
  })

  it('where the id_token names nobody, is asked of userinfo, which has to be of the same person', async () => {
    await using google = await openGoogle()
    await using bench = await initBench(open, google, {
      provider: 'OpenIDConnect',
      root_url: google.origin,
      tenant_id: '',
      scopes: `openid ${GMAIL}`,
    })
    const id = await bench.account('carol@gmail.test')
    const said = { email: 'carol@gmail.test', email_verified: true }
    const userinfo = (sub: string) => (path: string) =>
      path === '/me' ? { status: 200, body: JSON.stringify({ sub, ...said }) } : null
    google.instead = userinfo('eve@gmail.test')
    assert.equal((await bench.init(id)).diagnosis?.cause, 'identity_unproven')
    google.instead = (path) => (path === '/me' ? { status: 500, body: '' } : null)
    assert.equal((await bench.init(id)).outcome, 'confirm_delegate')
    assert.equal((await bench.row(id)).refresh_token, null)
    google.instead = userinfo('carol@gmail.test')
    assert.equal((await bench.init(id)).outcome, 'done')
  })

  it('is confirmed where the provider says nothing of people at all', async () => {
    await using google = await openGoogle()
    const { overrides = '' } = atGoogle(google)
    await using bench = await initBench(open, google, {
      provider: 'Fastmail',
      tenant_id: '',
      scopes: GMAIL,
      overrides,
    })
    const id = await bench.account('carol@gmail.test')
    const state = await bench.init(id)
    assert.deepEqual([state.outcome, state.signedInAs], ['confirm_delegate', null])
    assert.equal((await bench.row(id)).refresh_token, null)
    const done = await confirmDelegate(bench.needs, bench.ada, id, state.initId)
    assert.equal(done.outcome, 'done')
    assert.equal((await bench.row(id)).state, 'active')
  })

  it('A18: under an old name as a new person is confirmed before the tokens are replaced', async () => {
    await using entra = await openEntra()
    await using bench = await initBench(open, entra, atEntra(entra))
    const id = await bench.account('alice@example.test')
    assert.equal((await bench.init(id)).outcome, 'done')
    const before = await bench.row(id)
    const alice = entra.people.get('alice@example.test')!
    entra.people.set('alice@example.test', {
      ...alice,
      oid: 'bbbbbbbb-0000-0000-0000-000000000009',
    })
    assert.equal((await bench.init(id)).outcome, 'confirm_delegate')
    assert.deepEqual(await bench.row(id), before)
    entra.people.set('alice@example.test', { ...alice, idp: 'https://sts.windows.net/elsewhere/' })
    assert.equal((await bench.init(id)).outcome, 'wrong_person')
    assert.deepEqual(await bench.row(id), before)
  })
})
