import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import {
  INTERVAL,
  livenessScene,
  type LivenessScene,
} from '../../../test/support/liveness-scene.ts'
import { accountRow, sealer } from '../../../test/support/refreshing.ts'
import { openTestStore } from '../../../test/support/stores.ts'

const CLASSES: readonly TokenClass[] = ['strict', 'grace', 'stays_valid', 'non_rotating']
const sqlite = async (options?: Parameters<typeof openTestStore>[1]) =>
  await openTestStore('sqlite', options)
type Person = Awaited<ReturnType<LivenessScene['person']>>

async function stands(s: LivenessScene, person: Person): Promise<string> {
  const { state, reason } = await s.identity(person)
  return reason ?? state
}
async function held(s: LivenessScene, person: Person): Promise<string> {
  const { id, refresh_token } = await s.identity(person)
  return sealer.open(refresh_token!, identityRefreshTokenPlace(id)).reveal()
}

describe('asking by refresh tokens, and by mail accounts', () => {
  describe('an answer that was lost', () => {
    for (const kind of CLASSES)
      for (const how of ['on the way', 'with the process'] as const)
        it(`${kind}: ${how}, freezes nobody`, async () => {
          await using s = await livenessScene(sqlite, kind)
          const ada = await s.person('ada')
          const { alive_until: until } = await s.identity(ada)
          if (how === 'on the way') {
            s.server.tell = () => 'reset_after'
            await s.round()
            s.server.tell = () => undefined
          } else {
            const token = await held(s, ada)
            const claim = { now: s.clock.now(), checker: 'dead', forMs: MINUTE, most: 1 }
            await s.store.tables.identityChecks.claim(s.provider.id, claim)
            await fetch(s.server.url, {
              method: 'POST',
              body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
            })
            await s.store.tables.identities.update(ada.identityId, { checking_until: 1 })
          }
          s.clock.advance(INTERVAL)
          await s.round()
          const row = await s.identity(ada)
          assert.equal(row.state, 'alive')
          if (kind !== 'strict') return assert.equal(row.alive_at, s.clock.now())
          // It cannot be asked any more; the person is told, and the lease runs out by itself.
          assert.deepEqual([row.alive_until, row.next_check_at], [until, null])
          assert.equal(row.refresh_token, null)
          assert.deepEqual(await s.notices(), ['sign_in_again'])
          assert.deepEqual(await s.said(), ['identity.unconfirmed'])
          const asked = s.server.counts.requests
          s.clock.advance(INTERVAL)
          await s.round()
          assert.equal(s.server.counts.requests, asked) // no silent loop
        })

    it('strict: an outage in between is not forgotten to be doubtful', async () => {
      await using s = await livenessScene(sqlite, 'strict')
      const ada = await s.person('ada')
      for (const told of ['reset_after', 'reset', { status: 500, body: '' }] as const) {
        s.server.tell = () => told
        await s.round()
        s.clock.advance(10 * MINUTE)
      }
      s.server.tell = () => undefined
      await s.round()
      assert.equal(await stands(s, ada), 'alive')
      assert.deepEqual(await s.said(), ['identity.unconfirmed'])
    })

    it('stays_valid: the one before is used when the new one was never stored', async () => {
      await using s = await livenessScene(sqlite, 'stays_valid')
      const ada = await s.person('ada')
      await s.round()
      await s.store.tables.identities.update(ada.identityId, {
        refresh_token: sealer.seal(
          new Secret('rt.unknown'),
          identityRefreshTokenPlace(ada.identityId),
        ),
      })
      s.clock.advance(INTERVAL)
      await s.round()
      assert.equal(await stands(s, ada), 'alive')
      assert.equal(s.server.takes(await held(s, ada)), true)
    })
  })

  describe('by a mail account', () => {
    const outcomes = [
      [{ kind: 'refreshed' }, 'alive'],
      [{ kind: 'passing', reason: 'user_disabled AADSTS50057', retryAfterMs: null }, 'disabled'],
      [{ kind: 'passing', reason: 'network', retryAfterMs: null }, 'alive'],
      [{ kind: 'passing', reason: 'refreshed_elsewhere', retryAfterMs: 5000 }, 'alive'],
      [{ kind: 'application', reason: 'secret_expired AADSTS7000222' }, 'alive'],
      [{ kind: 'definite', reason: 'grant_over invalid_grant' }, 'alive'],
    ] as const
    for (const [outcome, state] of outcomes)
      it(`${JSON.stringify(outcome)}: ${state}`, async () => {
        await using s = await livenessScene(sqlite, 'stays_valid')
        const [application] = await s.store.tables.oauthApplications.list()
        const account = accountRow(application!, 'rt')
        await s.store.tables.mailAccounts.insert(account)
        const ada = await s.person('ada', { account_id: account.id, refresh_token: null })
        const { alive_at: before } = await s.identity(ada)
        await s.round({ tokens: { refreshNow: async () => outcome } })
        assert.equal(await stands(s, ada), state)
        const renewed = (await s.identity(ada)).alive_at > before
        assert.equal(renewed, outcome.kind === 'refreshed')
      })

    it('that is over for good: frozen; one that is switched off says nothing', async () => {
      for (const [state, reason, expected] of [
        ['reconsent', 'grant_over invalid_grant', 'refused'],
        ['disabled', null, 'alive'],
      ] as const) {
        await using s = await livenessScene(sqlite, 'stays_valid')
        const [application] = await s.store.tables.oauthApplications.list()
        const account = accountRow(application!, 'rt', { state, state_reason: reason })
        await s.store.tables.mailAccounts.insert(account)
        const ada = await s.person('ada', { account_id: account.id, refresh_token: null })
        await s.round()
        assert.equal(await stands(s, ada), expected)
      }
    })
  })
})
