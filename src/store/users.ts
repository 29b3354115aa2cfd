/**
 * Table user: people, with the figures that the administrator's list shows.
 */
import { sql, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { Role, UserState } from '#domain/user.ts'
import { likePattern } from './audit.ts'
import type { Database, UserRow } from './schema.ts'

export type User = Omit<UserRow, 'role' | 'state'> & { role: Role; state: UserState }

/** A user with counts of what belongs to the user. */
export type UserSummary = User & {
  second_factors: number
  recovery_codes: number
  app_passwords: number
  next_expiry: number | null
  used_bytes: number
}

export type UserFilter = {
  search?: string | undefined
  role?: Role | undefined
  state?: UserState | undefined
}
export type UserOrder = {
  by: 'name' | 'email' | 'lastSignInAt' | 'createdAt' | 'appPasswords' | 'nextExpiry'
  direction: 'asc' | 'desc'
}

const COLUMN = {
  name: sql.ref('name_key'),
  email: sql.ref('email_key'),
  lastSignInAt: sql.ref('last_sign_in_at'),
  createdAt: sql.ref('created_at'),
  appPasswords: sql.ref('app_passwords'),
  nextExpiry: sql.ref('next_expiry'),
}

export function users(db: Kysely<Database>) {
  const summaries = (now: number) =>
    db
      .selectFrom('user')
      .selectAll('user')
      .select((e) => [
        e
          .selectFrom('second_factor')
          .whereRef('second_factor.user_id', '=', 'user.id')
          .where('confirmed_at', 'is not', null)
          .select(sql<number>`count(*)`.as('n'))
          .as('second_factors'),
        e
          .selectFrom('recovery_code')
          .whereRef('recovery_code.user_id', '=', 'user.id')
          .select(sql<number>`count(*)`.as('n'))
          .as('recovery_codes'),
        e
          .selectFrom('app_password')
          .whereRef('app_password.user_id', '=', 'user.id')
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now)
          .select(sql<number>`count(*)`.as('n'))
          .as('app_passwords'),
        e
          .selectFrom('app_password')
          .whereRef('app_password.user_id', '=', 'user.id')
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now)
          .select(sql<number | null>`min(expires_at)`.as('n'))
          .as('next_expiry'),
        e
          .selectFrom('drive_usage')
          .where('space', '=', sql<string>`'home:' || "user".id`)
          .select('bytes')
          .as('used_bytes'),
      ])

  return {
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

    async summary(id: string, now: number): Promise<UserSummary | null> {
      const row = await summaries(now).where('user.id', '=', id).executeTakeFirst()
      return row ? asSummary(row) : null
    },

    /** A page of users, and how many there are in all. */
    async list(
      filter: UserFilter,
      order: UserOrder,
      page: { offset: number; size: number },
      now: number,
    ): Promise<{ rows: UserSummary[]; total: number }> {
      const matching = conditions(filter)
      const { total } = await db
        .selectFrom('user')
        .select(sql<number>`count(*)`.as('total'))
        .where((e) => e.and(matching))
        .executeTakeFirstOrThrow()
      const rows = await db
        .selectFrom(
          summaries(now)
            .where((e) => e.and(matching))
            .as('listed'),
        )
        .selectAll()
        .orderBy(sql`${COLUMN[order.by]} is null`)
        .orderBy(COLUMN[order.by], order.direction)
        .orderBy('id')
        .limit(page.size)
        .offset(page.offset)
        .execute()
      return { rows: rows.map(asSummary), total }
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

    /** Administrators who can sign in, without the one that is named. */
    async otherAdministrators(id: string): Promise<number> {
      const { n } = await db
        .selectFrom('user')
        .select(sql<number>`count(*)`.as('n'))
        .where('role', '=', 'administrator')
        .where('state', '=', 'active')
        .where('id', '<>', id)
        .executeTakeFirstOrThrow()
      return n
    },
  }
}

function conditions(filter: UserFilter): Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = []
  if (filter.role !== undefined) found.push(sql`role = ${filter.role}`)
  if (filter.state !== undefined) found.push(sql`state = ${filter.state}`)
  if (filter.search !== undefined && filter.search !== '') {
    const like = likePattern(filter.search.normalize('NFKC').toLowerCase())
    found.push(
      sql`(name_key like ${like} escape '\\' or email_key like ${like} escape '\\' or lower(display_name) like ${like} escape '\\')`,
    )
  }
  return found
}

const asUser = (row: UserRow | undefined): User | null => (row as User | undefined) ?? null

function asSummary(
  row: UserRow & {
    [name in 'second_factors' | 'recovery_codes' | 'app_passwords' | 'next_expiry' | 'used_bytes']:
      | number
      | null
  },
): UserSummary {
  return {
    ...(row as unknown as User),
    second_factors: row.second_factors ?? 0,
    recovery_codes: row.recovery_codes ?? 0,
    app_passwords: row.app_passwords ?? 0,
    next_expiry: row.next_expiry,
    used_bytes: row.used_bytes ?? 0,
  }
}
