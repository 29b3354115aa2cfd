/**
 * People with what policy acts on: read in small pieces, in the order of their ids, so that all of
 * them can be looked at while others work.
 */
import type { Kysely } from 'kysely'
import { readDecided, type Decided } from '#domain/policy.ts'
import type { FactorKind } from '#domain/second-factor.ts'
import type { AppPasswordRow, Database, UserRow } from './schema.ts'

export type GovernedPerson = Pick<
  UserRow,
  'id' | 'name' | 'display_name' | 'state' | 'last_sign_in_at' | 'factors_again_at'
> & {
  readonly groupIds: readonly string[]
  readonly own: Decided
  readonly factors: readonly { readonly kind: FactorKind; readonly confirmedAt: number }[]
  /** That have not ended. */
  readonly appPasswords: readonly UsedPassword[]
}

/** An application password with its last use, where there was one. */
export type UsedPassword = Pick<
  AppPasswordRow,
  'id' | 'user_id' | 'name' | 'last_used_at' | 'last_ip' | 'last_gateway' | 'last_client'
>

/** Everybody, the members of a group, or one person. */
export type GovernedBy =
  | { readonly level: 'everybody' }
  | { readonly level: 'group' | 'person'; readonly id: string }

export function governed(db: Kysely<Database>) {
  return {
    /** @param after the id behind which to go on; null: from the beginning */
    async page(
      by: GovernedBy,
      after: string | null,
      size: number,
      now: number,
    ): Promise<GovernedPerson[]> {
      const people = await peopleOf(db, by, after, size)
      const ids = people.map(({ id }) => id)
      if (ids.length === 0) return []
      const members = Map.groupBy(
        await db.selectFrom('user_group_member').selectAll().where('user_id', 'in', ids).execute(),
        (row) => row.user_id,
      )
      const own = Map.groupBy(
        await db
          .selectFrom('user_policy')
          .select(['user_id', 'name', 'value'])
          .where('user_id', 'in', ids)
          .execute(),
        (row) => row.user_id,
      )
      const factors = Map.groupBy(
        await db
          .selectFrom('second_factor')
          .select(['user_id', 'kind', 'confirmed_at'])
          .where('user_id', 'in', ids)
          .where('confirmed_at', 'is not', null)
          .execute(),
        (row) => row.user_id,
      )
      const passwords = Map.groupBy(await passwordsOf(db, ids, now), (row) => row.user_id)
      return people.map((person) => ({
        ...person,
        groupIds: (members.get(person.id) ?? []).map((row) => row.group_id),
        own: readDecided(
          Object.fromEntries(
            (own.get(person.id) ?? []).map(({ name, value }) => [name, JSON.parse(value)]),
          ),
        ),
        factors: (factors.get(person.id) ?? []).map((row) => ({
          kind: row.kind as FactorKind,
          confirmedAt: row.confirmed_at ?? 0,
        })),
        appPasswords: passwords.get(person.id) ?? [],
      }))
    },
  }
}

async function peopleOf(db: Kysely<Database>, by: GovernedBy, after: string | null, size: number) {
  const shown = [
    'id',
    'name',
    'display_name',
    'state',
    'last_sign_in_at',
    'factors_again_at',
  ] as const
  let ids: string[] | null = null
  if (by.level === 'person') ids = after === null ? [by.id] : []
  if (by.level === 'group') {
    const members = db
      .selectFrom('user_group_member')
      .select('user_id')
      .where('group_id', '=', by.id)
    const rows = await (after === null ? members : members.where('user_id', '>', after))
      .orderBy('user_id')
      .limit(size)
      .execute()
    ids = rows.map((row) => row.user_id)
  }
  if (ids?.length === 0) return []
  const people = db.selectFrom('user').select(shown).orderBy('id').limit(size)
  if (ids !== null) return await people.where('id', 'in', ids).execute()
  return await (after === null ? people : people.where('id', '>', after)).execute()
}

const passwordsOf = async (
  db: Kysely<Database>,
  userIds: readonly string[],
  now: number,
): Promise<UsedPassword[]> =>
  await db
    .selectFrom('app_password')
    .select(['id', 'user_id', 'name', 'last_used_at', 'last_ip', 'last_gateway', 'last_client'])
    .where('user_id', 'in', userIds)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .execute()
