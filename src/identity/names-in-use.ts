/**
 * Names and e-mail addresses in use: each belongs to one person, and both sign in.
 */
import { Problem } from '#base/problem.ts'
import type { UserRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'

/**
 * A name may not be another person's e-mail either.
 * @throws Problem `conflict`, field `name` or `email`, `taken`
 */
export async function refuseTaken(
  tables: Pick<Tables, 'users'>,
  row: Pick<UserRow, 'id' | 'name_key' | 'email_key'>,
): Promise<void> {
  for (const [field, key] of [
    ['name', row.name_key],
    ['email', row.email_key],
  ] as const) {
    const other = await tables.users.findByKey(key)
    if (other && other.id !== row.id)
      throw new Problem('conflict', 'Another user has this name or e-mail address.', {
        fields: [{ field, fault: 'taken' }],
      })
  }
}
