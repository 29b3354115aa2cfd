/**
 * What works only in part at an identity provider, as sign-ins show it.
 */
import type { IdentityRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { Came } from './came.ts'

/** Inside the transaction of a sign-in. The words are those of the API. */
export async function noteWarnings(
  { identityProviders }: Pick<Tables, 'identityProviders'>,
  { reached: { row, config }, person, answer, secrets }: Came,
  identity: Pick<IdentityRow, 'refresh_token' | 'account_id'>,
): Promise<void> {
  const kept = identity.refresh_token !== null || identity.account_id !== null
  const before = row.warnings.split(' ').filter(Boolean)
  const after = new Set(before)
  const note = (word: string, is: boolean | null): void => {
    if (is === true) after.add(word)
    if (is === false) after.delete(word)
  }
  // Of one person it says nothing about the others: only a change of the settings takes it back.
  note('groups_overage', person.overage ? true : null)
  note('no_auth_time', person.authTime === null)
  const asked = config.liveness === 'refresh_token' && !kept && secrets.consented
  note('no_refresh_token', answer.refreshToken !== null ? false : asked ? true : null)
  const words = [...after].sort().join(' ')
  if (words !== before.sort().join(' ')) await identityProviders.update(row.id, { warnings: words })
}
