/**
 * Notices: what a person is told about their application passwords, by mail or on the profile page.
 */

/** Every kind, with what it says. The words in both languages are in mail/ and on the pages. */
export const NOTICES = {
  app_password_created: 'An application password was created.',
  app_password_new_network: 'An application password was used for the first time from a network.',
  app_password_ends_14: 'An application password ends in 14 days.',
  app_password_ends_3: 'An application password ends in 3 days.',
  app_passwords_deleted: 'An administrator deleted all application passwords of the person.',
  second_factor_created: 'A second factor was set up.',
  second_factor_deleted: 'A second factor was removed.',
  second_factors_again: 'An administrator asks the person to set up a second factor anew.',
  second_factors_replaced: 'A second factor that was asked for anew has replaced the earlier ones.',
  second_factor_copied: 'The counter of a passkey or security key went back: there may be a copy.',
  recovery_codes_created: 'Recovery codes were made.',
  device_remembered: 'A browser was marked to need no second factor for a while.',
  recovery_code_used: 'A recovery code was used to sign in.',
  password_changed: 'The main password was changed.',
  mail_account_reconsent: 'A mail account needs a person to renew its token.',
  mail_account_lost: 'A refresh token may have been lost; a person has to renew it.',
  token_ends: 'A refresh token ends in so many days.',
  secret_ends: 'A client secret or certificate of an OAuth 2 application ends in so many days.',
  application_alarm: 'The provider refuses an OAuth 2 application.',
  identity_taken:
    'Somebody from a provider could not come in: a user has their name or e-mail address.',
  identity_frozen: 'A provider or directory says that the person may not come in any more.',
  sign_in_again: 'Nothing is left to ask a provider by; the person has to sign in again in time.',
  password_changed_there:
    'The password at the provider was changed; application passwords wait, or end.',
  provider_silent: 'An identity provider or directory does not answer.',
  scim_silent: 'A provider has sent nothing over SCIM for longer than it should.',
} as const
export type NoticeKind = keyof typeof NOTICES

/** `onceKey` makes the same event one notice, whichever node sees it first. */
export type NewNotice = {
  readonly userId: string
  readonly kind: NoticeKind
  readonly onceKey: string
  readonly params: Readonly<Record<string, string | number>>
}
