/**
 * A sealed value in every sealed column, as the product would write it.
 */
import { Secret } from '#base/secret.ts'
import { identifierKey } from '#domain/identifier.ts'
import { SEALED_COLUMNS } from '#store/sealed-values.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import type { Place, Sealer } from '#vault/seal.ts'
import {
  applicationRow,
  hashOf,
  identityRow,
  newId,
  NOON,
  providerRow,
  secondFactorRow,
  userRow,
} from './rows.ts'

export type Sealed = { readonly place: Place; readonly sealed: Uint8Array; readonly text: string }
type Everywhere = {
  readonly accountId: string
  /** Every sealed value as it is now, with what it should open to. */
  now(): Promise<Sealed[]>
}

export async function sealEverywhere(
  { tables, db }: Pick<Store, 'tables' | 'db'>,
  sealer: Pick<Sealer, 'seal'>,
): Promise<Everywhere> {
  const seal = (table: string, column: string, row: string): Buffer =>
    sealer.seal(new Secret(textOf(table, column)), { table, column, row })
  const user = userRow(`sealed-${newId()}`)
  await tables.users.insert(user)
  const factor = secondFactorRow(user)
  const secret = seal('second_factor', 'secret', factor.id)
  await tables.secondFactors.insert({ ...factor, secret })
  const application = applicationRow(`sealed-${newId()}`)
  await tables.oauthApplications.insert({
    ...application,
    secret: seal('oauth_application', 'secret', application.id),
    certificate: seal('oauth_application', 'certificate', application.id),
  })
  const account = accountRow(application.id)
  const accountId = account.id
  await tables.mailAccounts.insert({
    ...account,
    refresh_token: seal('mail_account', 'refresh_token', accountId),
    previous_refresh_token: seal('mail_account', 'previous_refresh_token', accountId),
  })
  await tables.tokenGrants.setAccessToken({
    account_id: accountId,
    resource: 'mail',
    token: seal('access_token', 'token', `${accountId} mail`),
    received_at: NOON,
    expires_at: NOON + 3_600_000,
    generation: 1,
    used_at: null,
  })
  const initId = newId()
  await tables.tokenInits.insert({
    id: initId,
    account_id: accountId,
    kind: 'browser',
    hash: hashOf(initId),
    session_id: null,
    secrets: seal('token_init', 'secrets', initId),
    interval_s: null,
    next_poll_at: null,
    outcome: null,
    expires_at: NOON + 3_600_000,
    used_at: null,
    created_at: NOON,
    created_by: 'test',
  })
  const provider = providerRow(`sealed-${newId()}`)
  await db
    .insertInto('identity_provider')
    .values({ ...provider, secret: seal('identity_provider', 'secret', provider.id) })
    .execute()
  const identity = identityRow(user, provider)
  await db
    .insertInto('identity')
    .values({
      ...identity,
      refresh_token: seal('identity', 'refresh_token', identity.id),
      previous_refresh_token: seal('identity', 'previous_refresh_token', identity.id),
    })
    .execute()
  const visitId = newId()
  await db
    .insertInto('provider_visit')
    .values({
      id: visitId,
      provider_id: provider.id,
      hash: hashOf(visitId),
      purpose: 'sign_in',
      session_id: null,
      link_id: null,
      secrets: seal('provider_visit', 'secrets', visitId),
      expires_at: NOON + 3_600_000,
      used_at: null,
      created_at: NOON,
    })
    .execute()
  await db
    .insertInto('sms_gateway')
    .values({
      id: 'sms',
      url: 'https://sms.example.test/',
      method: 'POST',
      headers: '{}',
      content_type: 'application/json',
      body: '{}',
      secret: seal('sms_gateway', 'secret', 'sms'),
      secret_set_at: NOON,
      updated_at: NOON,
      updated_by: 'test',
    })
    .onConflict((c) => c.doNothing())
    .execute()
  return {
    accountId,
    now: async () => {
      const found: Sealed[] = []
      for (const one of SEALED_COLUMNS)
        for (const { row, sealed } of await tables.sealedValues.after(one, '', 1000)) {
          const { table, column } = one
          found.push({ place: { table, column, row }, sealed, text: textOf(table, column) })
        }
      return found
    },
  }
}

const textOf = (table: string, column: string): string => `the ${column} of ${table}`

export function accountRow(
  applicationId: string,
  more: Partial<MailAccountRow> = {},
): MailAccountRow {
  const id = newId()
  const identifier = more.identifier ?? `account-${id}`
  return {
    id,
    application_id: applicationId,
    identifier,
    identifier_key: identifierKey(identifier),
    designation: '',
    email: 'alice@example.test',
    email_key: 'alice@example.test',
    shared: 0,
    delegate_email: null,
    comments: '',
    state: 'active',
    state_reason: null,
    state_at: NOON,
    initialised_at: NOON,
    initialised_by: 'test',
    initialised_as: 'alice@example.test',
    subject: null,
    granted_scopes: '',
    refresh_token: null,
    refresh_issued_at: NOON,
    refresh_expires_at: null,
    refresh_expiry_given: 0,
    previous_refresh_token: null,
    generation: 1,
    granted: 1,
    lease_owner: null,
    lease_until: 0,
    intent_at: null,
    doubted_at: null,
    definite_at: null,
    last_refresh_at: NOON,
    next_refresh_at: null,
    failures: 0,
    created_at: NOON,
    created_by: 'test',
    updated_at: NOON,
    updated_by: 'test',
    ...more,
  }
}
