/**
 * Rows for the measurement of the list of users: many people, three application passwords each.
 */
import { sql } from 'kysely'
import { DAY } from '#base/clock.ts'
import type { Store } from '#store/store.ts'
import {
  appPasswordRow,
  groupRow,
  identityRow,
  NOON,
  providerRow,
  secondFactorRow,
  userRow,
} from '../../test/support/rows.ts'

/** Rows of one statement: with 25 columns each below what SQLite binds at once. */
const AT_ONCE = 1000
export const PROVIDERS = ['provider-1', 'provider-2']
const GROUPS = 20

export async function addUsers({ db, kind }: Store, count: number): Promise<void> {
  for (const [i, id] of PROVIDERS.entries())
    await db
      .insertInto('identity_provider')
      .values(providerRow(`Provider ${i}`, { id }))
      .execute()
  for (let i = 0; i < GROUPS; i++)
    await db
      .insertInto('user_group')
      .values(groupRow(`Group ${i}`, { id: `group-${i}`, position: i }))
      .execute()
  const decision = { name: 'second_factor', updated_at: NOON, updated_by: 'bench' }
  for (const [i, value] of ['"required"', '"off"', '"offered"'].entries())
    await db
      .insertInto('group_policy')
      .values({ ...decision, group_id: `group-${i}`, value })
      .execute()
  for (let at = 0; at < count; at += AT_ONCE)
    await db.transaction().execute(async (trx) => {
      const places = Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, i) => at + i)
      const people = places.map((i) => person(i))
      await trx.insertInto('user').values(people).execute()
      for (const n of [0, 1, 2])
        await trx
          .insertInto('app_password')
          .values(
            people.map((user, i) =>
              appPasswordRow(user, `program ${n}`, {
                expires_at: NOON + (((at + i) * 7919 + n * 31) % 365) * DAY - 10 * DAY,
                revoked_at: (at + i + n) % 11 === 0 ? NOON - DAY : null,
              }),
            ),
          )
          .execute()
      const withFactor = people.filter((_, i) => i % 3 !== 0)
      await trx
        .insertInto('second_factor')
        .values(withFactor.map((user) => secondFactorRow(user)))
        .execute()
      await trx
        .insertInto('user_group_member')
        .values(
          people.map((user, i) => ({ user_id: user.id, group_id: `group-${(at + i) % GROUPS}` })),
        )
        .execute()
      const outside = people.filter(({ source }) => source !== 'local')
      await trx
        .insertInto('identity')
        .values(
          outside.map((user, i) =>
            identityRow(user, { id: user.source }, i % 20 === 7 ? { state: 'frozen' } : {}),
          ),
        )
        .execute()
    })
  await sql.raw(kind === 'postgres' ? 'vacuum analyze' : 'analyze').execute(db)
}

/** Names stand in another order than ids. */
function person(i: number): ReturnType<typeof userRow> {
  const shuffled = (i * 7919) % 1_000_003
  return userRow(`person ${shuffled}`, {
    email: `person ${shuffled}@example.org`.replace(' ', '.'),
    display_name: `Person Number ${i}`,
    role: i % 1000 === 0 ? 'administrator' : 'user',
    state: i % 50 === 0 ? 'invited' : i % 33 === 0 ? 'disabled' : 'active',
    source: i % 10 === 0 ? PROVIDERS[i % 20 === 0 ? 0 : 1]! : 'local',
    last_sign_in_at: i % 4 === 0 ? null : NOON - ((i * 104_729) % (400 * DAY)),
    created_at: NOON - i * 1000,
  })
}
