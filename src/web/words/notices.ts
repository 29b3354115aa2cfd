/**
 * The words for notices. The values come from the server's parameters.
 */
import type { I18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Notice, NoticeKind } from '../api/types.ts'
import { browserName } from '../parts/browser-name.ts'
import { day, isolated } from '../parts/moments.ts'

type Values = { name: string; ip: string; client: string; by: string; until: string }

export const NOTICE_WORDS: Record<NoticeKind, (i18n: I18n, values: Values) => string> = {
  app_password_created: (i18n, { name }) =>
    i18n._(msg`The application password ${name} was created.`),
  app_password_new_network: (i18n, { name, ip }) =>
    i18n._(
      msg`The application password ${name} was used for the first time from the network of ${ip}. If that was not you, delete it.`,
    ),
  app_password_ends_14: (i18n, { name, until }) =>
    i18n._(
      msg`The application password ${name} ends within 14 days (${until}). Create a new one for that application before then.`,
    ),
  app_password_ends_3: (i18n, { name, until }) =>
    i18n._(
      msg`The application password ${name} ends within 3 days (${until}). Create a new one for that application now.`,
    ),
  second_factor_created: (i18n, { name }) => i18n._(msg`The second factor ${name} was set up.`),
  second_factor_deleted: (i18n, { by }) =>
    i18n._(
      msg`A second factor was removed by ${by}. If you do not know why, tell your administrator.`,
    ),
  app_passwords_deleted: (i18n, { by }) =>
    i18n._(
      msg`All your application passwords were deleted by ${by}. The applications that used them can no longer connect.`,
    ),
  second_factors_again: (i18n, { by }) =>
    i18n._(
      msg`${by} asks you to set up a second factor again, at your next sign-in. If you do not know why, ask your administrator.`,
    ),
  second_factors_replaced: (i18n, { name }) =>
    i18n._(
      msg`The second factor ${name}, which your administrator had asked for, has replaced all earlier ones.`,
    ),
  second_factor_copied: (i18n, { name }) =>
    i18n._(
      msg`The passkey or security key ${name} was refused: there may be a copy of it. Remove it and set up another one.`,
    ),
  recovery_codes_created: (i18n) =>
    i18n._(msg`New recovery codes were made; earlier ones no longer work.`),
  device_remembered: (i18n, { ip, client, until }) =>
    i18n._(
      msg`A browser (${client}, from ${ip}) was marked to need no second factor until ${until}. If that was not you, forget it and change your password.`,
    ),
  recovery_code_used: (i18n) =>
    i18n._(msg`A recovery code was used to sign in. If that was not you, tell your administrator.`),
  password_changed: (i18n) =>
    i18n._(msg`Your password was changed. If that was not you, tell your administrator.`),
  mail_account_reconsent: (i18n, { name }) =>
    i18n._(
      msg`The mail account ${name} needs a person: run Init. Token again, or send its owner a renewal link.`,
    ),
  mail_account_lost: (i18n, { name }) =>
    i18n._(
      msg`The refresh token of the mail account ${name} may be lost. If the next refresh fails, run Init. Token again.`,
    ),
  token_ends: (i18n, { name, until }) =>
    i18n._(msg`The refresh token of the mail account ${name} ends (${until}).`),
  secret_ends: (i18n, { name, until }) =>
    i18n._(
      msg`The client secret or certificate of the OAuth 2 application ${name} ends (${until}). Enter a new one before then.`,
    ),
  application_alarm: (i18n, { name }) =>
    i18n._(
      msg`The provider refuses the OAuth 2 application ${name}. All its mail accounts wait; none is lost.`,
    ),
  identity_taken: (i18n, { name }) =>
    i18n._(
      msg`Somebody signed in with ${name} and was not let in: a user here has that name or e-mail address. If it is the same person, send that user a link.`,
    ),
  identity_frozen: (i18n, { name }) =>
    i18n._(
      msg`${name} says that you may not come in any more. Application passwords work again when it knows you again.`,
    ),
  sign_in_again: (i18n, { name, until }) =>
    i18n._(
      msg`Sign in here with ${name} again (${until}). After that application passwords stop until you do.`,
    ),
  password_changed_there: (i18n, { name }) =>
    i18n._(
      msg`Your password at ${name} was changed. Look through your application passwords: some no longer work.`,
    ),
  provider_silent: (i18n, { name, until }) =>
    i18n._(
      msg`${name} does not answer. If it stays so, application passwords of its people stop working (${until}).`,
    ),
  scim_silent: (i18n, { name }) =>
    i18n._(msg`${name} has sent nothing over SCIM for longer than it should.`),
}

export function noticeText({ kind, params }: Pick<Notice, 'kind' | 'params'>, i18n: I18n): string {
  const text = (name: string): string => isolated(String(params[name] ?? ''))
  const until = Number(params['expiresAt'] ?? Number.NaN)
  return NOTICE_WORDS[kind](i18n, {
    // An account or an application is named by its identifier.
    name: text('identifier' in params ? 'identifier' : 'name'),
    ip: text('ip'),
    client: isolated(browserName(String(params['client'] ?? ''))),
    by: text('by'),
    until: Number.isFinite(until) ? day(until, i18n.locale) : '',
  })
}
