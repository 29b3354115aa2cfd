/**
 * Mail gateways: default mailboxes, what is connected to which node, and the traffic of each hour.
 */
import type { Kysely } from 'kysely' // a migration imports this type and nothing else, ever

export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db

  await schema
    .alterTable('mail_account_user')
    .addColumn('is_default', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()

  await schema
    .createTable('node')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('doors', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute()

  // References nothing: it is written in passing, and must not be held up by what is deleted.
  await schema
    .createTable('live_connection')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('node', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('app_password_id', 'text', (c) => c.notNull())
    .addColumn('account_id', 'text')
    .addColumn('gateway', 'text', (c) => c.notNull())
    .addColumn('ip', 'text', (c) => c.notNull())
    .addColumn('client', 'text', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('bytes_in', 'bigint', (c) => c.notNull())
    .addColumn('bytes_out', 'bigint', (c) => c.notNull())
    // 1: a person asked for its end; the node that holds it looks here.
    .addColumn('closing', 'integer', (c) => c.notNull())
    .execute()
  await schema.createIndex('live_connection_user').on('live_connection').column('user_id').execute()
  await schema
    .createIndex('live_connection_node')
    .on('live_connection')
    .columns(['node', 'closing'])
    .execute()

  await schema
    .createTable('gateway_hour')
    // When the hour began.
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('gateway', 'text', (c) => c.notNull())
    .addColumn('sign_ins', 'bigint', (c) => c.notNull())
    .addColumn('refusals', 'bigint', (c) => c.notNull())
    .addColumn('connections', 'bigint', (c) => c.notNull())
    .addColumn('bytes_in', 'bigint', (c) => c.notNull())
    .addColumn('bytes_out', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('gateway_hour_pk', ['hour', 'gateway'])
    .execute()
}
