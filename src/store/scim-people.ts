/**
 * People and groups as a provider sees them over SCIM: its own, and nobody else's.
 */
import type { Kysely } from 'kysely'
import type { Database, IdentityRow, UserGroupRow, UserRow } from './schema.ts'

export type ScimPerson = { readonly user: UserRow; readonly identity: IdentityRow }
export type ScimMember = { readonly id: string; readonly name: string }

export type GroupOfPerson = {
  readonly userId: string
  readonly id: string
  readonly name: string
  readonly externalId: string | null
}

/** How an index finds people; left out: all of them. */
export type ScimLookup = {
  readonly ids?: readonly string[]
  readonly subjects?: readonly string[]
  readonly nameKeys?: readonly string[]
  readonly emailKeys?: readonly string[]
}

/** Far below what a statement can carry on either database. */
const AT_ONCE = 500

export function scimPeople(db: Kysely<Database>) {
  /** Local people are not the provider's, nor are those that it has deleted. */
  const people = (providerId: string) =>
    db
      .selectFrom('identity')
      .innerJoin('user', 'user.id', 'identity.user_id')
      .where('identity.provider_id', '=', providerId)
      .where('user.source', '=', providerId)
      .where('identity.scim_deleted_at', 'is', null)

  const found = (providerId: string, { ids, subjects, nameKeys, emailKeys }: ScimLookup) =>
    people(providerId)
      .$if(ids !== undefined, (q) => q.where('user.id', 'in', [...ids!]))
      .$if(subjects !== undefined, (q) => q.where('identity.subject', 'in', [...subjects!]))
      .$if(nameKeys !== undefined, (q) => q.where('user.name_key', 'in', [...nameKeys!]))
      .$if(emailKeys !== undefined, (q) => q.where('user.email_key', 'in', [...emailKeys!]))

  return {
    /** In an order that does not change. */
    async list(
      providerId: string,
      lookup: ScimLookup,
      { offset, size }: { offset: number; size: number },
    ): Promise<ScimPerson[]> {
      const identities = await found(providerId, lookup)
        .selectAll('identity')
        .orderBy('identity.subject')
        .offset(offset)
        .limit(size)
        .execute()
      if (identities.length === 0) return []
      const ids = identities.map(({ user_id }) => user_id)
      const users = await db.selectFrom('user').selectAll().where('id', 'in', ids).execute()
      const byId = new Map(users.map((user) => [user.id, user]))
      return identities.flatMap((identity) => {
        const user = byId.get(identity.user_id)
        return user ? [{ user, identity }] : []
      })
    },

    async count(providerId: string, lookup: ScimLookup): Promise<number> {
      const { n } = await found(providerId, lookup)
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },

    /** Of these, the ones that are the provider's, with their names. */
    async known(providerId: string, userIds: readonly string[]): Promise<ScimMember[]> {
      const known: ScimMember[] = []
      for (let at = 0; at < userIds.length; at += AT_ONCE)
        known.push(
          ...(await people(providerId)
            .select(['user.id', 'user.name'])
            .where('user.id', 'in', userIds.slice(at, at + AT_ONCE))
            .execute()),
        )
      return known
    },

    /** The provider's groups, whether SCIM or a sign-in brought them. */
    async groups(
      providerId: string,
      lookup: { readonly ids?: readonly string[]; readonly nameKeys?: readonly string[] },
      { offset, size }: { offset: number; size: number },
    ): Promise<UserGroupRow[]> {
      return await db
        .selectFrom('user_group')
        .selectAll()
        .where('provider_id', '=', providerId)
        .$if(lookup.ids !== undefined, (q) => q.where('id', 'in', [...lookup.ids!]))
        .$if(lookup.nameKeys !== undefined, (q) => q.where('name_key', 'in', [...lookup.nameKeys!]))
        .orderBy('id')
        .offset(offset)
        .limit(size)
        .execute()
    },

    async groupCount(
      providerId: string,
      lookup: { readonly ids?: readonly string[]; readonly nameKeys?: readonly string[] },
    ): Promise<number> {
      const { n } = await db
        .selectFrom('user_group')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('provider_id', '=', providerId)
        .$if(lookup.ids !== undefined, (q) => q.where('id', 'in', [...lookup.ids!]))
        .$if(lookup.nameKeys !== undefined, (q) => q.where('name_key', 'in', [...lookup.nameKeys!]))
        .executeTakeFirstOrThrow()
      return n
    },

    /** Members of groups that the provider may see. */
    async membersOf(
      providerId: string,
      groupIds: readonly string[],
    ): Promise<(ScimMember & { readonly groupId: string })[]> {
      if (groupIds.length === 0) return []
      return await people(providerId)
        .innerJoin('user_group_member', 'user_group_member.user_id', 'user.id')
        .select(['user.id', 'user.name', 'user_group_member.group_id as groupId'])
        .where('user_group_member.group_id', 'in', groupIds)
        .orderBy('user.id')
        .execute()
    },

    /** The provider's groups that these people are in. */
    async groupsOf(providerId: string, userIds: readonly string[]): Promise<GroupOfPerson[]> {
      if (userIds.length === 0) return []
      return await db
        .selectFrom('user_group_member')
        .innerJoin('user_group', 'user_group.id', 'user_group_member.group_id')
        .select([
          'user_group_member.user_id as userId',
          'user_group.id',
          'user_group.name',
          'user_group.external_id as externalId',
        ])
        .where('user_group.provider_id', '=', providerId)
        .where('user_group_member.user_id', 'in', userIds)
        .orderBy('user_group.id')
        .execute()
    },

    async clearMembers(groupId: string): Promise<void> {
      await db.deleteFrom('user_group_member').where('group_id', '=', groupId).execute()
    },
  }
}
