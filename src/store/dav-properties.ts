/**
 * Table dav_property: dead properties (RFC 4918 §4), which live and move with their resources.
 */
import type { Kysely } from 'kysely'
import { below, moved, parentOf } from './bytes-below.ts'
import type { Database, DavPropertyRow } from './schema.ts'

/** A value is the property's whole element as XML; null removes it. */
export type PropertyWrite = {
  readonly namespace: string
  readonly local: string
  readonly value: string | null
}

/** Rows written by one statement: PostgreSQL takes 65,535 parameters, six of them make a row. */
const BATCH = 500

export function davProperties(db: Kysely<Database>) {
  const treeRows = async (space: string, path: Uint8Array): Promise<DavPropertyRow[]> => {
    const { from, to } = below(path)
    return await db
      .selectFrom('dav_property')
      .selectAll()
      .where('space', '=', space)
      .where((is) =>
        is.or([
          is('path', '=', path),
          to === null
            ? is('path', '>=', from)
            : is.and([is('path', '>=', from), is('path', '<', to)]),
        ]),
      )
      .execute()
  }
  const insert = async (rows: readonly DavPropertyRow[]): Promise<void> => {
    for (let at = 0; at < rows.length; at += BATCH)
      await db
        .insertInto('dav_property')
        .values(rows.slice(at, at + BATCH))
        .onConflict((conflict) =>
          conflict
            .columns(['space', 'path', 'namespace', 'name'])
            .doUpdateSet((is) => ({ value: is.ref('excluded.value') })),
        )
        .execute()
  }

  return {
    async of(space: string, path: Uint8Array): Promise<DavPropertyRow[]> {
      return await db
        .selectFrom('dav_property')
        .selectAll()
        .where('space', '=', space)
        .where('path', '=', path)
        .execute()
    },

    /** Of everything directly in a collection: one query for a whole listing. */
    async ofMembers(space: string, parent: Uint8Array): Promise<DavPropertyRow[]> {
      return await db
        .selectFrom('dav_property')
        .selectAll()
        .where('space', '=', space)
        .where('parent', '=', parent)
        .execute()
    },

    /** In order; inside a transaction they all happen or none does. */
    async apply(space: string, path: Uint8Array, changes: readonly PropertyWrite[]): Promise<void> {
      for (const { namespace, local: name, value } of changes)
        if (value === null)
          await db
            .deleteFrom('dav_property')
            .where('space', '=', space)
            .where('path', '=', path)
            .where('namespace', '=', namespace)
            .where('name', '=', name)
            .execute()
        else await insert([{ space, path, parent: parentOf(path), namespace, name, value }])
    },

    /** Of the resource and everything below it. */
    async removeTree(space: string, path: Uint8Array): Promise<void> {
      const { from, to } = below(path)
      await db
        .deleteFrom('dav_property')
        .where('space', '=', space)
        .where((is) =>
          is.or([
            is('path', '=', path),
            to === null
              ? is('path', '>=', from)
              : is.and([is('path', '>=', from), is('path', '<', to)]),
          ]),
        )
        .execute()
    },

    /** Copies those of a tree to another place, which has none. `deep` false: only the top. */
    async copyTree(
      from: { space: string; path: Uint8Array },
      to: { space: string; path: Uint8Array },
      deep: boolean,
    ): Promise<void> {
      const rows = deep
        ? await treeRows(from.space, from.path)
        : await this.of(from.space, from.path)
      await insert(
        rows.map((row) => {
          const path = moved(row.path, from.path, to.path)
          return { ...row, space: to.space, path, parent: parentOf(path) }
        }),
      )
    },

    async removeSpace(space: string): Promise<void> {
      await db.deleteFrom('dav_property').where('space', '=', space).execute()
    },
  }
}
