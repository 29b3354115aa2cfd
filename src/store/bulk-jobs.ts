/**
 * Tables bulk_job, bulk_target and bulk_failure: work on many users, who is dealt with, and of whom it
 * was not done.
 *
 * People are dealt with in the order of their ids, so `reached` says all about where the work stands.
 */
import { sql, type Expression, type Kysely } from 'kysely'
import type { BulkPerson } from '#domain/bulk.ts'
import type { BulkFailureRow, BulkJobRow, Database } from './schema.ts'
import { matching, type UserFilter } from './user-list.ts'

/** People by their ids, or all that a filter finds but for some. */
export type Selection =
  | { readonly ids: readonly string[] }
  | { readonly filter: UserFilter; readonly except: readonly string[] }

/** What a piece of work would do, in figures. */
export type Preview = {
  people: number
  enabled: number
  disabled: number
  administrators: number
  with_factors: number
  required: number
  app_passwords: number
  app_password_people: number
  used_last_hour: number
  sessions: number
  devices: number
  device_people: number
  members: number
}

const HOUR_MS = 3_600_000

export function bulkJobs(db: Kysely<Database>) {
  return {
    async preview(selection: Selection, groupId: string | null, now: number): Promise<Preview> {
      const valid = sql`user_id in (select id from picked) and revoked_at is null and expires_at > ${now}`
      const remembered = sql`user_id in (select id from picked) and remembered_at is not null`
      const { rows } = await sql<Preview>`
        with picked as (select "user".id from "user" ${chosen(selection, now)})
        select
          (select count(*) from picked) as people,
          (select count(*) from "user" where id in (select id from picked) and state <> 'disabled') as enabled,
          (select count(*) from "user" where id in (select id from picked) and state = 'disabled') as disabled,
          (select count(*) from "user" where id in (select id from picked) and role = 'administrator') as administrators,
          (select count(distinct user_id) from second_factor
            where user_id in (select id from picked) and confirmed_at is not null) as with_factors,
          (select count(*) from user_policy where user_id in (select id from picked)
            and name = 'second_factor' and value = '"required"') as required,
          (select count(*) from app_password where ${valid}) as app_passwords,
          (select count(distinct user_id) from app_password where ${valid}) as app_password_people,
          (select count(*) from app_password where ${valid} and last_used_at > ${now - HOUR_MS}) as used_last_hour,
          (select count(*) from session where user_id in (select id from picked) and expires_at > ${now}) as sessions,
          (select count(*) from device where ${remembered}) as devices,
          (select count(distinct user_id) from device where ${remembered}) as device_people,
          (select count(*) from user_group_member
            where user_id in (select id from picked) and group_id = ${groupId}) as members`.execute(
        db,
      )
      return rows[0]!
    },

    /** Writes down who is dealt with; ids of nobody become failures. @returns how many in all */
    async insert(row: BulkJobRow, selection: Selection, now: number): Promise<number> {
      await db.insertInto('bulk_job').values(row).execute()
      await sql`insert into bulk_target (job_id, user_id, user_name)
        select cast(${row.id} as text), "user".id, "user".name from "user" ${chosen(selection, now)}`.execute(
        db,
      )
      const targets = db.selectFrom('bulk_target').where('job_id', '=', row.id)
      const { n } = await targets
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      const ids = 'ids' in selection ? [...new Set(selection.ids)] : []
      if (ids.length > n) {
        const there = new Set((await targets.select('user_id').execute()).map((one) => one.user_id))
        const missing = ids.filter((id) => !there.has(id))
        const lastNames = await namesOfDeleted(db, missing)
        await db
          .insertInto('bulk_target')
          .values(
            missing.map((id) => ({
              job_id: row.id,
              user_id: id,
              user_name: lastNames.get(id) ?? '',
            })),
          )
          .execute()
      }
      const total = Math.max(n, ids.length)
      await db.updateTable('bulk_job').set({ total }).where('id', '=', row.id).execute()
      return total
    },

    async find(id: string): Promise<BulkJobRow | null> {
      return (
        (await db.selectFrom('bulk_job').selectAll().where('id', '=', id).executeTakeFirst()) ??
        null
      )
    },

    /** The newest first. */
    async list(most: number): Promise<BulkJobRow[]> {
      return await db
        .selectFrom('bulk_job')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(most)
        .execute()
    },

    /** The oldest that runs and that nobody does now, taken by compare-and-set; null: there is none. */
    async claim(owner: string, now: number, until: number): Promise<BulkJobRow | null> {
      const due = await db
        .selectFrom('bulk_job')
        .selectAll()
        .where('state', '=', 'running')
        .where('owned_until', '<=', now)
        .orderBy('created_at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst()
      if (!due) return null
      const taken = await db
        .updateTable('bulk_job')
        .set({ owner, owned_until: until })
        .where('id', '=', due.id)
        .where('state', '=', 'running')
        .where('owned_until', '=', due.owned_until)
        .executeTakeFirst()
      return taken.numUpdatedRows === 1n ? { ...due, owner, owned_until: until } : null
    },

    /** The next people in the order of their ids, each as they are now. */
    async people(
      job: { id: string; reached: string | null },
      groupId: string | null,
      most: number,
      now: number,
    ): Promise<BulkPerson[]> {
      const { rows } = await sql<PersonRow>`
        select bulk_target.user_id as id, coalesce("user".name, bulk_target.user_name) as name,
          case when "user".id is null then 0 else 1 end as there,
          coalesce("user".state, '') as state,
          case when "user".role = 'administrator' and "user".state = 'active' and ("user".source = 'local'
            or (identity.state = 'alive' and identity.alive_until > ${now})) then 1 else 0 end as administers,
          case when "user".password_hash is not null or identity.id is not null then 1 else 0 end as accepted,
          (select count(*) from second_factor where user_id = bulk_target.user_id and confirmed_at is not null) as factors,
          (select count(*) from app_password where user_id = bulk_target.user_id
            and revoked_at is null and expires_at > ${now}) as app_passwords,
          (select count(*) from device where user_id = bulk_target.user_id and remembered_at is not null) as devices,
          (select count(*) from user_policy where user_id = bulk_target.user_id
            and name = 'second_factor' and value = '"required"') as required,
          (select count(*) from user_group_member
            where user_id = bulk_target.user_id and group_id = ${groupId}) as member
        from bulk_target
        left join "user" on "user".id = bulk_target.user_id
        left join identity on identity.user_id = bulk_target.user_id
        where bulk_target.job_id = ${job.id} and bulk_target.user_id > ${job.reached ?? ''}
        order by bulk_target.user_id limit ${most}`.execute(db)
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        there: row.there === 1,
        state: row.state,
        administers: row.administers === 1,
        accepted: row.accepted === 1,
        hasFactors: row.factors > 0,
        appPasswords: row.app_passwords,
        devices: row.devices,
        requiredAlready: row.required > 0,
        member: row.member > 0,
      }))
    },

    /** false: somebody else does it by now, and nothing of this may be kept. */
    async progress(
      id: string,
      owner: string,
      change: Pick<BulkJobRow, 'done' | 'failed' | 'outcome' | 'reached' | 'owned_until'>,
    ): Promise<boolean> {
      const result = await db
        .updateTable('bulk_job')
        .set(change)
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async fail(rows: readonly BulkFailureRow[]): Promise<void> {
      if (rows.length > 0)
        await db
          .insertInto('bulk_failure')
          .values([...rows])
          .execute()
    },

    /** Everybody who is not dealt with yet. @returns how many */
    async failRest(job: { id: string; reached: string | null }, reason: string): Promise<number> {
      const { numAffectedRows } = await sql`
        insert into bulk_failure (job_id, user_id, user_name, reason)
        select job_id, user_id, user_name, cast(${reason} as text) from bulk_target
        where job_id = ${job.id} and user_id > ${job.reached ?? ''}`.execute(db)
      return Number(numAffectedRows ?? 0)
    },

    /** Who was selected is forgotten; of whom it was not done stays. */
    async finish(id: string, owner: string, now: number): Promise<void> {
      await db
        .updateTable('bulk_job')
        .set({ state: 'done', finished_at: now, owned_until: 0 })
        .where('id', '=', id)
        .where('owner', '=', owner)
        .execute()
      await db.deleteFrom('bulk_target').where('job_id', '=', id).execute()
    },

    /** Somebody else may go on at once. */
    async release(owner: string): Promise<void> {
      await db
        .updateTable('bulk_job')
        .set({ owned_until: 0 })
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .execute()
    },

    /** By name. */
    async failures(id: string, most: number): Promise<BulkFailureRow[]> {
      return await db
        .selectFrom('bulk_failure')
        .selectAll()
        .where('job_id', '=', id)
        .orderBy('user_name')
        .orderBy('user_id')
        .limit(most)
        .execute()
    },

    async forget(before: number): Promise<void> {
      await db
        .deleteFrom('bulk_job')
        .where('state', '=', 'done')
        .where('created_at', '<', before)
        .execute()
    },
  }
}

/** Who was deleted before the work began still has a name in the audit. */
async function namesOfDeleted(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('audit')
    .select(['target_id', 'target_name'])
    .where('target_id', 'in', ids)
    .where('action', '=', 'user.delete')
    .where('outcome', '=', 'ok')
    .execute()
  return new Map(rows.map((row) => [row.target_id ?? '', row.target_name ?? '']))
}

type PersonRow = {
  id: string
  name: string
  state: string
} & Record<
  | 'there'
  | 'administers'
  | 'accepted'
  | 'factors'
  | 'app_passwords'
  | 'devices'
  | 'required'
  | 'member',
  number
>

/** Joins and conditions behind `from "user"`. */
function chosen(selection: Selection, now: number): Expression<unknown> {
  const among = (ids: readonly string[]): Expression<unknown> =>
    ids.length === 0 ? sql`(null)` : sql`(${sql.join(ids)})`
  if ('ids' in selection) return sql`where "user".id in ${among([...new Set(selection.ids)])}`
  const found = sql`where "user".id in (select "user".id from "user" ${matching(selection.filter, now)})`
  return selection.except.length === 0
    ? found
    : sql`${found} and "user".id not in ${among(selection.except)}`
}
