/**
 * OAuth 2 applications, mail accounts, their tokens, and Init. Token under way.
 */
import type { Kysely } from 'kysely' // a migration imports this type and nothing else, ever

export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db

  await schema
    .createTable('oauth_application')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('identifier_key', 'text', (c) => c.notNull().unique())
    .addColumn('designation', 'text', (c) => c.notNull())
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('cloud', 'text', (c) => c.notNull())
    .addColumn('tenant_id', 'text', (c) => c.notNull())
    .addColumn('client_id', 'text', (c) => c.notNull())
    .addColumn('client_proof', 'text', (c) => c.notNull())
    .addColumn('secret', 'bytea')
    .addColumn('secret_set_at', 'bigint')
    .addColumn('secret_expires_at', 'bigint')
    .addColumn('certificate', 'bytea')
    .addColumn('certificate_thumbprint', 'text')
    .addColumn('certificate_expires_at', 'bigint')
    .addColumn('root_url', 'text', (c) => c.notNull())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('app_only', 'integer', (c) => c.notNull())
    .addColumn('overrides', 'text', (c) => c.notNull())
    .addColumn('comments', 'text', (c) => c.notNull())
    .addColumn('alarm', 'text')
    .addColumn('alarm_at', 'bigint')
    .addColumn('closed_until', 'bigint', (c) => c.notNull())
    .addColumn('failures', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('mail_account')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('application_id', 'text', (c) =>
      c.notNull().references('oauth_application.id').onDelete('restrict'),
    )
    .addColumn('identifier', 'text', (c) => c.notNull())
    .addColumn('identifier_key', 'text', (c) => c.notNull().unique())
    .addColumn('designation', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('email_key', 'text', (c) => c.notNull())
    .addColumn('shared', 'integer', (c) => c.notNull())
    .addColumn('delegate_email', 'text')
    .addColumn('comments', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('state_reason', 'text')
    .addColumn('state_at', 'bigint', (c) => c.notNull())
    .addColumn('initialised_at', 'bigint')
    .addColumn('initialised_by', 'text')
    .addColumn('initialised_as', 'text')
    .addColumn('subject', 'text')
    .addColumn('granted_scopes', 'text', (c) => c.notNull())
    .addColumn('refresh_token', 'bytea')
    .addColumn('refresh_issued_at', 'bigint')
    .addColumn('refresh_expires_at', 'bigint')
    .addColumn('refresh_expiry_given', 'integer', (c) => c.notNull())
    // Kept until the new one has worked once.
    .addColumn('previous_refresh_token', 'bytea')
    // Counts the leases that were taken (and each Init. Token): who asks later has a higher one.
    .addColumn('generation', 'bigint', (c) => c.notNull())
    // The generation whose grant is stored; only a higher one replaces it.
    .addColumn('granted', 'bigint', (c) => c.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    // Set, and committed, before the provider is asked: what may have been spent is known.
    .addColumn('intent_at', 'bigint')
    // An answer may have been lost, and with it the refresh token.
    .addColumn('doubted_at', 'bigint')
    // The provider said for the first time that the grant is over; the second time ends it.
    .addColumn('definite_at', 'bigint')
    .addColumn('last_refresh_at', 'bigint')
    .addColumn('next_refresh_at', 'bigint')
    .addColumn('failures', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('mail_account_application')
    .on('mail_account')
    .column('application_id')
    .execute()
  await schema.createIndex('mail_account_email').on('mail_account').column('email_key').execute()
  await schema
    .createIndex('mail_account_due')
    .on('mail_account')
    .columns(['state', 'next_refresh_at'])
    .execute()

  await schema
    .createTable('mail_account_user')
    .addColumn('account_id', 'text', (c) =>
      c.notNull().references('mail_account.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('mail_account_user_pk', ['account_id', 'user_id'])
    .execute()
  await schema
    .createIndex('mail_account_user_user')
    .on('mail_account_user')
    .column('user_id')
    .execute()

  await schema
    .createTable('access_token')
    .addColumn('account_id', 'text', (c) =>
      c.notNull().references('mail_account.id').onDelete('cascade'),
    )
    .addColumn('resource', 'text', (c) => c.notNull())
    .addColumn('token', 'bytea', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('generation', 'bigint', (c) => c.notNull())
    // Handed out at least once: its account is in use, and refreshed early.
    .addColumn('used_at', 'bigint')
    .addPrimaryKeyConstraint('access_token_pk', ['account_id', 'resource'])
    .execute()

  await schema
    .createTable('token_init')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('account_id', 'text', (c) =>
      c.notNull().references('mail_account.id').onDelete('cascade'),
    )
    .addColumn('kind', 'text', (c) => c.notNull())
    // The hash of what only the right browser, or the holder of the link, can show.
    .addColumn('hash', 'bytea', (c) => c.notNull().unique())
    .addColumn('session_id', 'text')
    // Verifier, nonce, device code: sealed.
    .addColumn('secrets', 'bytea')
    .addColumn('interval_s', 'bigint')
    .addColumn('next_poll_at', 'bigint')
    .addColumn('outcome', 'text')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .execute()
  await schema.createIndex('token_init_account').on('token_init').column('account_id').execute()
}
