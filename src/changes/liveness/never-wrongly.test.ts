import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import {
  INTERVAL,
  livenessScene,
  type LivenessScene,
} from '../../../test/support/liveness-scene.ts'
import { sealer } from '../../../test/support/refreshing.ts'
import { openTestStore } from '../../../test/support/stores.ts'

type Person = Awaited<ReturnType<LivenessScene['person']>>
const CLASSES: readonly TokenClass[] = ['strict', 'grace', 'stays_valid', 'non_rotating']
/** What happens between two rounds, or to one. */
const EVENTS = [
  'round',
  'round',
  'answer lost',
  'no answer',
  'status 500',
  'status 429',
  'html',
  'killed before asking',
  'killed after asking',
  'restored',
] as const
type Event = (typeof EVENTS)[number]

async function happen(s: LivenessScene, person: Person, event: Event): Promise<void> {
  s.server.tell = () => {
    if (event === 'answer lost') return 'reset_after'
    if (event === 'no answer') return 'reset'
    if (event === 'status 500') return { status: 500, body: '{"error":"invalid_grant"}' }
    if (event === 'status 429') return { status: 429, body: '{}' }
    if (event === 'html') return { status: 200, body: '<html>' }
    return undefined
  }
  if (event === 'restored') await s.store.tables.identityChecks.doubtAll()
  if (event.startsWith('killed')) await killed(s, person, event === 'killed after asking')
  else await s.round()
}

/** A node dies while it asks: its claim is there, what it was told is not. */
async function killed(s: LivenessScene, person: Person, asked: boolean): Promise<void> {
  const claim = { now: s.clock.now(), checker: 'dead', forMs: MINUTE, most: 1 }
  const [row] = await s.store.tables.identityChecks.claim(s.provider.id, claim)
  if (!row) return
  if (asked && row.refresh_token) {
    const token = sealer.open(row.refresh_token, identityRefreshTokenPlace(row.id)).reveal()
    await fetch(s.server.url, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    })
  }
  await s.store.tables.identities.update(person.identityId, { checking_until: 1 })
}

describe('whatever goes wrong on the way', () => {
  for (const kind of CLASSES)
    it(`${kind}: nobody is frozen of whom the provider did not say so`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 8 }),
          async (events) => {
            await using s = await livenessScene(
              async (options) => await openTestStore('sqlite', options),
              kind,
            )
            const person = await s.person('ada')
            for (const event of events) {
              await happen(s, person, event)
              s.clock.advance(INTERVAL)
              assert.equal((await s.identity(person)).state, 'alive', event)
            }
            // Either it can be asked again, or the person was told and the lease runs out.
            s.clock.advance(10 * MINUTE)
            await happen(s, person, 'round')
            const row = await s.identity(person)
            assert.equal(row.state, 'alive')
            if (row.refresh_token === null) {
              assert.equal(kind, 'strict')
              assert.ok((await s.said()).includes('identity.unconfirmed'))
            } else assert.equal(row.alive_at, s.clock.now())
            // A sign-in mends it, and a person who is gone is noticed.
            const token = new Secret(s.server.issue(kind, 'anew'))
            await s.store.tables.identities.update(person.identityId, {
              refresh_token: sealer.seal(token, identityRefreshTokenPlace(person.identityId)),
              previous_refresh_token: null,
              next_check_at: s.clock.now(),
              checker: null,
            })
            s.server.revoke('anew')
            await happen(s, person, 'round')
            assert.equal((await s.identity(person)).reason, 'refused')
          },
        ),
        { numRuns: 10 },
      )
    })
})
