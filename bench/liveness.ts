/**
 * Promise: a node asks about 50,000 people of a directory in seconds, four statements for five
 * hundred of them; by refresh tokens in far less than the interval, one statement each.
 *
 *     node bench/liveness.ts [people of a directory, 50000 unless given] [people with tokens, 10000]
 *
 * Directory and provider answer at once, from this process: what is measured is ours. Everybody has
 * an application password, and everybody is due.
 */
import { DAY, HOUR, MINUTE, systemClock, systemEntropy } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import type { LivenessNeeds, StandsThere } from '#changes/liveness/needs.ts'
import { livenessRound } from '#changes/liveness/round.ts'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { clientOf } from '#vault/client.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import { applicationRow, sealer } from '../test/support/refreshing.ts'
import { appPasswordRow, identityRow, newId, providerRow, userRow } from '../test/support/rows.ts'
import { statementsOf } from '../test/support/statements.ts'
import { openTestStore, STORE_KINDS, type StoreKind } from '../test/support/stores.ts'

const [DIRECTORY, TOKENS] = [Number(process.argv[2] ?? 50_000), Number(process.argv[3] ?? 10_000)]
const AT_ONCE = 500
const config = JSON.stringify({ intervalS: 300, graceS: 86_400 })
const alive: StandsThere = { state: 'alive', passwordSetAt: null, groups: null }

for (const kind of STORE_KINDS) {
  console.log(`\n${kind}`)
  await measure(kind, 'a directory', DIRECTORY)
  await measure(kind, 'refresh tokens', TOKENS)
}

async function measure(kind: StoreKind, how: string, all: number): Promise<void> {
  await using store = await openTestStore(kind)
  const application = applicationRow('https://provider.example/token', 'stays_valid')
  await store.tables.oauthApplications.insert(application)
  const byToken = how === 'refresh tokens'
  const provider = providerRow('Company', {
    kind: byToken ? 'oidc' : 'ldap',
    application_id: byToken ? application.id : null,
    config,
  })
  await store.tables.identityProviders.insert(provider)
  await fill(store, provider, all, byToken)
  const asked = { questions: 0 }
  const round = livenessRound(needsOf(store, asked), new AbortController().signal)
  const begun = performance.now()
  const statements = (await statementsOf(round)).length
  const seconds = (performance.now() - begun) / 1000
  const each = (number: number): string => Math.round(number).toLocaleString('en')
  console.log(
    `  ${how}: ${each(all)} people in ${seconds.toFixed(1)} s, ${each(all / seconds)} a second; ` +
      `${each(asked.questions)} questions, ${each(statements)} statements`,
  )
  const again = performance.now()
  await round()
  console.log(`  ${how}: a round with nobody due: ${(performance.now() - again).toFixed(1)} ms`)
}

function needsOf(store: Store, asked: { questions: number }): LivenessNeeds {
  let issued = 0
  return {
    store,
    clock: systemClock,
    newId,
    entropy: systemEntropy,
    log: silentLog,
    sealer,
    clientOf: async (row) =>
      await clientOf(row, { sealer, discover: async () => await Promise.reject(new Error()) }),
    tokens: { refreshNow: async () => ({ kind: 'refreshed' }) },
    policyOf: () => INITIAL_SETTINGS,
    whyAway: () => null,
    accountStates: async (_, subjects) => {
      asked.questions++
      return new Map(subjects.map((one) => [one, alive]))
    },
    outbound: async () => {
      asked.questions++
      const token = `rt.${++issued}`
      return Response.json({ token_type: 'Bearer', access_token: 'at', refresh_token: token })
    },
  }
}

async function fill(
  { db }: Store,
  provider: IdentityProviderRow,
  all: number,
  byToken: boolean,
): Promise<void> {
  const now = Date.now()
  for (let at = 0; at < all; at += AT_ONCE) {
    const users = Array.from({ length: Math.min(AT_ONCE, all - at) }, (_, i) =>
      userRow(`person ${at + i}`, { source: provider.id, email: `p${at + i}@example.org` }),
    )
    await db.insertInto('user').values(users).execute()
    const identities = users.map((user) => {
      const id = newId()
      const token = byToken
        ? sealer.seal(new Secret(`rt of ${user.name}`), identityRefreshTokenPlace(id))
        : null
      return identityRow(user, provider, {
        id,
        subject: user.name,
        alive_at: now - HOUR,
        alive_until: now + DAY,
        next_check_at: now - MINUTE,
        refresh_token: token,
      })
    })
    await db.insertInto('identity').values(identities).execute()
    const passwords = users.map((user) => appPasswordRow(user, 'x', { expires_at: now + DAY }))
    await db.insertInto('app_password').values(passwords).execute()
  }
}
