/**
 * Telling the provider that tokens were ended here, where it has an endpoint for that (RFC 7009).
 *
 * It comes after the deed is done and never undoes it: a provider that is away keeps nobody from
 * deleting an account. What came of it is written down, and said to who asked.
 */
import type { Entropy } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { REVOCATIONS } from '#domain/mail-account.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { OAuthClient } from '#vault/client.ts'
import { diagnosis, reasonOf, type Diagnosis } from '#vault/diagnosis.ts'
import type { Outbound } from '#vault/outbound.ts'
import { revokeToken } from '#vault/revoke.ts'
import type { Sealer } from '#vault/seal.ts'
import { refreshTokenPlace } from '#vault/token-places.ts'
import { change, type Caller, type DoorNeeds } from './door.ts'
import { about } from './mail-accounts.ts'

export type RevocationNeeds = DoorNeeds & {
  readonly entropy: Entropy
  readonly log: Log
  readonly sealer: Pick<Sealer, 'open'>
  readonly outbound: Outbound
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
}

/** `diagnosis`: why it failed. */
export type Revocation = {
  readonly revocation: (typeof REVOCATIONS)[number]
  readonly diagnosis: Diagnosis | null
}

const NONE: Revocation = { revocation: 'none', diagnosis: null }

/** @param row the account as it was while it had its tokens */
export async function revokeGrant(
  needs: RevocationNeeds,
  caller: Caller,
  row: MailAccountRow,
): Promise<Revocation> {
  const done = await revoked(needs, row).catch((cause: unknown): Revocation => {
    needs.log.warn('revoke.failed', { account: row.identifier, cause })
    return { revocation: 'failed', diagnosis: diagnosis('answer_strange', null) }
  })
  if (done.revocation === 'none') return done
  const reason = done.diagnosis && reasonOf(done.diagnosis)
  const details = { result: done.revocation, ...(reason === null ? {} : { reason }) }
  const said = { ...about('mail_account.revoke', row), details }
  await change(needs, caller, said, async () => {}).catch((cause: unknown) =>
    needs.log.error('revoke.not_written_down', { account: row.identifier, ...details, cause }),
  )
  return done
}

async function revoked(needs: RevocationNeeds, row: MailAccountRow): Promise<Revocation> {
  const { store, sealer, clientOf } = needs
  const application = await store.tables.oauthApplications.find(row.application_id)
  if (row.refresh_token === null || !application) return NONE
  const client = await clientOf(application)
  if (client.endpoints.revoke === null) return NONE
  if (await isShared(needs, row, application)) return { revocation: 'in_use', diagnosis: null }
  const token = sealer.open(row.refresh_token, refreshTokenPlace(row.id))
  const found = await revokeToken(needs, client, client.endpoints.revoke, token)
  return { revocation: found ? 'failed' : 'revoked', diagnosis: found }
}

/**
 * A permission is one for a client and a person, however many tokens came of it: one who signed in
 * for several mailboxes would lose all of them.
 */
async function isShared(
  { store: { tables } }: Pick<DoorNeeds, 'store'>,
  row: MailAccountRow,
  { client_id: clientId }: OAuthApplicationRow,
): Promise<boolean> {
  const applications = await tables.oauthApplications.list()
  const same = new Set(applications.filter((one) => one.client_id === clientId).map(({ id }) => id))
  const accounts = await tables.mailAccounts.list()
  return accounts.some(
    (one) =>
      one.id !== row.id &&
      one.refresh_token !== null &&
      same.has(one.application_id) &&
      // Where the provider does not say who signed in, the mailbox is all that is known.
      (row.subject ? one.subject === row.subject : one.email_key === row.email_key),
  )
}
