/**
 * Identity providers and the people who come from them, groups, policy at three levels, further
 * second factors, and work on many users at once.
 */
import type { Kysely } from 'kysely' // a migration imports this type and nothing else, ever

export async function up(db: Kysely<unknown>): Promise<void> {
  await alterPeople(db)
  await createIdentities(db)
  await createGroups(db)
  await createSteps(db)
  await createWork(db)
}

async function alterPeople({ schema }: Kysely<unknown>): Promise<void> {
  // 0: nobody has proven that the address is this person's; no mailbox is opened by it.
  await schema
    .alterTable('user')
    .addColumn('email_verified', 'integer', (c) => c.notNull().defaultTo(1))
    .execute()
  // Factors that were set up before this moment no longer suffice: the person sets up anew.
  await schema.alterTable('user').addColumn('factors_again_at', 'bigint').execute()
  await schema.createIndex('user_source').on('user').columns(['source', 'name_key']).execute()
  await schema.createIndex('user_last_sign_in').on('user').column('last_sign_in_at').execute()
  await schema.createIndex('user_role').on('user').columns(['role', 'name_key']).execute()
  await schema
    .createIndex('user_state')
    .on('user')
    .columns(['state', 'name_key', 'id', 'source'])
    .execute()

  // Does not open anything until its owner says so after a sign-in.
  await schema.alterTable('app_password').addColumn('frozen_at', 'bigint').execute()
  // How many valid ones each person has, and which ends next: read in this order, without the rows.
  await schema
    .createIndex('app_password_valid')
    .on('app_password')
    .columns(['user_id', 'expires_at', 'revoked_at']) // the last one so that SQLite reads the index alone
    .where('revoked_at', 'is', null)
    .execute()

  // Since then this browser needs no second factor, for as long as policy says.
  await schema.alterTable('device').addColumn('remembered_at', 'bigint').execute()
  await schema
    .alterTable('device')
    .addColumn('ip', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await schema
    .alterTable('device')
    .addColumn('client', 'text', (c) => c.notNull().defaultTo(''))
    .execute()

  // WebAuthn: the credential's id (base64url), its signature counter; `details` is JSON of the kind.
  await schema.alterTable('second_factor').addColumn('credential_id', 'text').execute()
  await schema
    .alterTable('second_factor')
    .addColumn('counter', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await schema
    .alterTable('second_factor')
    .addColumn('details', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
  await schema
    .createIndex('second_factor_credential')
    .on('second_factor')
    .column('credential_id')
    .unique()
    .execute()

  // Which provider the sign-in was made at, and what it calls its own session (OpenID Connect `sid`).
  await schema.alterTable('session').addColumn('provider_id', 'text').execute()
  await schema.alterTable('session').addColumn('provider_sid', 'text').execute()
  await schema
    .createIndex('session_provider')
    .on('session')
    .columns(['provider_id', 'provider_sid'])
    .execute()
}

async function createIdentities({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('identity_provider')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    // Of several, where it stands on the sign-in page.
    .addColumn('position', 'integer', (c) => c.notNull())
    // OpenID Connect: the OAuth 2 application with client, secret, tenant and issuer.
    .addColumn('application_id', 'text', (c) => c.references('oauth_application.id'))
    // JSON of the kind; see domain/identity-provider.ts.
    .addColumn('config', 'text', (c) => c.notNull())
    // Directories: the password of the account that searches, sealed.
    .addColumn('secret', 'bytea')
    .addColumn('secret_set_at', 'bigint')
    .addColumn('scim_hash', 'bytea')
    .addColumn('scim_set_at', 'bigint')
    .addColumn('scim_seen_at', 'bigint')
    // When it last answered, and since when it does not and why.
    .addColumn('reached_at', 'bigint')
    .addColumn('failing_since', 'bigint')
    .addColumn('failure', 'text')
    // Words for machines, separated by spaces: what works only in part.
    .addColumn('warnings', 'text', (c) => c.notNull().defaultTo(''))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('identity_provider_application')
    .on('identity_provider')
    .column('application_id')
    .execute()
  await schema
    .createIndex('identity_provider_scim')
    .on('identity_provider')
    .column('scim_hash')
    .unique()
    .execute()

  await schema
    .createTable('identity')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('provider_id', 'text', (c) => c.notNull().references('identity_provider.id'))
    // The person for ever at that provider: `iss sub`, `tid oid`, objectGUID, or SCIM's externalId.
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) =>
      c.notNull().unique().references('user.id').onDelete('cascade'),
    )
    // The name there, for people to read.
    .addColumn('shown_as', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('state_at', 'bigint', (c) => c.notNull())
    // When it was last known to be alive, and until when that is good.
    .addColumn('alive_at', 'bigint', (c) => c.notNull())
    .addColumn('alive_until', 'bigint', (c) => c.notNull())
    // null: there is nothing to ask.
    .addColumn('next_check_at', 'bigint')
    .addColumn('checker', 'text')
    .addColumn('checking_until', 'bigint', (c) => c.notNull())
    // OpenID Connect: kept to learn whether the person is still there; sealed.
    .addColumn('refresh_token', 'bytea')
    .addColumn('previous_refresh_token', 'bytea')
    // The mail account whose token stands for it instead.
    .addColumn('account_id', 'text', (c) => c.references('mail_account.id').onDelete('set null'))
    // Directories: when the password there was last changed.
    .addColumn('password_set_at', 'bigint')
    // JSON: what SCIM said that has no column.
    .addColumn('scim', 'text')
    .addColumn('scim_deleted_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('identity_subject')
    .on('identity')
    .columns(['provider_id', 'subject'])
    .unique()
    .execute()
  await schema
    .createIndex('identity_check')
    .on('identity')
    .columns(['provider_id', 'next_check_at'])
    .execute()
  await schema.createIndex('identity_account').on('identity').column('account_id').execute()

  // A person was sent to a provider and is expected back.
  await schema
    .createTable('provider_visit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('provider_id', 'text', (c) =>
      c.notNull().references('identity_provider.id').onDelete('cascade'),
    )
    // Of the state parameter.
    .addColumn('hash', 'bytea', (c) => c.notNull().unique())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('session_id', 'text')
    .addColumn('link_id', 'text')
    // Sealed JSON: nonce, verifier, the browser's cookie, where to go afterwards.
    .addColumn('secrets', 'bytea')
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('provider_visit_expires')
    .on('provider_visit')
    .column('expires_at')
    .execute()

  // `jti` of tokens that count once (OpenID Connect Back-Channel Logout §2.6).
  await schema
    .createTable('seen_token')
    .addColumn('hash', 'bytea', (c) => c.primaryKey())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('seen_token_expires').on('seen_token').column('expires_at').execute()
}

async function createGroups({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('user_group')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    // null: made here, its members are chosen here.
    .addColumn('provider_id', 'text', (c) =>
      c.references('identity_provider.id').onDelete('cascade'),
    )
    .addColumn('external_id', 'text')
    // Of two groups that both decide something, the one that stands first wins.
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute()
  await schema.createIndex('user_group_name').on('user_group').column('name_key').execute()
  await schema
    .createIndex('user_group_external')
    .on('user_group')
    .columns(['provider_id', 'external_id'])
    .unique()
    .execute()

  await schema
    .createTable('user_group_member')
    .addColumn('user_id', 'text', (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('group_id', 'text', (c) =>
      c.notNull().references('user_group.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('user_group_member_pk', ['user_id', 'group_id'])
    .execute()
  await schema
    .createIndex('user_group_member_group')
    .on('user_group_member')
    .columns(['group_id', 'user_id'])
    .execute()

  for (const [table, column, target] of [
    ['group_policy', 'group_id', 'user_group.id'],
    ['user_policy', 'user_id', 'user.id'],
  ] as const)
    await schema
      .createTable(table)
      .addColumn(column, 'text', (c) => c.notNull().references(target).onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('value', 'text', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_by', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint(`${table}_pk`, [column, 'name'])
      .execute()
}

async function createSteps({ schema }: Kysely<unknown>): Promise<void> {
  // A code that was sent by e-mail or SMS and waits to be typed.
  await schema
    .createTable('sent_code')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'bytea', (c) => c.notNull())
    .addColumn('factor_id', 'text', (c) =>
      c.notNull().references('second_factor.id').onDelete('cascade'),
    )
    .addColumn('session_id', 'text', (c) => c.notNull())
    // How often somebody typed one while this one was waiting.
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('sent_code_session').on('sent_code').column('session_id').execute()
  await schema.createIndex('sent_code_factor').on('sent_code').column('factor_id').execute()
  await schema.createIndex('sent_code_expires').on('sent_code').column('expires_at').execute()

  await schema
    .createTable('sms_gateway')
    .addColumn('id', 'text', (c) => c.primaryKey()) // there is one: `sms`
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    // JSON: names and templates.
    .addColumn('headers', 'text', (c) => c.notNull())
    .addColumn('content_type', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('secret', 'bytea')
    .addColumn('secret_set_at', 'bigint')
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .execute()
}

async function createWork({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('bulk_job')
    .addColumn('id', 'text', (c) => c.primaryKey())
    // JSON: what is done, and to whom.
    .addColumn('deed', 'text', (c) => c.notNull())
    .addColumn('selection', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('total', 'bigint', (c) => c.notNull())
    .addColumn('done', 'bigint', (c) => c.notNull())
    .addColumn('failed', 'bigint', (c) => c.notNull())
    // JSON: how many application passwords ended, and the like.
    .addColumn('outcome', 'text', (c) => c.notNull())
    // The last person that was dealt with; people are taken in the order of their ids.
    .addColumn('reached', 'text')
    .addColumn('owner', 'text')
    .addColumn('owned_until', 'bigint', (c) => c.notNull())
    .addColumn('ip', 'text')
    .addColumn('client', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('finished_at', 'bigint')
    .execute()
  await schema
    .createIndex('bulk_job_state')
    .on('bulk_job')
    .columns(['state', 'created_at'])
    .execute()

  // Who was selected when it began; gone when it ends. The name is for who is deleted meanwhile.
  await schema
    .createTable('bulk_target')
    .addColumn('job_id', 'text', (c) => c.notNull().references('bulk_job.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('user_name', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('bulk_target_pk', ['job_id', 'user_id'])
    .execute()

  await schema
    .createTable('bulk_failure')
    .addColumn('job_id', 'text', (c) => c.notNull().references('bulk_job.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('user_name', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('bulk_failure_pk', ['job_id', 'user_id'])
    .execute()
}
