/**
 * Table dav_lock: write locks (RFC 4918 §6) that hold on every node. Those that have ended count for
 * nothing, and go when somebody locks.
 */
import type { Kysely } from 'kysely'
import { below } from './bytes-below.ts'
import type { Database, DavLockRow } from './schema.ts'

export type DavLock = Omit<DavLockRow, 'depth' | 'scope'> & {
  readonly depth: '0' | 'infinity'
  readonly scope: 'exclusive' | 'shared'
}

export function davLocks(db: Kysely<Database>) {
  const alive = (space: string, now: number) =>
    db.selectFrom('dav_lock').selectAll().where('space', '=', space).where('expires_at', '>', now)

  return {
    /** On exactly these paths. */
    async on(space: string, paths: readonly Uint8Array[], now: number): Promise<DavLock[]> {
      return (await alive(space, now).where('path', 'in', paths).execute()) as DavLock[]
    },

    /** Below the path, however deep. */
    async below(space: string, path: Uint8Array, now: number): Promise<DavLock[]> {
      const { from, to } = below(path)
      return (await alive(space, now)
        .where('path', '>=', from)
        .$if(to !== null, (query) => query.where('path', '<', to ?? from))
        .execute()) as DavLock[]
    },

    async find(token: string, now: number): Promise<DavLock | null> {
      const found = db
        .selectFrom('dav_lock')
        .selectAll()
        .where('token', '=', token)
        .where('expires_at', '>', now)
      return ((await found.executeTakeFirst()) as DavLock | undefined) ?? null
    },

    async insert(lock: DavLock): Promise<void> {
      await db.insertInto('dav_lock').values(lock).execute()
    },

    async refresh(token: string, seconds: number, expiresAt: number): Promise<void> {
      await db
        .updateTable('dav_lock')
        .set({ timeout_s: seconds, expires_at: expiresAt })
        .where('token', '=', token)
        .execute()
    },

    async remove(token: string): Promise<void> {
      await db.deleteFrom('dav_lock').where('token', '=', token).execute()
    },

    /** Everything below the path; the path itself as well when `top`. */
    async removeTree(space: string, path: Uint8Array, top: boolean): Promise<void> {
      const { from, to } = below(path)
      await db
        .deleteFrom('dav_lock')
        .where('space', '=', space)
        .where((is) => {
          const range =
            to === null
              ? is('path', '>=', from)
              : is.and([is('path', '>=', from), is('path', '<', to)])
          return top ? is.or([is('path', '=', path), range]) : range
        })
        .execute()
    },

    async countOf(userId: string, now: number): Promise<number> {
      const row = await db
        .selectFrom('dav_lock')
        .select((is) => is.fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .where('expires_at', '>', now)
        .executeTakeFirstOrThrow()
      return row.count
    },

    async forgetEnded(now: number): Promise<void> {
      await db.deleteFrom('dav_lock').where('expires_at', '<=', now).execute()
    },
  }
}
