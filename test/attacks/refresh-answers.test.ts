/**
 * V06, M18: whatever a provider answers, or does not, only its own definite word ends a grant.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { HOUR, MINUTE } from '#base/clock.ts'
import { guardedOutbound } from '#vault/outbound.ts'
import { reachable } from '#vault/reachable.ts'
import { refreshing } from '../support/refreshing.ts'
import { userRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'
import { openTokenServer, type Told } from '../support/token-server.ts'

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Told => ({
  status,
  body: JSON.stringify(body),
  headers,
})
const no = (error: string, status = 400, more: object = {}): Told =>
  json(status, { error, ...more })

/** What is answered, and the reason that the page shows. */
const PASSING: Readonly<Record<string, readonly [Told, RegExp]>> = {
  '401 without words': [json(401, {}), /^answer_strange/],
  '429 with Retry-After': [json(429, { error: 'x' }, { 'retry-after': '77' }), /^throttled/],
  '500': [json(500, {}), /^provider_down/],
  '503': [{ status: 503, body: 'later' }, /^provider_down/],
  'HTML with 200': [{ status: 200, body: '<html>Sign in to the Wi-Fi' }, /^not_json/],
  'HTML with 400 that says invalid_grant': [
    { status: 400, body: '<html>invalid_grant' },
    /^answer_strange/,
  ],
  'nothing with 200': [{ status: 200, body: '' }, /^empty/],
  'a redirect': [{ status: 302, body: '', headers: { location: '/elsewhere' } }, /^empty/],
  '10 MB': [{ status: 200, body: `{"a":"${'x'.repeat(10 << 20)}"}` }, /^too_large/],
  silence: ['hang', /^timeout/],
  'a connection that breaks': ['reset', /^network/],
  'M18: an access token with a line break': [
    json(200, { access_token: 'a\r\nb', expires_in: 3600 }),
    /^answer_strange/,
  ],
  'an error that every object has': [no('constructor'), /^answer_strange/],
  'an error that is the token': [
    no('0.AX8AsomethingThatIsATokenAndNoWord'),
    /^answer_strange 400$/,
  ],
  interaction_required: [no('interaction_required'), /^interaction_needed/],
  temporarily_unavailable: [no('temporarily_unavailable'), /^provider_down/],
  'invalid_grant with status 500': [no('invalid_grant', 500), /^provider_down/],
  'invalid_grant with status 429': [no('invalid_grant', 429), /^throttled/],
  'invalid_grant for a locked user': [
    no('invalid_grant', 400, { error_codes: [50_053] }),
    /AADSTS50053/,
  ],
}

