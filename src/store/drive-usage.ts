/**
 * Table drive_usage: how many bytes each space holds, counted so that parallel writers agree.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from './schema.ts'

export function driveUsage(db: Kysely<Database>) {
  const ensure = async (space: string): Promise<void> => {
    await db
      .insertInto('drive_usage')
      .values({ space, bytes: 0 })
      .onConflict((conflict) => conflict.column('space').doNothing())
      .execute()
  }

  return {
    async bytes(space: string): Promise<number> {
      const row = await db
        .selectFrom('drive_usage')
        .select('bytes')
        .where('space', '=', space)
        .executeTakeFirst()
      return row?.bytes ?? 0
    },

    /** Of every space that has a row. */
    async all(): Promise<Map<string, number>> {
      const rows = await db.selectFrom('drive_usage').selectAll().execute()
      return new Map(rows.map((row) => [row.space, row.bytes]))
    },

    /**
     * Adds bytes, if the sum stays within `most` (null: whatever it becomes). One statement decides
     * and writes, so two writers never share the last free byte.
     * @returns whether there was room
     */
    async reserve(space: string, bytes: number, most: number | null): Promise<boolean> {
      for (let tries = 0; ; tries++) {
        const result = await db
          .updateTable('drive_usage')
          .set({ bytes: sql<number>`bytes + ${bytes}` })
          .where('space', '=', space)
          .$if(most !== null, (query) =>
            query.where(sql<number>`bytes + ${bytes}`, '<=', most ?? 0),
          )
          .executeTakeFirst()
        if (result.numUpdatedRows > 0n) return true
        if (tries > 0) return false
        await ensure(space)
      }
    },

    /** Gives bytes back; a space never holds less than nothing. */
    async release(space: string, bytes: number): Promise<void> {
      await db
        .updateTable('drive_usage')
        .set({ bytes: sql<number>`case when bytes > ${bytes} then bytes - ${bytes} else 0 end` })
        .where('space', '=', space)
        .execute()
    },

    /** What was measured on the disk. */
    async set(space: string, bytes: number): Promise<void> {
      await db
        .insertInto('drive_usage')
        .values({ space, bytes })
        .onConflict((conflict) => conflict.column('space').doUpdateSet({ bytes }))
        .execute()
    },

    async remove(space: string): Promise<void> {
      await db.deleteFrom('drive_usage').where('space', '=', space).execute()
    },

    /**
     * Inside a transaction: others who ask the same of this space wait for its end. That is how two
     * nodes that want to lock the same file come one after the other.
     */
    async hold(space: string): Promise<void> {
      await ensure(space)
      await db
        .updateTable('drive_usage')
        .set({ bytes: sql<number>`bytes` })
        .where('space', '=', space)
        .execute()
    },
  }
}
