/**
 * Table device: browsers that have signed in as a person before.
 */
import type { Kysely } from 'kysely'
import type { Database, DeviceRow } from './schema.ts'

export function devices(db: Kysely<Database>) {
  return {
    async find(hashes: readonly Uint8Array[]): Promise<DeviceRow | null> {
      return (
        (await db
          .selectFrom('device')
          .selectAll()
          .where('hash', 'in', hashes)
          .executeTakeFirst()) ?? null
      )
    },

    async insert(row: DeviceRow): Promise<void> {
      await db.insertInto('device').values(row).execute()
    },

    async used(hash: Uint8Array, at: number): Promise<void> {
      await db.updateTable('device').set({ last_used_at: at }).where('hash', '=', hash).execute()
    },

    /** Of a person's devices only so many stay, those that were used last. */
    async keepNewest(userId: string, most: number): Promise<void> {
      await db
        .deleteFrom('device')
        .where('user_id', '=', userId)
        .where('hash', 'not in', (e) =>
          e
            .selectFrom('device')
            .select('hash')
            .where('user_id', '=', userId)
            .orderBy('last_used_at', 'desc')
            .limit(most),
        )
        .execute()
    },

    async deleteOf(userId: string): Promise<void> {
      await db.deleteFrom('device').where('user_id', '=', userId).execute()
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('device').where('last_used_at', '<', before).execute()
    },
  }
}
