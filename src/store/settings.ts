/**
 * Table setting: what the administrator has set, as JSON; what is not there has its default.
 */
import type { Kysely } from 'kysely'
import {
  INITIAL_SETTINGS,
  SETTINGS,
  SETTING_NAMES,
  type SettingName,
  type Settings,
} from '#domain/policy.ts'
import type { Database, SettingRow } from './schema.ts'

export function settings(db: Kysely<Database>) {
  const rows = async (): Promise<SettingRow[]> =>
    await db.selectFrom('setting').selectAll().execute()
  return {
    rows,

    /** A value that no longer fits its schema (an older version wrote it) counts as not set. */
    async read(): Promise<Settings> {
      const stored = new Map((await rows()).map((row) => [row.name, row.value]))
      return Object.fromEntries(
        SETTING_NAMES.map((name) => {
          const text = stored.get(name)
          const parsed =
            text === undefined ? null : SETTINGS[name].schema.safeParse(JSON.parse(text))
          return [name, parsed?.success ? parsed.data : INITIAL_SETTINGS[name]]
        }),
      ) as Settings
    },

    async set(
      name: SettingName,
      value: Settings[SettingName],
      at: number,
      by: string,
    ): Promise<void> {
      const row = { name, value: JSON.stringify(value), updated_at: at, updated_by: by }
      await db
        .insertInto('setting')
        .values(row)
        .onConflict((c) => c.column('name').doUpdateSet(row))
        .execute()
    },
  }
}
