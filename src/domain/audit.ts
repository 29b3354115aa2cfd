/**
 * Audit: what an event says, and the chain that makes a changed, missing or moved row visible.
 *
 * Each row carries a keyed hash over its own content and the hash of the row before it. Whoever can
 * write the database but has not the master key cannot make a row that fits. A tail that was cut off
 * is found by the anchor, which is kept outside the database (see ARCHITECTURE.md, Audit).
 */
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'

/** Every action that is written down. docs/reference/audit.md is printed from here. */
export const ACTIONS = {
  'session.create': 'A person signed in on the web (outcome ok), or was refused.',
  'session.second_factor': 'The second factor was given, or refused.',
  'session.step_up': 'A person confirmed who they are before a sensitive action.',
  'session.end': 'A browser session was ended.',
  'link.create': 'A one-time link was made (invitation, password reset, set-up, recovery).',
  'link.use': 'A one-time link was opened and accepted, or refused.',
  'user.create': 'A user was created.',
  'user.update': 'Name, e-mail, role, language or quota of a user changed.',
  'user.enable': 'A user was enabled.',
  'user.disable': 'A user was disabled: sessions end, application passwords stop working.',
  'user.bulk': 'Work on many users was begun; each person it changed has a row of their own.',
  'user.manage':
    'A user has to set up second factors again, all application passwords were deleted, or remembered devices were forgotten.',
  'user.export': 'A person exported what is kept about them.',
  'user.delete': 'A user was deleted with sessions, factors and application passwords.',
  'password.change': 'A main password was set or changed.',
  'second_factor.create': 'A second factor was set up.',
  'second_factor.update': 'A second factor was renamed.',
  'second_factor.delete': 'A second factor was removed.',
  'second_factor.code': 'A code was sent by e-mail or SMS, or could not be.',
  'device.forget': 'Remembered browsers were forgotten: they need the second factor again.',
  'sms_gateway.update': 'The SMS gateway was set; a new secret is named, never shown.',
  'sms_gateway.delete': 'The SMS gateway was removed.',
  'sms_gateway.test': 'An administrator sent a message through the SMS gateway.',
  'recovery_codes.create': 'Recovery codes were made; earlier ones no longer work.',
  'app_password.create': 'An application password was created, and shown once.',
  'app_password.update': 'An application password was renamed.',
  'app_password.revoke': 'An application password was deleted.',
  'app_password.thaw':
    'A person let application passwords work again that waited after a change of the main password.',
  'connection.close': "A person's live connection was ended.",
  'gateway.old_smtp':
    'The server started with the listener for old devices, whose passwords can be read on the way.',
  'gateway.sign_in': 'An application signed in with an application password, or was refused.',
  'shared_folder.create': 'A shared folder was created.',
  'shared_folder.update': 'A shared folder was renamed, or its members changed.',
  'shared_folder.delete': 'A shared folder was deleted; its files are kept aside.',
  'oauth_application.create': 'An OAuth 2 application was declared.',
  'oauth_application.update': 'An OAuth 2 application changed; a new secret is named, never shown.',
  'oauth_application.delete': 'An OAuth 2 application was deleted.',
  'oauth_application.alarm': 'The provider refused the application itself, or took it back.',
  'mail_account.create': 'A mail account was declared.',
  'mail_account.update': 'A mail account, or who may use it, changed.',
  'mail_account.default': 'A person chose their default mailbox.',
  'mail_account.enable': 'A mail account was switched on again.',
  'mail_account.disable': 'A mail account was switched off.',
  'mail_account.delete': 'A mail account was deleted with its tokens.',
  'mail_account.revoke': 'The provider was asked to end the permission of tokens that ended here.',
  'mail_account.init': 'Init. Token was begun, ended well, or was refused.',
  'mail_account.state': 'The state of a mail account changed by what the provider answered.',
  'mail_account.refresh': 'A person asked for a refresh.',
  'mail_account.upstream':
    'A mail server of the provider refused an account at a gateway or could not be reached; `ok`: it takes it again.',
  'mail_account.test': 'A person sent a test message or read the inbox.',
  'identity_provider.create': 'An identity provider was declared.',
  'identity_provider.update': 'An identity provider changed; a new secret is named, never shown.',
  'identity_provider.enable': 'People can sign in by an identity provider.',
  'identity_provider.disable': 'Nobody signs in by an identity provider any more.',
  'identity_provider.delete': 'An identity provider was deleted.',
  'identity.create': 'A person was tied to an account of an identity provider, or was refused.',
  'identity.delete': 'A person was parted from their identity provider.',
  'identity.sign_out': 'An identity provider said that a person signed out there.',
  'identity.freeze':
    'A provider or directory says that a person may not come in: sessions end, nothing of theirs opens anything.',
  'identity.thaw': 'A person is known to be there again; everything works as before.',
  'identity.unconfirmed':
    'What a person is asked about by was lost; without a new sign-in the lease runs out.',
  'identity.password_changed':
    'A person changed the password at the provider, and policy let application passwords end or wait.',
  'scim.user_create': 'A provider made a person over SCIM, or took one over.',
  'scim.user_update': 'A provider changed a person over SCIM.',
  'scim.user_delete': 'A provider deleted a person over SCIM: frozen here, and nothing is lost.',
  'scim.group_create': 'A provider made a group over SCIM.',
  'scim.group_update': 'A provider changed a group or its members over SCIM.',
  'scim.group_delete': 'A provider deleted a group over SCIM.',
  'settings.update': 'Settings of everybody changed: what they are, and were.',
  'policy.update':
    'What a group or a person decides changed: what it is, and was; null: not decided there.',
  'group.create': 'A group was made.',
  'group.update': 'A group was renamed or moved, or a person was put in or taken out.',
  'group.delete': 'A group was deleted, with what it decided.',
  'audit.read': 'The audit was read or exported.',
  'key.rotate': 'The operator made another master key the current one.',
  'admin.recover': 'The operator made a link for a new administrator on the host.',
  'audit.accept': 'The operator accepted the chain as it is after a check had found a fault.',
  'store.backup': 'A backup was written.',
  'store.restore': 'A backup was restored: the chain goes on where the backup ended.',
} as const

