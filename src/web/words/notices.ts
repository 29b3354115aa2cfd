/**
 * The words for notices. The values come from the server's parameters.
 */
import type { I18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Notice, NoticeKind } from '../api/types.ts'
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
}

export function noticeText({ kind, params }: Pick<Notice, 'kind' | 'params'>, i18n: I18n): string {
  const text = (name: string): string => isolated(String(params[name] ?? ''))
  const until = Number(params['expiresAt'] ?? Number.NaN)
  return NOTICE_WORDS[kind](i18n, {
    // An account or an application is named by its identifier.
    name: text('identifier' in params ? 'identifier' : 'name'),
    ip: text('ip'),
    client: text('client'),
    by: text('by'),
    until: Number.isFinite(until) ? day(until, i18n.locale) : '',
  })
}