forEachStore((_, open) => {
  describe('an answer that passes keeps the grant', () => {
    for (const [what, [told, reason]] of Object.entries(PASSING))
      it(`V06: ${what}`, async () => {
        await using store = await open()
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, 'stays_valid')
        const refresher = await on.refresher({ limits: { requestTimeoutMs: 300 } })
        const id = await on.account()
        const before = await on.stored(id)
        server.tell = () => told
        for (let i = 0; i < 4; i++) {
          const outcome = await refresher.refreshNow(id)
          assert.equal(outcome.kind, 'passing')
          await on.age(id, HOUR)
        }
        const row = await on.row(id)
        assert.equal(row.state, 'degraded')
        assert.match(row.state_reason ?? '', reason)
        assert.deepEqual([await on.stored(id), row.lease_owner, row.failures], [before, null, 4])
        server.tell = () => undefined
        assert.deepEqual(await refresher.refreshNow(id), { kind: 'refreshed' })
        const well = await on.row(id)
        assert.deepEqual([well.state, well.state_reason, well.failures], ['active', null, 0])
      })

    it('V06: Retry-After is waited for', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const refresher = await on.refresher()
      const id = await on.account()
      server.tell = () => json(429, {}, { 'retry-after': '3000' })
      await assert.rejects(refresher.accessToken(id), { code: 'unavailable' })
      const wait = ((await on.row(id)).next_refresh_at ?? 0) - Date.now()
      assert.ok(wait > 2900_000 && wait < 3100_000, String(wait))
      await assert.rejects(refresher.accessToken(id), { code: 'unavailable' })
      await refresher.round()
      assert.equal(server.counts.requests, 1)
    })

    it('V06: without a certificate that is trusted, without a name, to a place that is not allowed', async () => {
      await using store = await open()
      const plain = createServer((_req, res) => res.end('{}'))
      plain.listen(0, '127.0.0.1')
      await once(plain, 'listening')
      const { port } = plain.address() as AddressInfo
      try {
        for (const [url, reason] of [
          [`https://127.0.0.1:${port}/`, /^tls/],
          ['https://no-such-host.invalid/', /^dns/],
          ['https://10.0.0.1/', /^not_allowed/],
          ['http://127.0.0.1/', /^not_allowed/],
        ] as const) {
          await using server = await openTokenServer()
          await using on = await refreshing(store, { ...server, url }, 'strict')
          const outbound = guardedOutbound({ mayReach: reachable(['127.0.0.1']) })
          const refresher = await on.refresher({ outbound })
          const id = await on.account()
          assert.equal((await refresher.refreshNow(id)).kind, 'passing')
          const row = await on.row(id)
          assert.match(row.state_reason ?? '', reason)
          assert.equal(row.doubted_at, null, 'nothing was sent, so nothing can be lost')
        }
      } finally {
        plain.close()
      }
    })
  })

  describe('an answer that lacks something', () => {
    it('V06: without expires_in, and without a refresh token, is used and the token is kept', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'non_rotating')
      server.expiresIn = null
      const refresher = await on.refresher()
      const id = await on.account()
      const before = await on.stored(id)
      const { expiresAt } = await refresher.accessToken(id)
      assert.ok(expiresAt > Date.now() + 20 * MINUTE && expiresAt < Date.now() + 40 * MINUTE)
      assert.equal(await on.stored(id), before)
    })

    it('M18: a useless access token beside a new refresh token: the new one is stored', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const refresher = await on.refresher()
      const id = await on.account()
      server.tell = () => json(200, { access_token: 'a b', refresh_token: 'rt.new' })
      await assert.rejects(refresher.accessToken(id), { code: 'unavailable' })
      assert.equal(await on.stored(id), 'rt.new')
      const row = await on.row(id)
      assert.deepEqual([row.state, row.lease_owner, row.granted], ['degraded', null, 2])
    })

    it('V06: with fewer scopes is stored and used, and the account says what is missing', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      const scopes = 'openid offline_access imap smtp pop'
      await using on = await refreshing(store, server, 'strict', { scopes })
      const refresher = await on.refresher()
      // pop was not granted at Init. Token: that was said then.
      const id = await on.account({ granted_scopes: 'openid IMAP smtp' })
      const answered = (n: number, scope: string) => () =>
        json(200, { access_token: `at.${n}`, refresh_token: `rt.${n}`, expires_in: 3600, scope })
      server.tell = answered(1, 'openid imap')
      assert.equal((await refresher.accessToken(id)).token.reveal(), 'at.1')
      const row = await on.row(id)
      assert.deepEqual(
        [row.state, row.state_reason, row.failures],
        ['degraded', 'scopes_missing smtp', 0],
      )
      assert.equal(await on.stored(id), 'rt.1')
      server.tell = answered(2, 'openid')
      assert.equal((await refresher.refreshNow(id)).kind, 'refreshed')
      assert.equal((await on.row(id)).state_reason, 'scopes_missing imap smtp')
      server.tell = answered(3, 'openid smtp imap')
      await refresher.refreshNow(id)
      const well = await on.row(id)
      assert.deepEqual([well.state, well.state_reason], ['active', null])
      assert.deepEqual(await on.said(), [
        'mail_account.state active degraded scopes_missing smtp',
        'mail_account.state degraded degraded scopes_missing imap smtp',
        'mail_account.state degraded active ',
      ])
    })

    it('V06: of another person is not used and not stored', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const refresher = await on.refresher()
      const id = await on.account({ subject: 'https://idp.example ada' })
      const before = await on.stored(id)
      const claims = { iss: 'https://idp.example', sub: 'eve' }
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      server.tell = () =>
        json(200, { access_token: 'at.eve', refresh_token: 'rt.eve', id_token: `e30.${payload}.x` })
      await assert.rejects(refresher.accessToken(id), { code: 'unavailable' })
      const row = await on.row(id)
      assert.deepEqual([row.state, row.state_reason], ['degraded', 'other_person'])
      assert.equal(await on.stored(id), before)
      assert.equal(await store.tables.tokenGrants.accessToken(id, 'mail'), null)
    })
  })

  describe('a definite no', () => {
    for (const kind of ['stays_valid', 'grace', 'strict', 'non_rotating'] as const)
      it(`V06: invalid_grant counts when it comes twice, a minute apart (${kind})`, async () => {
        await using store = await open()
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, kind)
        await store.tables.users.insert(userRow('ada', { role: 'administrator' }))
        const refresher = await on.refresher()
        const id = await on.account()
        const before = await on.stored(id)
        server.revoke(id)
        assert.equal((await refresher.refreshNow(id)).kind, 'passing')
        assert.equal((await refresher.refreshNow(id)).kind, 'passing', 'too soon to count')
        assert.equal((await on.row(id)).state, 'degraded')
        assert.deepEqual(await on.notices(), [])
        await on.age(id, 2 * MINUTE)
        assert.equal((await refresher.refreshNow(id)).kind, 'definite')
        const row = await on.row(id)
        assert.deepEqual([row.state, row.state_reason], ['reconsent', 'grant_over invalid_grant'])
        assert.equal(await on.stored(id), before, 'nothing deletes a token but a person')
        assert.deepEqual(await on.notices(), ['mail_account_reconsent'])
        assert.deepEqual(await on.said(), [
          'mail_account.state active degraded grant_over invalid_grant',
          'mail_account.state degraded reconsent grant_over invalid_grant',
        ])
        const asked = server.counts.requests
        await on.age(id, HOUR)
        await refresher.round()
        await assert.rejects(refresher.accessToken(id), { code: 'conflict' })
        assert.equal(server.counts.requests, asked, 'it is not asked again')
      })

    it('V06: one that is taken back in between does not count', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const refresher = await on.refresher()
      const id = await on.account()
      server.tell = () => no('invalid_grant')
      await refresher.refreshNow(id)
      server.tell = () => undefined
      assert.equal((await refresher.refreshNow(id)).kind, 'refreshed')
      await on.age(id, 2 * MINUTE)
      server.tell = () => no('invalid_grant')
      assert.equal((await refresher.refreshNow(id)).kind, 'passing')
      assert.equal((await on.row(id)).state, 'degraded')
    })

    it('V06: of the current token is answered with the one before it, where that does no harm', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const refresher = await on.refresher()
      const id = await on.account()
      await refresher.refreshNow(id)
      const current = await on.stored(id)
      server.tell = ({ form }) =>
        form.get('refresh_token') === current ? no('invalid_grant') : undefined
      assert.equal((await refresher.refreshNow(id)).kind, 'refreshed')
      assert.notEqual(await on.stored(id), current)
    })
  })
})
