/**
 * Whether a refresh brought the tokens of the person who gave them (OpenID Connect Core §12.2).
 *
 * The id_token came from the token endpoint itself, over TLS, in answer to our own request; that may
 * stand in the place of its signature (§3.1.3.7 (6)).
 */
import type { Secret } from '#base/secret.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { OAuthClient } from './client.ts'
import { unproven } from './id-token.ts'
import { personOf } from './signed-in-person.ts'

/** An answer that does not say whose it is passes: most do not. */
export function isSamePerson(
  client: Pick<OAuthClient, 'provider' | 'tenantId'>,
  { subject }: Pick<MailAccountRow, 'subject'>,
  idToken: Secret | null,
): boolean {
  if (idToken === null || subject === null || subject === '') return true
  const now = personOf(unproven(idToken), client).subject
  return now === null || now === subject
}
