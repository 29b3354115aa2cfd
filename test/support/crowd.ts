/**
 * Many people at once, each with as many application passwords, a second factor, a session and a
 * remembered device as a test wants.
 */
import type { Store } from '#store/store.ts'
import type { User } from '#store/users.ts'
import {
  appPasswordRow,
  deviceRow,
  hashOf,
  NOON,
  secondFactorRow,
  sessionRow,
  userRow,
} from './rows.ts'

const AT_ONCE = 500

export async function addPeople(
  { db }: Pick<Store, 'db'>,
  count: number,
  {
    appPasswords = 0,
    secondFactor = false,
    remembered = false,
    expiresAt = NOON + 90 * 86_400_000,
    more = {},
  }: {
    appPasswords?: number
    secondFactor?: boolean
    remembered?: boolean
    expiresAt?: number
    more?: Partial<User>
  } = {},
): Promise<User[]> {
  const people = Array.from({ length: count }, (_, i) =>
    userRow(`person ${String(i).padStart(5, '0')}`, {
      email: `person.${i}@example.org`,
      password_hash: 'x',
      ...more,
    }),
  )
  await db.transaction().execute(async (trx) => {
    for (let at = 0; at < count; at += AT_ONCE) {
      const some = people.slice(at, at + AT_ONCE)
      await trx.insertInto('user').values(some).execute()
      for (let n = 0; n < appPasswords; n++)
        await trx
          .insertInto('app_password')
          .values(
            some.map((user) => appPasswordRow(user, `program ${n}`, { expires_at: expiresAt })),
          )
          .execute()
      if (secondFactor)
        await trx
          .insertInto('second_factor')
          .values(some.map((user) => secondFactorRow(user)))
          .execute()
      if (remembered) {
        await trx
          .insertInto('device')
          .values(
            some.map((user) =>
              deviceRow(user, user.id, { hash: hashOf(user.id), remembered_at: NOON }),
            ),
          )
          .execute()
        await trx
          .insertInto('session')
          .values(some.map((user) => sessionRow(user, { method: 'password+remembered_device' })))
          .execute()
      }
    }
  })
  return people
}
