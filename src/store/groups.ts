/**
 * Tables user_group and user_group_member: groups of people, made here or known from a provider.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, UserGroupRow } from './schema.ts'

export type GroupSummary = UserGroupRow & {
  members: number
  decisions: number
  /** null: made here. */
  provider_name: string | null
}
export type ExternalGroup = { readonly externalId: string; readonly name: string }

export function groups(db: Kysely<Database>) {
  return {
    async find(id: string): Promise<UserGroupRow | null> {
      return (
        (await db.selectFrom('user_group').selectAll().where('id', '=', id).executeTakeFirst()) ??
        null
      )
    },

    async findExternal(providerId: string, externalId: string): Promise<UserGroupRow | null> {
      return (
        (await db
          .selectFrom('user_group')
          .selectAll()
          .where('provider_id', '=', providerId)
          .where('external_id', '=', externalId)
          .executeTakeFirst()) ?? null
      )
    },

    /** In their order, with how many members each has and how many settings it decides. */
    async list(): Promise<GroupSummary[]> {
      return await db
        .selectFrom('user_group')
        .leftJoin('identity_provider', 'identity_provider.id', 'provider_id')
        .selectAll('user_group')
        .select((e) => [
          'identity_provider.name as provider_name',
          e
            .selectFrom('user_group_member')
            .whereRef('group_id', '=', 'user_group.id')
            .select(sql<number>`count(*)`.as('n'))
            .$asScalar()
            .as('members'),
          e
            .selectFrom('group_policy')
            .whereRef('group_id', '=', 'user_group.id')
            .select(sql<number>`count(*)`.as('n'))
            .$asScalar()
            .as('decisions'),
        ])
        .orderBy('user_group.position')
        .orderBy('user_group.id')
        .execute()
    },

    /** Ids of all, in their order. */
    async order(): Promise<string[]> {
      const rows = await db
        .selectFrom('user_group')
        .select('id')
        .orderBy('position')
        .orderBy('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    /** Of a person, in the order of groups. */
    async ofUser(userId: string): Promise<UserGroupRow[]> {
      return await db
        .selectFrom('user_group')
        .innerJoin('user_group_member', 'group_id', 'user_group.id')
        .selectAll('user_group')
        .where('user_id', '=', userId)
        .orderBy('position')
        .orderBy('user_group.id')
        .execute()
    },

    async insert(row: UserGroupRow): Promise<void> {
      await db.insertInto('user_group').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<UserGroupRow, 'id'>>): Promise<void> {
      await db.updateTable('user_group').set(change).where('id', '=', id).execute()
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('user_group').where('id', '=', id).execute()
    },

    /** The place behind all others. */
    async nextPosition(): Promise<number> {
      const { last } = await db
        .selectFrom('user_group')
        .select(sql<number | null>`max(position)`.as('last'))
        .executeTakeFirstOrThrow()
      return (last ?? 0) + 1
    },

    /** Made here, of that name. */
    async findOwn(nameKey: string): Promise<UserGroupRow | null> {
      return (
        (await db
          .selectFrom('user_group')
          .selectAll()
          .where('name_key', '=', nameKey)
          .where('provider_id', 'is', null)
          .executeTakeFirst()) ?? null
      )
    },

    /** Puts a group at a place from 1; those between move by one. Two statements, however many. */
    async move(id: string, place: number): Promise<void> {
      const order = (await db
        .selectFrom('user_group')
        .select(['id', 'position'])
        .orderBy('position')
        .orderBy('id')
        .execute()) satisfies Pick<UserGroupRow, 'id' | 'position'>[]
      const is = order.find((one) => one.id === id)
      const there = order[Math.min(place, order.length) - 1]
      if (!is || !there || is.id === there.id) return
      const forwards = is.position < there.position
      await db
        .updateTable('user_group')
        .set({ position: forwards ? sql`position - 1` : sql`position + 1` })
        .where('position', forwards ? '>' : '<', is.position)
        .where('position', forwards ? '<=' : '>=', there.position)
        .execute()
      await db
        .updateTable('user_group')
        .set({ position: there.position })
        .where('id', '=', id)
        .execute()
    },

    /** Who is a member already stays one. */
    async addMembers(groupId: string, userIds: readonly string[]): Promise<void> {
      if (userIds.length === 0) return
      await db
        .insertInto('user_group_member')
        .values(userIds.map((id) => ({ user_id: id, group_id: groupId })))
        .onConflict((c) => c.doNothing())
        .execute()
    },

    async removeMembers(groupId: string, userIds: readonly string[]): Promise<void> {
      if (userIds.length === 0) return
      await db
        .deleteFrom('user_group_member')
        .where('group_id', '=', groupId)
        .where('user_id', 'in', userIds)
        .execute()
    },

    /** Ids of the groups of that provider that the person is a member of. */
    async idsOf(userId: string, providerId: string): Promise<string[]> {
      const rows = await db
        .selectFrom('user_group_member')
        .innerJoin('user_group', 'user_group.id', 'group_id')
        .select('group_id')
        .where('user_id', '=', userId)
        .where('provider_id', '=', providerId)
        .execute()
      return rows.map((row) => row.group_id)
    },
  }
}
