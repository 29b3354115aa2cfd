/**
 * Notices: what a person is told about their application passwords, by mail or on the profile page.
 */

/** Every kind, with what it says. The words in both languages are in mail/ and on the pages. */
export const NOTICES = {
  app_password_created: 'An application password was created.',
  app_password_new_network: 'An application password was used for the first time from a network.',
  app_password_ends_14: 'An application password ends in 14 days.',
  app_password_ends_3: 'An application password ends in 3 days.',
  second_factor_created: 'A second factor was set up.',
  second_factor_deleted: 'A second factor was removed.',
  recovery_code_used: 'A recovery code was used to sign in.',
  password_changed: 'The main password was changed.',
  mail_account_reconsent: 'A mail account needs a person to renew its token.',
  mail_account_lost: 'A refresh token may have been lost; a person has to renew it.',
  token_ends: 'A refresh token ends in so many days.',
  secret_ends: 'A client secret or certificate of an OAuth 2 application ends in so many days.',
  application_alarm: 'The provider refuses an OAuth 2 application.',
} as const
export type NoticeKind = keyof typeof NOTICES

/** `onceKey` makes the same event one notice, whichever node sees it first. */
export type NewNotice = {
  readonly userId: string
  readonly kind: NoticeKind
  readonly onceKey: string
  readonly params: Readonly<Record<string, string | number>>
}
