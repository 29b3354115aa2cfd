/**
 * Tables group_policy and user_policy: what a group or a person decides for itself, as JSON.
 */
import { sql, type Kysely } from 'kysely'
import { readDecided, type Decided, type LEVEL_NAMES, type Settings } from '#domain/policy.ts'
import type { Database, GroupPolicyRow, UserPolicyRow } from './schema.ts'

type Name = (typeof LEVEL_NAMES)[number]

export function policies(db: Kysely<Database>) {
  return {
    /** Of every group that decides something, in the order of groups. */
    async ofGroups(): Promise<Map<string, Decided>> {
      const rows = await db
        .selectFrom('group_policy')
        .innerJoin('user_group', 'user_group.id', 'group_policy.group_id')
        .select(['group_id', 'group_policy.name', 'value'])
        .orderBy('position')
        .orderBy('user_group.id')
        .execute()
      const found = Map.groupBy(rows, (row) => row.group_id)
      return new Map([...found].map(([id, those]) => [id, decidedIn(those)]))
    },

    async ofGroup(groupId: string): Promise<Decided> {
      return decidedIn(
        await db
          .selectFrom('group_policy')
          .select(['name', 'value'])
          .where('group_id', '=', groupId)
          .execute(),
      )
    },

    async rowsOfGroup(groupId: string): Promise<GroupPolicyRow[]> {
      return await db
        .selectFrom('group_policy')
        .selectAll()
        .where('group_id', '=', groupId)
        .execute()
    },

    async rowsOfUser(userId: string): Promise<UserPolicyRow[]> {
      return await db.selectFrom('user_policy').selectAll().where('user_id', '=', userId).execute()
    },

    async ofUser(userId: string): Promise<Decided> {
      return decidedIn(
        await db
          .selectFrom('user_policy')
          .select(['name', 'value'])
          .where('user_id', '=', userId)
          .execute(),
      )
    },

    /** undefined: the group no longer decides it. */
    async setForGroup(
      groupId: string,
      name: Name,
      value: Settings[Name] | undefined,
      at: number,
      by: string,
    ): Promise<void> {
      if (value === undefined)
        await db
          .deleteFrom('group_policy')
          .where('group_id', '=', groupId)
          .where('name', '=', name)
          .execute()
      else {
        const row = { group_id: groupId, ...decision(name, value, at, by) }
        await db
          .insertInto('group_policy')
          .values(row)
          .onConflict((c) => c.columns(['group_id', 'name']).doUpdateSet(row))
          .execute()
      }
    },

    /** undefined: it is no longer decided for these persons alone. One statement for all. */
    async setForUsers(
      userIds: readonly string[],
      name: Name,
      value: Settings[Name] | undefined,
      at: number,
      by: string,
    ): Promise<void> {
      if (userIds.length === 0) return
      if (value === undefined)
        await db
          .deleteFrom('user_policy')
          .where('user_id', 'in', userIds)
          .where('name', '=', name)
          .execute()
      else
        await db
          .insertInto('user_policy')
          .values(userIds.map((id) => ({ user_id: id, ...decision(name, value, at, by) })))
          .onConflict((c) =>
            c.columns(['user_id', 'name']).doUpdateSet({
              value: sql`excluded.value`,
              updated_at: at,
              updated_by: by,
            }),
          )
          .execute()
    },
  }
}

const decision = (
  name: Name,
  value: Settings[Name] | undefined,
  at: number,
  by: string,
): { name: string; value: string; updated_at: number; updated_by: string } => ({
  name,
  value: JSON.stringify(value),
  updated_at: at,
  updated_by: by,
})

const decidedIn = (rows: readonly { name: string; value: string }[]): Decided =>
  readDecided(Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)])))
