/**
 * What the error doctor says, in English: what happened, and what to do. The keys are the causes.
 */
export const CAUSES_EN = {
  grant_over:
    'The provider says that the permission for this mailbox has ended. Its owner has to sign in again: run Init. Token.',
  grant_revoked:
    'The permission was taken back: all sessions were revoked, or the password was changed. Its owner has to sign in again: run Init. Token.',
  token_expired:
    'The refresh token was not used for so long that the provider ended it. Its owner has to sign in again: run Init. Token.',
  sign_in_frequency:
    'A policy of the organisation asks for a new sign-in after some time, whatever the use. Run Init. Token, and leave this application out of the policy, or use an application of its own (app-only).',
  second_factor_needed:
    'The provider asks for a second factor. The owner has to sign in again: run Init. Token.',
  spa_token_expired:
    'The redirect URL is registered as a single-page application, whose tokens end after 24 hours. Register it with the platform Web, then run Init. Token.',
  consent_missing:
    'Nobody has consented to what the application asks for. An administrator of the organisation grants consent, then Init. Token is run.',
  code_spent:
    'The answer of the provider was used before, or came too late. Run Init. Token once more.',
  device_code_dead:
    'The device code has ended, or was never a good one. Run Init. Token once more.',
  possibly_lost:
    'A refresh was interrupted, and this provider takes each refresh token once: it may be spent. If the next tries fail, the owner has to sign in again: run Init. Token.',
  other_person:
    'The provider answered with the tokens of somebody else. They were not stored. Check the account at the provider, then run Init. Token.',
  declined: 'The person declined at the provider. Ask them, then run Init. Token once more.',
  interaction_needed:
    'The provider wants the owner to do something at a sign-in. Let the owner sign in at the provider, or run Init. Token.',
  device_pending: 'The owner has not typed the code at the provider yet.',
  identity_unproven:
    'The provider does not prove who signed in: its id_token does not hold. Check the clock of the server, the client ID and the issuer.',
  other_issuer:
    'Another provider answered than the one that was asked. Nothing was stored. Check the issuer of the application; if it is right, somebody tried to mix providers up.',
  session_over:
    'Whoever began Init. Token is signed out, or no longer an administrator. Sign in and begin once more.',
  account_changed:
    'The mail account was changed while Init. Token was under way. Run Init. Token once more.',
  user_locked:
    'The provider has locked the account after too many tries to sign in. It opens by itself, or by its owner; the tokens are kept.',
  password_expired:
    'The password of the account at the provider has expired. Its owner sets a new one; the tokens are kept.',
  user_disabled:
    'The account is switched off at the provider. An administrator there switches it on; the tokens are kept.',
  wrong_password: 'The provider says that the user name or password was wrong.',
  user_not_assigned:
    'The person is not assigned to the application. Assign them in Enterprise applications, Users and groups; the tokens are kept.',
  user_unknown:
    'The tenant does not know the account. Check the tenant ID and the e-mail; the tokens are kept.',
  policy_blocks:
    'A policy of the organisation blocks the sign-in (Conditional Access, security defaults, access of applications). The sign-in log of the provider names it; the tokens are kept.',
  secret_expired:
    'The client secret has ended. Make a new one at the provider and type it into the application. No mail account is lost.',
  secret_wrong:
    'The client secret is not the right one. Copy the value of the secret, not its ID. No mail account is lost.',
  secret_missing:
    'The provider wants a client secret, or, for device codes, that public client flows are allowed. No mail account is lost.',
  secret_not_wanted:
    'The redirect URL is registered for a public client, which has no secret. Register it with the platform Web, or take the secret out.',
  assertion_wrong:
    'The provider does not take the certificate: another one is uploaded there, or the clock of the server is wrong. No mail account is lost.',
  application_unknown:
    'The provider does not know the client ID in this tenant. Check client ID, tenant ID and cloud. No mail account is lost.',
  application_disabled:
    'The application is switched off at the provider. An administrator there switches it on. No mail account is lost.',
  client_refused:
    'The provider refuses the application: client ID, secret or certificate. No mail account is lost.',
  client_not_allowed:
    'The application may not do that at the provider. Check which ways of getting tokens it is registered for.',
  scopes_wrong:
    'The provider does not take the scopes, or they belong to several resources. Put the prefilled scopes back.',
  spa_redirect:
    'The redirect URL is registered as a single-page application. Register it with the platform Web.',
  redirect_wrong:
    'The redirect URL is not registered. Copy it from the application to the provider, to the letter.',
  tenant_needed:
    'The application belongs to one tenant and is asked without it. Type the tenant ID.',
  tenant_unknown: 'The provider does not know the tenant. Check tenant ID, root URL and cloud.',
  wrong_cloud: 'The tenant is in another cloud of the provider. Choose that cloud.',
  loop_detected:
    'The provider saw the same request too often and asks for a pause. It is tried again by itself.',
  throttled: 'The provider asks for a pause. It is tried again by itself.',
  provider_down: 'The provider has a fault at the moment. It is tried again by itself.',
  request_refused: 'The provider does not understand the request. Check the addresses and scopes.',
  answer_strange:
    'The provider answered something that no token endpoint answers. Check the address; there may be a proxy in between.',
  dns: 'The name of the provider has no address. Check the address and the name service of the server.',
  tls: 'The certificate of the provider is not trusted. Check the address and the clock; there may be a proxy in between.',
  timeout: 'The provider did not answer in time. It is tried again by itself.',
  network: 'The provider cannot be reached. Check the network and the firewall of the server.',
  too_large:
    'The answer is larger than any token. Check the address; there may be a proxy in between.',
  not_allowed:
    'The address is not a public one, and the operator has not opened its network (PASSERELLE_ALLOW_PRIVATE_NETWORKS).',
  not_json:
    'The provider answered with a page instead of a token. Check the address; there may be a proxy in between.',
  empty: 'The provider answered nothing. It is tried again by itself.',
  smtp_off_for_tenant:
    'Authenticated SMTP is switched off for the whole tenant. An administrator of Exchange switches it on, or for this mailbox only.',
  smtp_off_for_mailbox:
    'Authenticated SMTP is switched off for this mailbox. An administrator of Exchange switches it on.',
  imap_off_for_mailbox:
    'IMAP or POP is switched off for this mailbox. An administrator of Exchange switches it on.',
  password_sign_in_off: 'The mail server takes no passwords any more. Use OAuth 2.',
  token_refused:
    'The mail server does not take the token: it is of another mailbox or has not the scope, or the server has not heard of a new permission yet.',
  token_over: 'The access token ended during the connection. A new one is taken by itself.',
  mailbox_not_opened:
    'The token is right, but it does not open this mailbox. Check the e-mail, the licence, and the permission of the delegate or of the application.',
  app_only_not_set_up:
    'Exchange does not know the application, or has not given it this mailbox. Register its service principal and give it the mailbox.',
  send_as_denied:
    'Whoever signed in may not send as this address. Give the delegate or the application the right Send As.',
  too_many_connections: 'The mailbox has too many connections at the moment. Try again later.',
  daily_limit: 'The mailbox has sent as much as it may in a day.',
  mailbox_full: 'The mailbox is full.',
  recipient_refused: 'The mail server does not take the recipient.',
  mail_server_busy: 'The mail server is busy. Try again later.',
  mail_server_refused: 'The mail server refused.',
} as const
