/**
 * The words for the audit: actions, outcomes, and why something was refused.
 */
import type { I18n, MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { AuditAction, AuditRow } from '../api/types.ts'
import { causeSaid } from './causes.ts'

export const ACTION_WORDS: Record<AuditAction, MessageDescriptor> = {
  'session.create': msg`Signed in on the web`,
  'session.second_factor': msg`Gave the second factor`,
  'session.step_up': msg`Confirmed identity`,
  'session.end': msg`Ended a browser session`,
  'link.create': msg`Made a one-time link`,
  'link.use': msg`Used a one-time link`,
  'user.create': msg`Created a user`,
  'user.update': msg`Changed a user`,
  'user.enable': msg`Enabled a user`,
  'user.disable': msg`Disabled a user`,
  'user.delete': msg`Deleted a user`,
  'user.bulk': msg`Began work on many users`,
  'user.manage': msg`Managed the settings of a user`,
  'user.export': msg`Exported what is kept about oneself`,
  'password.change': msg`Set a main password`,
  'second_factor.create': msg`Set up a second factor`,
  'second_factor.update': msg`Renamed a second factor`,
  'second_factor.delete': msg`Removed a second factor`,
  'second_factor.code': msg`Sent a code`,
  'device.forget': msg`Forgot remembered browsers`,
  'sms_gateway.update': msg`Set the SMS gateway`,
  'sms_gateway.delete': msg`Removed the SMS gateway`,
  'sms_gateway.test': msg`Tested the SMS gateway`,
  'recovery_codes.create': msg`Made recovery codes`,
  'app_password.create': msg`Created an application password`,
  'app_password.update': msg`Renamed an application password`,
  'app_password.thaw': msg`Let application passwords work again`,
  'app_password.revoke': msg`Deleted an application password`,
  'connection.close': msg`Ended a live connection`,
  'gateway.old_smtp': msg`Started with the listener for old devices`,
  'gateway.sign_in': msg`Signed in at a gateway`,
  'group.update': msg`Changed a group or its members`,
  'shared_folder.create': msg`Created a shared folder`,
  'shared_folder.update': msg`Changed a shared folder`,
  'shared_folder.delete': msg`Deleted a shared folder`,
  'oauth_application.create': msg`Declared an OAuth 2 application`,
  'oauth_application.update': msg`Changed an OAuth 2 application`,
  'oauth_application.delete': msg`Deleted an OAuth 2 application`,
  'oauth_application.alarm': msg`The provider's word about an OAuth 2 application`,
  'mail_account.create': msg`Declared a mail account`,
  'mail_account.update': msg`Changed a mail account`,
  'mail_account.default': msg`Chose the default mailbox`,
  'mail_account.enable': msg`Switched a mail account on`,
  'mail_account.disable': msg`Switched a mail account off`,
  'mail_account.delete': msg`Deleted a mail account`,
  'mail_account.revoke': msg`Revoked tokens at the provider`,
  'mail_account.init': msg`Init. Token`,
  'mail_account.state': msg`The state of a mail account changed`,
  'mail_account.refresh': msg`Refreshed the tokens of a mail account`,
  'mail_account.upstream': msg`The mail server of a mail account`,
  'mail_account.test': msg`Tried a mailbox`,
  'identity_provider.create': msg`Declared an identity provider`,
  'identity_provider.update': msg`Changed an identity provider`,
  'identity_provider.enable': msg`Switched an identity provider on`,
  'identity_provider.disable': msg`Switched an identity provider off`,
  'identity_provider.delete': msg`Deleted an identity provider`,
  'identity.create': msg`Tied a person to an identity provider`,
  'identity.delete': msg`Parted a person from their identity provider`,
  'identity.sign_out': msg`Signed out at the identity provider`,
  'key.rotate': msg`Rotated the master key`,
  'identity.freeze': msg`Was frozen: their provider says that they may not come in`,
  'identity.thaw': msg`Works again: their provider knows them`,
  'identity.unconfirmed': msg`Lost what their provider was asked by`,
  'identity.password_changed': msg`Changed the password at their provider`,
  'scim.user_create': msg`Made a person over SCIM`,
  'scim.user_update': msg`Changed a person over SCIM`,
  'scim.user_delete': msg`Deleted a person over SCIM`,
  'scim.group_create': msg`Made a group over SCIM`,
  'scim.group_update': msg`Changed a group over SCIM`,
  'scim.group_delete': msg`Deleted a group over SCIM`,
  'policy.update': msg`Changed the policy of a group or a person`,
  'group.create': msg`Made a group`,
  'group.delete': msg`Deleted a group`,
  'settings.update': msg`Changed settings`,
  'audit.read': msg`Read the audit`,
  'audit.accept': msg`Accepted the audit as it is`,
  'admin.recover': msg`Made a link for a new administrator`,
  'store.backup': msg`Wrote a backup`,
  'store.restore': msg`Restored a backup`,
}
export const AUDIT_ACTIONS = Object.keys(ACTION_WORDS) as AuditAction[]

export const OUTCOME_WORDS: Record<AuditRow['outcome'], MessageDescriptor> = {
  ok: msg`OK`,
  refused: msg`Refused`,
}

export const ACTOR_WORDS: Record<AuditRow['actor']['kind'], MessageDescriptor> = {
  user: msg`Person`,
  application: msg`Application`,
  operator: msg`Operator on the host`,
  system: msg`Passerelle`,
  nobody: msg`Not signed in`,
}

const REASON_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  // at a gateway
  empty: msg`no user name or no password`,
  malformed: msg`unreadable user name or password`,
  not_an_app_password: msg`not an application password: most often a main password`,
  mistyped: msg`application password with a typing mistake`,
  unknown: msg`unknown`,
  wrong_user_name: msg`the user name of somebody else`,
  revoked: msg`application password was deleted`,
  expired: msg`expired`,
  unused: msg`application password was not used for too long`,
  user_disabled: msg`the person is disabled`,
  second_factor_missing: msg`the person has no second factor`,
  gateway_not_allowed: msg`application password is not for this gateway`,
  network_not_allowed: msg`not allowed from this address`,
  identity_frozen: msg`their provider says that they may not come in`,
  identity_unconfirmed: msg`their provider was silent for longer than its grace time`,
  frozen: msg`application password waits: the main password was changed`,
  app_passwords_forbidden: msg`policy lets this person use no application passwords`,
  gateway_closed: msg`policy closes this gateway`,
  policy_network: msg`policy does not let in from this address`,
  policy_hours: msg`policy does not let in at this hour`,
  no_mailbox: msg`the person has no mailbox, or several and no default`,
  // on the web
  unknown_user: msg`no such user`,
  wrong_password: msg`wrong password`,
  wrong_code: msg`wrong code, or one that was used before`,
  locked: msg`too many attempts`,
  invited: msg`the person has not accepted the invitation yet`,
  disabled: msg`the person is disabled`,
  session_ended: msg`the session ended meanwhile`,
  factors_changed: msg`the second factors changed meanwhile`,
  used: msg`the link was used before`,
  set_up_done: msg`an administrator was set up before`,
  // at a provider
  not_invited: msg`nobody has invited the person`,
  guest: msg`a guest of that organisation`,
  other_organisation: msg`an organisation that may not come in`,
  name_or_email_taken: msg`somebody here has that name or e-mail address`,
  account_tied: msg`the account there belongs to somebody else here`,
  no_email: msg`the provider names no e-mail address`,
  no_subject: msg`the provider does not say who it is`,
  identity_unproven: msg`what the provider says of the person is not proven`,
  identity_changed: msg`the identity changed meanwhile`,
  other_issuer: msg`the answer came from another provider`,
  other_provider: msg`the answer of one provider came to the address of another`,
  not_fresh: msg`the provider did not ask the person anew`,
  // Init. Token
  wrong_person: msg`somebody else signed in`,
  missing_scopes: msg`not everything was granted`,
  // a change
  invalid: msg`something that was entered cannot be used`,
  forbidden: msg`not allowed`,
  not_found: msg`no longer there`,
  conflict: msg`the state of things did not allow it`,
}

/** A reason that has no words is shown as the server writes it: it can be searched for. */
export const reasonText = (reason: string, i18n: I18n): string => {
  const words = REASON_WORDS[reason]
  if (words) return i18n._(words)
  // A cause of the error doctor, and the provider's code behind a space.
  const [cause = '', ...code] = reason.split(' ')
  const said = causeSaid(cause, i18n)
  if (!said) return reason
  return code.length === 0 ? said.what : `${said.what} (${code.join(' ')})`
}
