/**
 * Table user: people. The administrator's list of them is in user-list.ts.
 */
import { sql, type Kysely } from 'kysely'
import type { Role, UserState } from '#domain/user.ts'
import type { Database, UserRow } from './schema.ts'
import { userList } from './user-list.ts'

export type { UserFilter, UserOrder, UserSummary } from './user-list.ts'

export type User = Omit<UserRow, 'role' | 'state'> & { role: Role; state: UserState }

export function users(db: Kysely<Database>) {
  return {
    ...userList(db),

    async find(id: string): Promise<User | null> {
      return asUser(await db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst())
    },

    /** By user name or e-mail, in their canonical form (`userKey`). A name wins over an e-mail. */
    async findByKey(key: string): Promise<User | null> {
      const found = await db
        .selectFrom('user')
        .selectAll()
        .where((e) => e.or([e('name_key', '=', key), e('email_key', '=', key)]))
        .limit(2)
        .execute()
      return asUser(found.find((row) => row.name_key === key) ?? found[0])
    },

    async insert(row: UserRow): Promise<void> {
      await db.insertInto('user').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<UserRow, 'id'>>): Promise<void> {
      await db.updateTable('user').set(change).where('id', '=', id).execute()
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('user').where('id', '=', id).execute()
    },

    /** Administrators who can sign in. */
    async administratorIds(): Promise<string[]> {
      const rows = await db
        .selectFrom('user')
        .select('id')
        .where('role', '=', 'administrator')
        .where('state', '=', 'active')
        .orderBy('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    /**
     * Administrators who can sign in, but for those that are named: active here, and where they come
     * from not frozen and known to be alive.
     */
    async otherAdministrators(except: readonly string[], now: number): Promise<number> {
      const { n } = await db
        .selectFrom('user')
        .leftJoin('identity', 'identity.user_id', 'user.id')
        .select(sql<number>`count(*)`.as('n'))
        .where('user.role', '=', 'administrator')
        .where('user.state', '=', 'active')
        .where((e) =>
          e.or([
            e('user.source', '=', 'local'),
            e.and([e('identity.state', '=', 'alive'), e('identity.alive_until', '>', now)]),
          ]),
        )
        .$if(except.length > 0, (q) => q.where('user.id', 'not in', except))
        .executeTakeFirstOrThrow()
      return n
    },
  }
}

const asUser = (row: UserRow | undefined): User | null => (row as User | undefined) ?? null
