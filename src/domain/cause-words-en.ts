/**
 * What the error doctor says, in English: what happened, and what to do. The keys are the causes.
 */
export const CAUSES_EN = {
  grant_over: {
    what: 'The provider says that the permission for this mailbox has ended.',
    todo: 'Its owner has to sign in again: run Init. Token.',
  },
  grant_revoked: {
    what: 'The permission was taken back: all sessions were revoked, or the password was changed.',
    todo: 'Its owner has to sign in again: run Init. Token.',
  },
  token_expired: {
    what: 'The refresh token was not used for so long that the provider ended it.',
    todo: 'Its owner has to sign in again: run Init. Token.',
  },
  sign_in_frequency: {
    what: 'A policy of the organisation asks for a new sign-in after some time, whatever the use.',
    todo: 'Run Init. Token, and leave this application out of the policy, or use an application of its own (app-only).',
  },
  second_factor_needed: {
    what: 'The provider asks for a second factor.',
    todo: 'The owner has to sign in again: run Init. Token.',
  },
  spa_token_expired: {
    what: 'The redirect URL is registered as a single-page application, whose tokens end after 24 hours.',
    todo: 'Register it with the platform Web, then run Init. Token.',
  },
  consent_missing: {
    what: 'Nobody has consented to what the application asks for.',
    todo: 'An administrator of the organisation grants consent, then Init. Token is run.',
  },
  scopes_missing: {
    what: 'The provider has granted less than the application asks for.',
    todo: 'What was given is stored and used. An administrator grants consent to what is missing, or the owner grants it at a new Init. Token.',
  },
  code_spent: {
    what: 'The answer of the provider was used before, or came too late.',
    todo: 'Run Init. Token once more.',
  },
  device_code_dead: {
    what: 'The device code has ended, or was never a good one.',
    todo: 'Run Init. Token once more.',
  },
  possibly_lost: {
    what: 'A refresh was interrupted, and this provider takes each refresh token once: it may be spent.',
    todo: 'If the next tries fail, the owner has to sign in again: run Init. Token.',
  },
  other_person: {
    what: 'The provider answered with the tokens of somebody else. They were not stored.',
    todo: 'Check the account at the provider, then run Init. Token.',
  },
  declined: {
    what: 'The person declined at the provider.',
    todo: 'Ask them, then run Init. Token once more.',
  },
  interaction_needed: {
    what: 'The provider wants the owner to do something at a sign-in.',
    todo: 'Let the owner sign in at the provider, or run Init. Token.',
  },
  device_pending: {
    what: 'The owner has not typed the code at the provider yet.',
    todo: 'Wait, or read the code out to them once more.',
  },
  identity_unproven: {
    what: 'The provider does not prove who signed in: its id_token does not hold.',
    todo: 'Check the clock of the server, the client ID and the issuer.',
  },
  other_issuer: {
    what: 'Another provider answered than the one that was asked. Nothing was stored.',
    todo: 'Check the issuer of the application; if it is right, somebody tried to mix providers up.',
  },
  session_over: {
    what: 'Whoever began Init. Token is signed out, or may no longer do it.',
    todo: 'Sign in and begin once more.',
  },
  account_changed: {
    what: 'The mail account was changed while Init. Token was under way.',
    todo: 'Run Init. Token once more.',
  },
  user_locked: {
    what: 'The provider has locked the account after too many tries to sign in.',
    todo: 'It opens by itself, or by its owner; the tokens are kept.',
  },
  password_expired: {
    what: 'The password of the account at the provider has expired.',
    todo: 'Its owner sets a new one; the tokens are kept.',
  },
  user_disabled: {
    what: 'The account is switched off at the provider.',
    todo: 'An administrator there switches it on; the tokens are kept.',
  },
  wrong_password: {
    what: 'The provider says that the user name or password was wrong.',
    todo: 'The owner signs in at the provider; then run Init. Token.',
  },
  user_not_assigned: {
    what: 'The person is not assigned to the application.',
    todo: 'Assign them in Enterprise applications, Users and groups; the tokens are kept.',
  },
  user_unknown: {
    what: 'The tenant does not know the account.',
    todo: 'Check the tenant ID and the e-mail; the tokens are kept.',
  },
  policy_blocks: {
    what: 'A policy of the organisation blocks the sign-in (Conditional Access, security defaults, access of applications).',
    todo: 'The sign-in log of the provider names it; the tokens are kept.',
  },
  secret_expired: {
    what: 'The client secret has ended.',
    todo: 'Make a new one at the provider and type it into the application. No mail account is lost.',
  },
  secret_wrong: {
    what: 'The client secret is not the right one.',
    todo: 'Copy the value of the secret, not its ID. No mail account is lost.',
  },
  secret_missing: {
    what: 'The provider wants a client secret or a certificate.',
    todo: 'Give one, or, for device codes, allow public client flows at the provider. No mail account is lost.',
  },
  secret_not_wanted: {
    what: 'The redirect URL is registered for a public client, which has no secret.',
    todo: 'Register it with the platform Web, or take the secret out.',
  },
  assertion_wrong: {
    what: 'The provider does not take the certificate.',
    todo: 'Upload the certificate of this application there, and check the clock of the server. No mail account is lost.',
  },
  application_unknown: {
    what: 'The provider does not know the client ID in this tenant.',
    todo: 'Check client ID, tenant ID and cloud. No mail account is lost.',
  },
  application_disabled: {
    what: 'The application is switched off at the provider.',
    todo: 'An administrator there switches it on. No mail account is lost.',
  },
  client_refused: {
    what: 'The provider refuses the application.',
    todo: 'Compare client ID, secret and certificate with what the provider has, then test the application. No mail account is lost.',
  },
  client_not_allowed: {
    what: 'The application may not do that at the provider.',
    todo: 'Check which ways of getting tokens it is registered for.',
  },
  scopes_wrong: {
    what: 'The provider does not take the scopes, or they belong to several resources.',
    todo: 'Put the prefilled scopes back.',
  },
  spa_redirect: {
    what: 'The redirect URL is registered as a single-page application.',
    todo: 'Register it with the platform Web.',
  },
  redirect_wrong: {
    what: 'The redirect URL is not registered.',
    todo: 'Copy it from the application to the provider, to the letter.',
  },
  tenant_needed: {
    what: 'The application belongs to one tenant and is asked without it.',
    todo: 'Type the tenant ID.',
  },
  tenant_unknown: {
    what: 'The provider does not know the tenant.',
    todo: 'Check tenant ID, root URL and cloud.',
  },
  wrong_cloud: {
    what: 'The tenant is in another cloud of the provider.',
    todo: 'Choose that cloud.',
  },
  loop_detected: {
    what: 'The provider saw the same request too often and asks for a pause.',
    todo: 'It is tried again by itself.',
  },
  throttled: { what: 'The provider asks for a pause.', todo: 'It is tried again by itself.' },
  provider_down: {
    what: 'The provider has a fault at the moment.',
    todo: 'It is tried again by itself.',
  },
  request_refused: {
    what: 'The provider does not understand the request.',
    todo: 'Check the addresses and scopes.',
  },
  answer_strange: {
    what: 'The provider answered something that no token endpoint answers.',
    todo: 'Check the address; there may be a proxy in between.',
  },
  dns: {
    what: 'The name of the provider has no address.',
    todo: 'Check the address and the name service of the server.',
  },
  tls: {
    what: 'The certificate of the provider is not trusted.',
    todo: 'Check the address and the clock; there may be a proxy in between.',
  },
  timeout: {
    what: 'The provider did not answer in time.',
    todo: 'Check the network and the firewall of the server. It is tried again by itself.',
  },
  network: {
    what: 'The provider cannot be reached.',
    todo: 'Check the network and the firewall of the server.',
  },
  too_large: {
    what: 'The answer is larger than any token.',
    todo: 'Check the address; there may be a proxy in between.',
  },
  not_allowed: {
    what: 'The address is not a public one, and its network is not opened.',
    todo: 'Check the address; the operator can open its network (PASSERELLE_ALLOW_PRIVATE_NETWORKS).',
  },
  not_json: {
    what: 'The provider answered with a page instead of a token.',
    todo: 'Check the address; there may be a proxy in between.',
  },
  empty: {
    what: 'The provider answered nothing.',
    todo: 'Check the address; there may be a proxy in between. It is tried again by itself.',
  },
  smtp_off_for_tenant: {
    what: 'Authenticated SMTP is switched off for the whole tenant.',
    todo: 'An administrator of Exchange switches it on, or for this mailbox only.',
  },
  smtp_off_for_mailbox: {
    what: 'Authenticated SMTP is switched off for this mailbox.',
    todo: 'An administrator of Exchange switches it on.',
  },
  imap_off_for_mailbox: {
    what: 'IMAP or POP is switched off for this mailbox.',
    todo: 'An administrator of Exchange switches it on.',
  },
  password_sign_in_off: {
    what: 'The mail server takes no passwords any more.',
    todo: 'Use OAuth 2.',
  },
  token_refused: {
    what: 'The mail server does not take the token.',
    todo: 'It is of another mailbox or has not the scope, or the server has not heard of a new permission yet: then it works within the hour.',
  },
  token_over: {
    what: 'The access token ended during the connection.',
    todo: 'A new one is taken by itself.',
  },
  mailbox_not_opened: {
    what: 'The token is right, but it does not open this mailbox.',
    todo: 'Check the e-mail, the licence, and the permission of the delegate or of the application.',
  },
  app_only_not_set_up: {
    what: 'Exchange does not know the application, or has not given it this mailbox.',
    todo: 'Register its service principal and give it the mailbox.',
  },
  send_as_denied: {
    what: 'Whoever signed in may not send as this address.',
    todo: 'Give the delegate or the application the right Send As.',
  },
  too_many_connections: {
    what: 'The mailbox has too many connections at the moment.',
    todo: 'Try again later.',
  },
  daily_limit: {
    what: 'The mailbox has sent as much as it may in a day.',
    todo: 'Try again tomorrow.',
  },
  mailbox_full: { what: 'The mailbox is full.', todo: 'Its owner makes room.' },
  recipient_refused: {
    what: 'The mail server does not take the recipient.',
    todo: 'Check the address.',
  },
  mail_server_busy: { what: 'The mail server is busy.', todo: 'Try again later.' },
  mail_server_refused: { what: 'The mail server refused.', todo: 'Its own words say why.' },
} as const