export type AuditAction = keyof typeof ACTIONS
export type AuditOutcome = 'ok' | 'refused'

/** Who did it: a person (by id and the name of that day), an application of theirs, or the host. */
export type Actor = {
  readonly kind: 'user' | 'application' | 'operator' | 'system' | 'nobody'
  readonly id: string | null
  readonly name: string | null
}

export type AuditEvent = {
  readonly actor: Actor
  readonly ip: string | null
  readonly client: string | null
  readonly action: AuditAction
  /** What was acted on: its kind, id and the name that it had then. */
  readonly target: {
    readonly kind: string
    readonly id: string | null
    readonly name: string | null
  }
  readonly outcome: AuditOutcome
  /** A word for machines: why it was refused. */
  readonly reason: string | null
  /** Never a secret. Flat, small. */
  readonly details: Readonly<Record<string, string | number | boolean | null>>
}

export type AuditRow = AuditEvent & {
  readonly seq: number
  readonly at: number
  readonly keyId: string
  readonly hash: string
}

export const GENESIS = '0'.repeat(64)

/** The hash of a row (hex): a keyed hash over everything it says, its place, and the row before. */
export function auditHash(key: KeyObject, previous: string, row: Omit<AuditRow, 'hash'>): string {
  const said = JSON.stringify([
    previous,
    row.seq,
    row.at,
    row.keyId,
    row.actor.kind,
    row.actor.id,
    row.actor.name,
    row.ip,
    row.client,
    row.action,
    row.target.kind,
    row.target.id,
    row.target.name,
    row.outcome,
    row.reason,
    Object.entries(row.details).sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
  return createHmac('sha256', key).update(said).digest('hex')
}

/** Where the chain ended when somebody last looked, kept where the database cannot reach it. */
export type AuditAnchor = { readonly seq: number; readonly hash: string }

export type ChainFault = { readonly seq: number; readonly fault: 'changed' | 'missing' | 'cut_off' }

const START: AuditAnchor = { seq: 0, hash: GENESIS }

/**
 * Reads a chain that goes on after `from`; answers null when it is whole, or the first fault.
 * Rows arrive in the order of `seq`. Each anchor (the head that the database claims, the anchor that
 * is kept outside it) must be one of the rows.
 */
export async function verifyChain(
  rows: AsyncIterable<AuditRow>,
  keyOf: (keyId: string) => KeyObject | null,
  anchors: readonly AuditAnchor[],
  from: AuditAnchor = START,
): Promise<{ rows: number; head: AuditAnchor; fault: ChainFault | null }> {
  let head = from
  for await (const row of rows) {
    if (row.seq !== head.seq + 1) return broken(head, head.seq + 1, 'missing')
    const key = keyOf(row.keyId)
    const fits = key !== null && sameText(auditHash(key, head.hash, row), row.hash)
    if (!fits || anchors.some((anchor) => anchor.seq === row.seq && anchor.hash !== row.hash))
      return broken(head, row.seq, 'changed')
    head = { seq: row.seq, hash: row.hash }
  }
  const cutOff = anchors.some((anchor) => anchor.seq > head.seq)
  if (cutOff) return broken(head, head.seq + 1, 'cut_off')
  return { rows: head.seq, head, fault: null }
}

const broken = (
  head: AuditAnchor,
  seq: number,
  fault: ChainFault['fault'],
): { rows: number; head: AuditAnchor; fault: ChainFault } => ({
  rows: head.seq,
  head,
  fault: { seq, fault },
})

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
