/**
 * Tables shared_folder and shared_folder_member.
 */
import type { Kysely } from 'kysely'
import type { Database, SharedFolderRow } from './schema.ts'

type FolderAccess = 'read' | 'write'
export type MemberFolder = {
  readonly id: string
  readonly name: string
  readonly access: FolderAccess
}
export type FolderMember = {
  readonly folderId: string
  readonly userId: string
  readonly name: string
  readonly access: FolderAccess
}

export function sharedFolders(db: Kysely<Database>) {
  const memberFolders = (userId: string) =>
    db
      .selectFrom('shared_folder_member')
      .innerJoin('shared_folder', 'shared_folder.id', 'shared_folder_member.folder_id')
      .select(['shared_folder.id', 'shared_folder.name', 'shared_folder_member.access'])
      .where('shared_folder_member.user_id', '=', userId)

  return {
    /** By name. */
    async list(): Promise<SharedFolderRow[]> {
      return await db.selectFrom('shared_folder').selectAll().orderBy('name_key').execute()
    },

    async find(id: string): Promise<SharedFolderRow | null> {
      const found = db.selectFrom('shared_folder').selectAll().where('id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    async findByKey(key: string): Promise<SharedFolderRow | null> {
      const found = db.selectFrom('shared_folder').selectAll().where('name_key', '=', key)
      return (await found.executeTakeFirst()) ?? null
    },

    async insert(row: SharedFolderRow): Promise<void> {
      await db.insertInto('shared_folder').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<SharedFolderRow, 'id'>>): Promise<void> {
      await db.updateTable('shared_folder').set(change).where('id', '=', id).execute()
    },

    /** With its memberships. */
    async delete(id: string): Promise<void> {
      await db.deleteFrom('shared_folder').where('id', '=', id).execute()
    },

    /** Members of all folders, or of one, by name. */
    async members(folderId?: string): Promise<FolderMember[]> {
      const rows = await db
        .selectFrom('shared_folder_member')
        .innerJoin('user', 'user.id', 'shared_folder_member.user_id')
        .select(['folder_id', 'user_id', 'user.name', 'access'])
        .$if(folderId !== undefined, (query) => query.where('folder_id', '=', folderId ?? ''))
        .orderBy('user.name_key')
        .execute()
      return rows.map(({ folder_id, user_id, name, access }) => ({
        folderId: folder_id,
        userId: user_id,
        name,
        access: access as FolderAccess,
      }))
    },

    async setMember(folderId: string, userId: string, access: FolderAccess): Promise<void> {
      await db
        .insertInto('shared_folder_member')
        .values({ folder_id: folderId, user_id: userId, access })
        .onConflict((conflict) =>
          conflict.columns(['folder_id', 'user_id']).doUpdateSet({ access }),
        )
        .execute()
    },

    async removeMember(folderId: string, userId: string): Promise<void> {
      await db
        .deleteFrom('shared_folder_member')
        .where('folder_id', '=', folderId)
        .where('user_id', '=', userId)
        .execute()
    },

    /** The folders that a person sees, by name. */
    async ofMember(userId: string): Promise<MemberFolder[]> {
      return (await memberFolders(userId).orderBy('name_key').execute()) as MemberFolder[]
    },

    /** The folder of that name, when the person is a member of it. */
    async ofMemberNamed(userId: string, name: string): Promise<MemberFolder | null> {
      const found = memberFolders(userId).where('shared_folder.name', '=', name)
      return ((await found.executeTakeFirst()) as MemberFolder | undefined) ?? null
    },
  }
}
