/**
 * What ends when: refresh tokens, client secrets, certificates, and consent that is over already.
 */
import { DAY } from '#base/clock.ts'
import { TOLD_AHEAD, type Ending } from '#domain/forecast.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'

type Needed = Pick<Tables, 'mailAccounts' | 'oauthApplications'>

/** Everything, the next first. */
export async function forecast(tables: Needed): Promise<Ending[]> {
  const applications = (await tables.oauthApplications.list()).flatMap(ofApplication)
  const accounts = (await tables.mailAccounts.list()).flatMap(ofAccount)
  return [...applications, ...accounts].toSorted((a, b) => a.endsAt - b.endsAt)
}

/** What is soon enough to be told of: of many accounts few are read. */
export async function endingSoon(
  tables: Needed,
  now: number,
): Promise<(Ending & { readonly account: MailAccountRow | null })[]> {
  const accounts = await tables.mailAccounts.ending(now + Math.max(...TOLD_AHEAD) * DAY)
  const applications = (await tables.oauthApplications.list()).flatMap(ofApplication)
  return [
    ...applications.map((ending) => ({ ...ending, account: null })),
    ...accounts.flatMap((account) => ofAccount(account).map((one) => ({ ...one, account }))),
  ]
}

function ofApplication(row: OAuthApplicationRow): Ending[] {
  const { id, identifier, secret_set_at: since } = row
  const shared = { id, identifier, since, given: true }
  return [
    ...(row.secret_expires_at === null
      ? []
      : [{ ...shared, what: 'client_secret' as const, endsAt: row.secret_expires_at }]),
    ...(row.certificate_expires_at === null
      ? []
      : [{ ...shared, what: 'certificate' as const, endsAt: row.certificate_expires_at }]),
  ]
}

function ofAccount(row: MailAccountRow): Ending[] {
  const { id, identifier } = row
  if (row.state === 'reconsent')
    return [
      { what: 'consent', id, identifier, endsAt: row.state_at, since: row.state_at, given: true },
    ]
  if (row.state !== 'active' && row.state !== 'degraded') return []
  if (row.refresh_token === null || row.refresh_expires_at === null) return []
  return [
    {
      what: 'refresh_token',
      id,
      identifier,
      endsAt: row.refresh_expires_at,
      since: row.refresh_issued_at,
      given: row.refresh_expiry_given === 1,
    },
  ]
}
