/**
 * A store with rows in every table, and in them what databases treat differently: letters of all
 * kinds, bytes of all kinds, nothing, and numbers at their limits.
 */
import { DAY } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Store } from '#store/store.ts'
import {
  appPasswordRow,
  auditEvent,
  deviceRow,
  groupRow,
  hashOf,
  identityRow,
  newId,
  NOON,
  providerRow,
  secondFactorRow,
  sessionRow,
  userRow,
} from './rows.ts'
import { sealEverywhere } from './sealed.ts'

export async function fill(store: Store): Promise<void> {
  const { tables } = store
  const ada = userRow('Ada', {
    display_name: 'Ada “É” \u{1f600} \u202eRTL\\ \' " <b>',
    quota_bytes: Number.MAX_SAFE_INTEGER,
    password_hash: '$argon2id$v=19$m=19456,t=2,p=1$…',
  })
  const bob = userRow('bob', { role: 'administrator', state: 'invited' })
  await tables.meta.set('set_up_done', String(NOON))
  await tables.settings.set('second_factor', 'offered', NOON, 'bob')
  for (const user of [ada, bob]) await tables.users.insert(user)
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  await tables.secondFactors.insert(secondFactorRow(ada, { secret: everyByte }))
  const code = { id: newId(), user_id: ada.id, hash: hashOf('code'), created_at: NOON }
  await tables.secondFactors.replaceRecoveryCodes(ada.id, [code])
  await tables.devices.insert(deviceRow(ada, 'd', { remembered_at: NOON }))
  await tables.sessions.insert(sessionRow(ada))
  await tables.oneTimeLinks.insert({
    id: newId(),
    hash: hashOf('link'),
    kind: 'invitation',
    user_id: bob.id,
    expires_at: NOON + DAY,
    used_at: null,
    created_at: NOON,
    created_by: 'Ada',
  })
  const row = appPasswordRow(ada, 'Outlook', { networks: '10.0.0.0/8 2001:db8::/32' })
  await store.transaction(async (trx) => {
    await trx.appPasswords.insert(row)
    for (let i = 0; i < 1200; i++)
      await trx.appPasswords.insert(appPasswordRow(ada, `program ${i}`, { revoked_at: NOON + i }))
  })
  await tables.appPasswords.seenNetwork(row.id, '10.0.0.0/24', NOON)
  const use = { at: NOON, ip: '10.0.0.1', gateway: 'drive', client: 'WebDAV “x”' }
  await tables.appPasswords.addStaleUses(row.id, use, 3)
  const forever = { key: 'password:x:total', tries: 100, perMs: Number.MAX_SAFE_INTEGER }
  await tables.throttle.count([forever], NOON)
  const params = { name: 'line\nbreak', expiresAt: NOON }
  const notice = { userId: ada.id, kind: 'app_password_created', onceKey: 'x', params } as const
  await tables.notices.add(newId(), notice, NOON)
  for (let i = 0; i < 3; i++) await tables.audit.append(auditEvent({ client: `é ${i}` }))
  const folder = {
    id: newId(),
    name: 'Été',
    name_key: 'été',
    created_at: NOON,
    created_by: 'bob',
    updated_at: NOON,
    updated_by: 'bob',
  }
  await tables.sharedFolders.insert(folder)
  await tables.sharedFolders.setMember(folder.id, ada.id, 'write')
  await tables.driveUsage.set(`home:${ada.id}`, 2 ** 45)
  const value = '<x xmlns="urn:x">\t\u{1f600}</x>'
  const path = Buffer.from([0x66, 0xff, 0xfe, 0x2f, 0x0a])
  await tables.davProperties.apply(`home:${ada.id}`, path, [
    { namespace: 'urn:x', local: 'p', value },
  ])
  await tables.davLocks.insert({
    token: `urn:uuid:${newId()}`,
    space: `home:${ada.id}`,
    path,
    depth: 'infinity',
    scope: 'shared',
    owner: '',
    user_id: ada.id,
    timeout_s: 600,
    expires_at: NOON + DAY,
    created_at: NOON,
  })
  const seal = (secret: Secret): Buffer => secret.revealBytes()
  const { accountId } = await sealEverywhere(store, { seal })
  await tables.mailAccounts.setUsers(accountId, [ada.id])
  await tables.mailAccounts.setDefault(ada.id, accountId)
  const node = { name: 'n1', version: '1', doors: 'imap', started_at: NOON, seen_at: NOON }
  await tables.liveConnections.beat(node)
  await tables.liveConnections.put([
    {
      id: newId(),
      node: node.name,
      user_id: ada.id,
      app_password_id: row.id,
      account_id: accountId,
      gateway: 'imap',
      ip: '2001:db8::1',
      client: 'Thunderbird “é”',
      opened_at: NOON,
      bytes_in: 0,
      bytes_out: 2 ** 52,
      closing: 0,
    },
  ])
  await tables.gatewayHours.add({
    hour: NOON,
    gateway: 'imap',
    sign_ins: 1,
    refusals: 2,
    connections: 3,
    bytes_in: 2 ** 52,
    bytes_out: 0,
  })
  await fillPolicy(store, ada.id)
}

async function fillPolicy({ db, tables }: Store, adaId: string): Promise<void> {
  const provider = providerRow('Ünternehmen', {
    config: '{"é":"\\u0000"}',
    scim_hash: hashOf('scim'),
  })
  await db.insertInto('identity_provider').values(provider).execute()
  await db
    .insertInto('identity')
    .values(identityRow({ id: adaId }, provider, { scim: '{"nick":"É"}' }))
    .execute()
  await db
    .insertInto('provider_visit')
    .values({
      id: newId(),
      provider_id: provider.id,
      hash: hashOf('state'),
      purpose: 'sign_in',
      session_id: null,
      link_id: null,
      secrets: null,
      expires_at: NOON + DAY,
      used_at: null,
      created_at: NOON,
    })
    .execute()
  await db
    .insertInto('seen_token')
    .values({ hash: hashOf('jti'), expires_at: NOON })
    .execute()
  const group = groupRow('Équipe', { provider_id: provider.id, external_id: 'g “1”' })
  await db.insertInto('user_group').values(group).execute()
  await db.insertInto('user_group_member').values({ user_id: adaId, group_id: group.id }).execute()
  const decided = { name: 'second_factor', value: '"off"', updated_at: NOON, updated_by: 'é' }
  await db
    .insertInto('group_policy')
    .values({ group_id: group.id, ...decided })
    .execute()
  await db
    .insertInto('user_policy')
    .values({ user_id: adaId, ...decided })
    .execute()
  const { id: factorId } = await db
    .selectFrom('second_factor')
    .select('id')
    .executeTakeFirstOrThrow()
  await tables.sentCodes.insert({
    id: newId(),
    hash: hashOf('sent-code'),
    factor_id: factorId,
    session_id: newId(),
    tries: 0,
    expires_at: NOON + DAY,
    created_at: NOON,
  })
  const jobId = newId()
  await db
    .insertInto('bulk_job')
    .values({
      id: jobId,
      deed: '{}',
      selection: '{}',
      state: 'done',
      total: 2 ** 40,
      done: 1,
      failed: 1,
      outcome: '{}',
      reached: null,
      owner: null,
      owned_until: 0,
      ip: null,
      client: null,
      created_at: NOON,
      created_by: 'bob',
      actor_id: null,
      finished_at: NOON,
    })
    .execute()
  await db
    .insertInto('bulk_failure')
    .values({ job_id: jobId, user_id: adaId, user_name: 'Ada', reason: 'not_found' })
    .execute()
}
