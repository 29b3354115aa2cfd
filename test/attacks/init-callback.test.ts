/**
 * Rows A14 (state) and A15 for Init. Token: whoever sends a browser to the callback.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { beginInit } from '#changes/token-init/begin.ts'
import { endInBrowser } from '#changes/token-init/return.ts'
import { openEntra } from '../support/authority/entra.ts'
import { openGoogle } from '../support/authority/google.ts'
import { atEntra, Browser, initBench, type InitBench } from '../support/init-bench.ts'
import { codesAsked, initScene, returned } from '../support/init-scene.ts'
import { forEachStore, openTestStore } from '../support/stores.ts'

const sqlite = async (options?: Parameters<typeof openTestStore>[1]) =>
  await openTestStore('sqlite', options)

describe('A14: the state of Init. Token', () => {
  it('A14: that is missing, wrong, twice there, or of another kind opens nothing', async () => {
    await initScene(async (s) => {
      const { browser, back } = await returned(s)
      const { token } = await s.bench.link(await s.bench.account('bob@example.test'))
      const state = back.searchParams.get('state') ?? ''
      for (const query of [
        'code=x',
        'state=',
        `state=${state.slice(1)}`,
        `state=${state}x`,
        `state=${state.toUpperCase()}`,
        `state=${state}&state=${state}`,
        `state=${token.reveal()}`,
        'state=__proto__',
      ]) {
        const said = new URLSearchParams(`code=x&${query}`)
        const went = await endInBrowser(s.bench.needs, said, browser.shows, { ip: '', client: '' })
        assert.equal(went.path, '/renew#failed', query)
      }
      assert.equal(codesAsked(s), 0)
    })
  })

  it('A14: works in the browser that began it, and in no other; that other uses nothing up', async () => {
    await initScene(async (s) => {
      const { begun, browser, back } = await returned(s)
      const from = { ip: '', client: '' }
      const stranger = new Browser()
      const forger = new Browser()
      forger.keep({ name: begun.browser.name, secret: new Secret('x'.repeat(43)) })
      for (const other of [stranger, forger]) {
        const went = await endInBrowser(s.bench.needs, back.searchParams, other.shows, from)
        assert.deepEqual(went, { path: '/renew#failed', cookie: null })
      }
      assert.equal(codesAsked(s), 0)
      const went = await endInBrowser(s.bench.needs, back.searchParams, browser.shows, from)
      assert.equal(went.path, `/administration/mail-accounts/${s.id}?init=${begun.initId}`)
      assert.equal((await s.bench.state(s.id, begun.initId)).outcome, 'done')
    })
  })

  forEachStore((_, open) => {
    it('A14: is used once, whoever comes again and however many at once', async () => {
      await using entra = await openEntra()
      await using bench = await initBench(open, entra, atEntra(entra))
      const id = await bench.account('alice@example.test')
      const { browser, back } = await returned({ entra, bench, id })
      const from = { ip: '', client: '' }
      const once = (): Promise<unknown> =>
        endInBrowser(bench.needs, back.searchParams, browser.shows, from)
      await Promise.all([once(), once(), once(), once()])
      await once()
      assert.equal(codesAsked({ entra, bench, id }), 1)
      assert.deepEqual(await bench.said(), ['begun ok', 'done ok'])
    })
  })

  it('A14: ends after a quarter of an hour, with the session, and with the right to it', async () => {
    await initScene(async (s) => {
      const { tables } = s.bench.store
      const late = await returned(s)
      s.bench.clock.advance(15 * MINUTE)
      await s.bench.end(late.browser, late.begun.url)
      assert.equal((await s.bench.state(s.id, late.begun.initId)).outcome, 'expired')
      s.bench.clock.advance(-15 * MINUTE)

      const { actor, sessionId } = s.bench.ada
      const demoted = await returned(s)
      await tables.users.update(actor.id!, { role: 'user' })
      await s.bench.end(demoted.browser, demoted.begun.url)
      const { outcome, diagnosis } = await s.bench.state(s.id, demoted.begun.initId)
      assert.deepEqual([outcome, diagnosis?.cause], ['refused', 'session_over'])
      await tables.users.update(actor.id!, { role: 'administrator' })

      const signedOut = await returned(s)
      await tables.sessions.update(sessionId!, { expires_at: 0 })
      await s.bench.end(signedOut.browser, signedOut.begun.url)
      const after = await s.bench.state(s.id, signedOut.begun.initId)
      assert.equal(after.diagnosis?.cause, 'session_over')
      assert.equal(codesAsked(s), 0)
      assert.equal((await s.bench.row(s.id)).state, 'new')
    })
  })

  it('A14: of an account that was switched off or re-addressed meanwhile stores nothing', async () => {
    await initScene(async (s) => {
      const { tables } = s.bench.store
      const begun = await returned(s)
      await tables.mailAccounts.update(s.id, { state: 'disabled' })
      await s.bench.end(begun.browser, begun.begun.url)
      const row = await s.bench.row(s.id)
      assert.deepEqual([row.state, row.refresh_token], ['disabled', null])
      const { diagnosis } = await s.bench.state(s.id, begun.begun.initId)
      assert.equal(diagnosis?.cause, 'account_changed')
    })
  })

  it('A10: a second begin ends the first', async () => {
    await initScene(async (s) => {
      const first = await returned(s)
      await beginInit(s.bench.needs, s.bench.ada, s.id, 'browser')
      const went = await s.bench.end(first.browser, first.begun.url)
      assert.equal(went.went.path, '/renew#failed')
      assert.equal(codesAsked(s), 0)
    })
  })
})

describe('A15: mix-up of providers', () => {
  /** A provider that promises `iss` in its discovery document. */
  async function promising(
    act: (bench: InitBench, id: string, asked: () => number) => Promise<void>,
  ) {
    await using authority = await openGoogle()
    await using bench = await initBench(sqlite, authority, {
      provider: 'OpenIDConnect',
      root_url: authority.origin,
      tenant_id: '',
      scopes: 'openid email https://mail.google.com/',
    })
    const count = () => authority.seen.filter(({ path }) => path === '/token').length
    await act(bench, await bench.account('carol@gmail.test'), count)
  }

  it('A15: the right iss is taken', async () => {
    await promising(async (bench, id) => {
      const state = await bench.init(id, (back) => assert.ok(back.searchParams.has('iss')))
      assert.equal(state.outcome, 'done')
    })
  })

  it('A15: another iss, or none where one is promised, is refused before the code is shown', async () => {
    await promising(async (bench, id, count) => {
      for (const iss of ['https://evil.example', '', null]) {
        const state = await bench.init(id, ({ searchParams }) => {
          if (iss === null) searchParams.delete('iss')
          else searchParams.set('iss', iss)
        })
        assert.deepEqual([state.outcome, state.diagnosis?.cause], ['refused', 'other_issuer'])
      }
      assert.equal(count(), 0)
    })
  })

  it('A15: an iss from a provider that never sends one is refused as well', async () => {
    await initScene(async (s) => {
      const state = await s.bench.init(s.id, (back) =>
        back.searchParams.set('iss', 'https://evil.example'),
      )
      assert.equal(state.diagnosis?.cause, 'other_issuer')
      assert.equal(codesAsked(s), 0)
    })
  })
})
