/**
 * Rows for the measurement of admission: a million application passwords, of which some are known.
 */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { DAY, systemClock, systemEntropy } from '#base/clock.ts'
import { grouped, mintAppPassword, readAppPassword } from '#domain/app-password.ts'
import type { Store } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { appPasswordRow, newId, secondFactorRow, userRow } from '../../test/support/rows.ts'
import { TEST_KEYS } from '../../test/support/stores.ts'

/** A program: what it sends. */
export type Program = { readonly username: string; readonly password: string; readonly ip: string }

const PER_PERSON = 50
const BATCH = 10_000

/** People with one application password each, and a second factor. */
export async function addPeople(store: Store, count: number): Promise<Program[]> {
  const programs: Program[] = []
  while (programs.length < count)
    await store.transaction(async (tables) => {
      for (let i = 0; i < BATCH && programs.length < count; i++) {
        const user = userRow(`person ${newId()}`)
        await tables.users.insert(user)
        await tables.secondFactors.insert(secondFactorRow(user))
        programs.push(await addPassword(tables, user, programs.length))
      }
    })
  return programs
}

/** One person with that many application passwords. */
export async function addOnePerson(store: Store, count: number): Promise<Program[]> {
  const user = userRow(`person ${newId()}`)
  const programs: Program[] = []
  await store.transaction(async (tables) => {
    await tables.users.insert(user)
    await tables.secondFactors.insert(secondFactorRow(user))
    for (let i = 0; i < count; i++) programs.push(await addPassword(tables, user, i))
  })
  return programs
}

async function addPassword(
  { appPasswords }: Pick<Store['tables'], 'appPasswords'>,
  user: User,
  i: number,
): Promise<Program> {
  const minted = mintAppPassword(systemEntropy)
  const read = readAppPassword(minted.reveal())
  if (read.read !== 'app_password') throw new Error('A password that cannot be read.')
  const hash = TEST_KEYS.hash('app-password', read.canonical)
  const expires_at = systemClock.now() + 90 * DAY
  await appPasswords.insert(appPasswordRow(user, `program ${i}`, { hash, expires_at }))
  const ip = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
  return { username: user.name, password: grouped(minted), ip }
}

/** Further rows of nobody who asks: for a lookup their hashes are like any others. */
export async function addCrowd(store: Store, count: number): Promise<void> {
  const people = Array.from({ length: Math.ceil(count / PER_PERSON) }, () => newId())
  if (store.kind === 'postgres') return await addInPostgres(store, people)
  const user = userRow('x')
  const row = appPasswordRow(user, 'program')
  const names = (one: object): string => Object.keys(one).join(', ')
  const marks = (one: object): string =>
    Object.keys(one)
      .map(() => '?')
      .join(', ')
  const addUser = store.sqlite!.prepare(
    `insert into "user" (${names(user)}) values (${marks(user)})`,
  )
  const addRow = store.sqlite!.prepare(
    `insert into app_password (${names(row)}) values (${marks(row)})`,
  )
  await store.transaction(async () => {
    for (const id of people) {
      const keys = { name_key: id, email_key: id }
      addUser.run(...Object.values({ ...user, id, ...keys }))
      for (let n = 0; n < PER_PERSON; n++)
        addRow.run(...Object.values({ ...row, id: newId(), user_id: id, hash: randomBytes(32) }))
    }
  })
}

async function addInPostgres(store: Store, people: readonly string[]): Promise<void> {
  await store.db.connection().execute(async (db) => {
    await sql`set statement_timeout = 0`.execute(db)
    for (let at = 0; at < people.length; at += 1000) {
      const ids = people.slice(at, at + 1000)
      await db
        .insertInto('user')
        .values(ids.map((id) => ({ ...userRow('x'), id, name_key: id, email_key: id })))
        .execute()
      await sql`
        insert into app_password (id, user_id, name, name_key, application, gateways, hash, key_id,
          expires_at, created_at, created_by)
        select gen_random_uuid()::text, u, 'program', 'program', 'network_drive', 'drive',
          sha256((u || n)::bytea), 'k1', ${systemClock.now() + 90 * DAY}, 0, 'bench'
        from unnest(${ids}::text[]) u, generate_series(1, ${PER_PERSON}) n`.execute(db)
    }
    await sql`vacuum analyze`.execute(db)
    await sql`reset statement_timeout`.execute(db)
  })
}
