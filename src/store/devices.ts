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

    async used(
      hash: Uint8Array,
      use: Pick<DeviceRow, 'last_used_at' | 'ip' | 'client'> & { remembered_at?: number },
    ): Promise<void> {
      await db.updateTable('device').set(use).where('hash', '=', hash).execute()
    },

    /** Marked by its person later than that, the last used first. */
    async rememberedOf(userId: string, since: number): Promise<DeviceRow[]> {
      return await db
        .selectFrom('device')
        .selectAll()
        .where('user_id', '=', userId)
        .where('remembered_at', '>', since)
        .orderBy('last_used_at', 'desc')
        .execute()
    },

    /** All of a person's, or one. They stay known: their tries are counted apart. */
    async forgetRemembered(userId: string, hash?: Uint8Array): Promise<void> {
      await db
        .updateTable('device')
        .set({ remembered_at: null })
        .where('user_id', '=', userId)
        .where('remembered_at', 'is not', null)
        .$if(hash !== undefined, (q) => q.where('hash', '=', hash!))
        .execute()
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
