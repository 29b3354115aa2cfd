/**
 * Who signed in at the provider, and whether that is who the mail account is for.
 */
import { userKey } from '#domain/user.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { OAuthClient } from './client.ts'
import type { Claims } from './id-token.ts'

export type Person = {
  /** As the page shows them; null: the provider did not say. Not proven by itself. */
  readonly as: string | null
  /** Keys of every name that counts. */
  readonly keys: readonly string[]
  /** The person for ever (`iss sub`, `tid oid`); null: the provider did not say. */
  readonly subject: string | null
  readonly guest: boolean
}

/** `confirm`: an administrator has to say that it is right; `wrong`: nothing is stored. */
export type Verdict = 'right' | 'confirm' | 'wrong'

const MAX_SHOWN = 256

export function personOf(
  claims: Claims,
  client: Pick<OAuthClient, 'provider' | 'tenantId'>,
): Person {
  const { identity, anyTenant } = client.provider
  const ownTenant = client.tenantId !== '' && !anyTenant.includes(client.tenantId)
  const names = identity.claims
    .filter(({ verifiedBy }) => verifiedBy === undefined || isTrue(claims[verifiedBy]))
    .filter(({ ownTenantOnly }) => ownTenantOnly !== true || ownTenant)
    .map(({ claim }) => text(claims[claim]))
    .filter((name) => name !== null)
  const shown = [...names, ...SHOWN.map((claim) => text(claims[claim]))]
  const parts = identity.subject.map((claim) => text(claims[claim]))
  const from = identity.guestClaim === null ? null : text(claims[identity.guestClaim])
  return {
    as: shown.find((name) => name !== null) ?? null,
    keys: names.map(userKey),
    subject: parts.every((part) => part !== null) ? parts.join(' ') : null,
    guest: from !== null && from !== claims['iss'],
  }
}

/** What a page shows of who could not prove a name: enough to see that it is somebody else. */
const SHOWN = ['preferred_username', 'upn', 'email', 'name', 'sub'] as const

export function judgePerson(
  person: Person,
  account: Pick<MailAccountRow, 'email_key' | 'shared' | 'delegate_email' | 'subject'>,
  { identity }: Pick<OAuthClient['provider'], 'identity'>,
): Verdict {
  // A guest has the mailbox elsewhere, whatever name this tenant gave them.
  if (person.guest) return 'wrong'
  if (person.keys.length === 0) return identity.nameless === 'confirm' ? 'confirm' : 'wrong'
  const delegate = account.delegate_email
  const expected = new Set([account.email_key])
  // An administrator named the delegate before: that was the confirmation.
  if (account.shared === 1 && delegate !== null) expected.add(userKey(delegate))
  if (!person.keys.some((key) => expected.has(key)))
    return account.shared === 1 ? 'confirm' : 'wrong'
  // The same name, and another person behind it: names are given anew, subjects are not.
  const known = account.subject ?? ''
  const changed = known !== '' && known !== person.subject
  return changed ? 'confirm' : 'right'
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'

/** One line, without what a terminal or a page could take for something else. */
function text(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > MAX_SHOWN) return null
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value) || !value.isWellFormed() ? null : value
}
