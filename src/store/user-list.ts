/**
 * People as the administrator's list shows them: filtered, sorted and counted, a page at a time.
 *
 * The page is found first, by ids alone; the figures are worked out for the rows that are shown and
 * for nobody else.
 */
import { sql, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { IdentityState } from '#domain/identity-provider.ts'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import type { FactorFilter, ListedState, Role, USER_ORDERS, UserState } from '#domain/user.ts'
import { likePattern } from './audit.ts'
import type { Database, UserRow } from './schema.ts'

/**
 * A person with what belongs to them. `required`: policy asks this person for a second factor.
 * `identity_…` and `provider_name` are there for people from an identity provider.
 */
export type UserSummary = Omit<UserRow, 'role' | 'state'> & {
  role: Role
  state: UserState
  second_factors: number
  recovery_codes: number
  required: boolean
  app_passwords: number
  next_expiry: number | null
  used_bytes: number
  provider_name: string | null
  identity_state: IdentityState | null
  identity_alive_until: number | null
}

/** Everything has to fit. `source`: `local`, or the id of a provider. */
export type UserFilter = {
  readonly search?: string | undefined
  readonly role?: Role | undefined
  readonly state?: ListedState | undefined
  readonly source?: string | undefined
  readonly group?: string | undefined
  readonly factor?: FactorFilter | undefined
}

export type UserOrder = { by: (typeof USER_ORDERS)[number]; direction: 'asc' | 'desc' }

const IDENTITY = sql`left join identity on identity.user_id = "user".id`
const PROVIDER = sql`left join identity_provider on identity_provider.id = "user".source`
/** As `livenessRefusal` in domain/identity-provider.ts has it. */
const frozen = (now: number) => sql<SqlBool>`("user".state = 'active' and "user".source <> 'local'
  and "user".id not in (
    select user_id from identity where identity.state = 'alive' and identity.alive_until > ${now}))`
const FACTORS = sql`(select count(*) from second_factor where second_factor.user_id = "user".id and confirmed_at is not null)`

/** What policy says about a second factor: the nearest level that decides (domain/policy.ts). As JSON. */
const EVERYBODY = sql`(select value from setting where setting.name = 'second_factor'),
  ${JSON.stringify(INITIAL_SETTINGS.second_factor)}`
const REQUIRED = '"required"'
/** For the few people of a page. */
const DECIDED = sql`coalesce(
  (select value from user_policy where user_policy.user_id = "user".id and user_policy.name = 'second_factor'),
  (select group_policy.value from user_group_member
    join group_policy on group_policy.group_id = user_group_member.group_id and group_policy.name = 'second_factor'
    join user_group on user_group.id = user_group_member.group_id
    where user_group_member.user_id = "user".id
    order by user_group.position, user_group.id limit 1),
  ${EVERYBODY})`
/**
 * The same for all, from the few levels that decide it to their people: sets that are made once.
 */
const FOR_THEMSELVES = sql`select user_id from user_policy where user_policy.name = 'second_factor'`
const BY_GROUPS = sql`
  select user_group_member.user_id, group_policy.value, row_number() over (
    partition by user_group_member.user_id order by user_group.position, user_group.id) as place
  from group_policy
  join user_group on user_group.id = group_policy.group_id
  join user_group_member on user_group_member.group_id = group_policy.group_id
  where group_policy.name = 'second_factor'`
const IS_REQUIRED = sql<SqlBool>`(
  "user".id in (${FOR_THEMSELVES} and value = ${REQUIRED})
  or ("user".id not in (${FOR_THEMSELVES}) and (
    "user".id in (select user_id from (${BY_GROUPS}) as first where place = 1 and value = ${REQUIRED})
    or (coalesce(${EVERYBODY}) = ${REQUIRED}
      and "user".id not in (select user_id from (${BY_GROUPS}) as any_group)))))`

/** Valid application passwords, of everybody who has any. */
const owned = (now: number) => sql`left join (
    select user_id, count(*) as n, min(expires_at) as next from app_password
    where revoked_at is null and expires_at > ${now} group by user_id
  ) as owned on owned.user_id = "user".id`

const HAVING = sql`left join (
    select user_id, count(*) as n from second_factor where confirmed_at is not null group by user_id
  ) as had on had.user_id = "user".id`

/** `sometimes`: not everybody has a value; who has none comes last in either direction. */
type Sorted = {
  readonly key: Expression<unknown>
  readonly join?: Expression<unknown>
  readonly sometimes?: true
}

function sortedBy(by: UserOrder['by'], now: number): Sorted {
  switch (by) {
    case 'name':
      return { key: sql`"user".name_key` }
    case 'email':
      return { key: sql`"user".email_key` }
    case 'createdAt':
      return { key: sql`"user".created_at` }
    case 'lastSignInAt':
      return { key: sql`"user".last_sign_in_at`, sometimes: true }
    case 'source':
      return { key: sql`coalesce(identity_provider.name_key, '')`, join: PROVIDER }
    case 'secondFactors':
      return { key: sql`coalesce(had.n, 0)`, join: HAVING }
    case 'appPasswords':
      return { key: sql`coalesce(owned.n, 0)`, join: owned(now) }
    case 'nextExpiry':
      return { key: sql`owned.next`, join: owned(now), sometimes: true }
    case 'state':
      return { key: sql`case when ${frozen(now)} then 'frozen' else "user".state end` }
  }
}

export function userList(db: Kysely<Database>) {
  const figures = (now: number) => sql`
    "user".*,
    ${FACTORS} as second_factors,
    (select count(*) from recovery_code where recovery_code.user_id = "user".id) as recovery_codes,
    case when ${DECIDED} = ${REQUIRED} then 1 else 0 end as required,
    (select count(*) from app_password where app_password.user_id = "user".id
      and revoked_at is null and expires_at > ${now}) as app_passwords,
    (select min(expires_at) from app_password where app_password.user_id = "user".id
      and revoked_at is null and expires_at > ${now}) as next_expiry,
    (select bytes from drive_usage where space = 'home:' || "user".id) as used_bytes,
    identity_provider.name as provider_name,
    identity.state as identity_state, identity.alive_until as identity_alive_until`

  return {
    async summary(id: string, now: number): Promise<UserSummary | null> {
      const { rows } = await sql<Listed>`select ${figures(now)} from "user" ${IDENTITY} ${PROVIDER}
        where "user".id = ${id}`.execute(db)
      return rows[0] ? asSummary(rows[0]) : null
    },

    /** A page of users, and how many there are in all: at most two statements, whatever is asked. */
    async list(
      filter: UserFilter,
      order: UserOrder,
      page: { offset: number; size: number },
      now: number,
    ): Promise<{ rows: UserSummary[]; total: number }> {
      const { key, join, sometimes } = sortedBy(order.by, now)
      const direction = sql.raw(`${order.direction}${sometimes ? ' nulls last' : ''}`)
      const fitting = sql`from "user" ${join ?? sql``} ${matching(filter, now)}`
      // No index helps a search: whom it finds is found once, and counted and sorted as found.
      const searches = Boolean(filter.search)
      const found = sql`with found as materialized (select "user".id from "user" ${matching(filter, now)})`
      const among = sql`from found join "user" on "user".id = found.id ${join ?? sql``}`
      const { rows } = await sql<Listed & { total: number | null }>`
        ${searches ? found : sql``}
        select ${figures(now)}, ${searches ? sql`(select count(*) from found)` : sql`null`} as total from (
          select "user".id, ${key} as sort_key, "user".name_key as sort_name
          ${searches ? among : fitting}
          order by 2 ${direction}, 3 limit ${page.size} offset ${page.offset}
        ) as listed join "user" on "user".id = listed.id ${IDENTITY} ${PROVIDER}
        order by listed.sort_key ${direction}, listed.sort_name`.execute(db)
      const counted = async (): Promise<number> => {
        const all = sql<{
          total: number
        }>`select count(*) as total from "user" ${matching(filter, now)}`
        return (await all.execute(db)).rows[0]?.total ?? 0
      }
      // A first page without anybody says it all.
      const none = rows.length === 0 && page.offset === 0
      return { rows: rows.map(asSummary), total: rows[0]?.total ?? (none ? 0 : await counted()) }
    },
  }
}

/** The conditions behind `from "user"`. */
export function matching(filter: UserFilter, now: number): Expression<unknown> {
  const found: Expression<SqlBool>[] = []
  const { search, role, state, source, group, factor } = filter
  if (role !== undefined) found.push(sql`"user".role = ${role}`)
  if (state === 'frozen') found.push(frozen(now))
  else if (state !== undefined) found.push(sql`"user".state = ${state}`)
  if (state === 'active') found.push(sql`not ${frozen(now)}`)
  if (source !== undefined) found.push(sql`"user".source = ${source}`)
  if (group !== undefined)
    found.push(sql`"user".id in (select user_id from user_group_member where group_id = ${group})`)
  if (factor === 'required') found.push(IS_REQUIRED)
  else if (factor !== undefined)
    found.push(
      sql`${sql.raw(factor === 'none' ? 'not' : '')} exists (select 1 from second_factor
        where second_factor.user_id = "user".id and confirmed_at is not null)`,
    )
  if (search !== undefined && search !== '') {
    const like = likePattern(search.normalize('NFKC').toLowerCase())
    found.push(
      sql`("user".name_key like ${like} escape '\\' or "user".email_key like ${like} escape '\\' or lower("user".display_name) like ${like} escape '\\')`,
    )
  }
  return found.length === 0 ? sql`` : sql`where ${sql.join(found, sql` and `)}`
}

type Listed = UserRow & { [name in keyof Omit<UserSummary, keyof UserRow>]: unknown }

function asSummary(row: Listed & { total?: number | null }): UserSummary {
  const { total, ...listed } = row
  void total // of the page, not of the person
  return {
    ...(listed as UserSummary),
    required: row.required === 1,
    used_bytes: (row.used_bytes as number | null) ?? 0,
  }
}
