/**
 * The error doctor's words: what a provider's answer means, and what to do. A cause without words
 * does not compile.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Cause, Diagnosis } from '../api/types.ts'

type Words = { what: MessageDescriptor; todo: MessageDescriptor }

const RENEW = msg`Run Init. Token again, or send the owner a renewal link.`
export const WAIT = msg`Nothing has to be done: it is tried again by itself, and the tokens are kept.`
const CHECK_CLIENT = msg`Compare the definition here with the registration at the provider, then test the application.`
const OPERATOR = msg`The operator of this server looks at the network and the log. The tokens are kept.`

export const DIAGNOSIS_WORDS: Record<Cause, Words> = {
  grant_over: { what: msg`The provider says that the consent is over.`, todo: RENEW },
  grant_revoked: {
    what: msg`The consent was withdrawn, or the owner's password was changed.`,
    todo: RENEW,
  },
  token_expired: { what: msg`The refresh token was not used for too long.`, todo: RENEW },
  sign_in_frequency: {
    what: msg`A sign-in frequency policy ends the token after a fixed time, whether it is used or not.`,
    todo: msg`Run Init. Token again. To end it for good, take the account out of that Conditional Access policy.`,
  },
  second_factor_needed: {
    what: msg`The provider asks the owner for a second factor.`,
    todo: RENEW,
  },
  spa_token_expired: {
    what: msg`The application is registered as a single-page app, whose tokens live for a day.`,
    todo: msg`Register the redirect URL under "Web" in the Entra admin centre, then run Init. Token again.`,
  },
  consent_missing: {
    what: msg`Nobody has consented to the permissions that are asked for.`,
    todo: msg`Open the page of admin consent as an administrator of the tenant, then run Init. Token again.`,
  },
  code_spent: {
    what: msg`The code of this sign-in was used before.`,
    todo: msg`Begin Init. Token anew.`,
  },
  device_code_dead: {
    what: msg`The device code has ended, or was mistyped.`,
    todo: msg`Begin Init. Token anew.`,
  },
  account_changed: {
    what: msg`The account was changed while the provider was being asked.`,
    todo: msg`Begin Init. Token anew.`,
  },
  identity_unproven: {
    what: msg`The provider does not prove who signed in.`,
    todo: msg`Check the scopes (openid, profile, email), then begin Init. Token anew. Nothing was stored.`,
  },
  other_issuer: {
    what: msg`The answer came from another issuer than the one that was asked.`,
    todo: msg`Check the addresses of the application, then begin Init. Token anew. Nothing was stored.`,
  },
  session_over: {
    what: msg`The browser session in which this was begun has ended.`,
    todo: msg`Sign in, then begin Init. Token anew.`,
  },
  possibly_lost: {
    what: msg`The provider takes each refresh token once, and its last answer was not heard: the token may be lost.`,
    todo: msg`If the next refresh fails as well, run Init. Token again.`,
  },
  other_person: {
    what: msg`The provider answered with the tokens of somebody else. They were not stored.`,
    todo: msg`Check the account at the provider, then run Init. Token again.`,
  },
  declined: {
    what: msg`The person declined.`,
    todo: msg`Begin Init. Token anew when it was a mistake.`,
  },
  interaction_needed: { what: msg`The provider wants to see the person.`, todo: RENEW },
  device_pending: {
    what: msg`The device code has not been entered yet.`,
    todo: msg`Wait for the owner.`,
  },
  user_locked: {
    what: msg`The account at the provider is locked.`,
    todo: msg`The owner has it unlocked; the tokens work again then.`,
  },
  password_expired: {
    what: msg`The owner's password at the provider has expired.`,
    todo: msg`The owner changes it; run Init. Token again if it does not recover by itself.`,
  },
  user_disabled: {
    what: msg`The account at the provider is disabled.`,
    todo: msg`Enable it there, or disable the mail account here.`,
  },
  wrong_password: {
    what: msg`The provider says that name and password do not fit.`,
    todo: msg`The owner signs in at the provider, then run Init. Token again.`,
  },
  user_not_assigned: {
    what: msg`The application is only for assigned users, and the owner is not one.`,
    todo: msg`Assign the owner to the enterprise application.`,
  },
  user_unknown: {
    what: msg`The provider does not know this user in this tenant.`,
    todo: msg`Check the connection e-mail and the tenant ID.`,
  },
  policy_blocks: {
    what: msg`A policy of the provider blocks the sign-in.`,
    todo: msg`Allow the address of this server, or take the account out of the policy.`,
  },
  secret_expired: {
    what: msg`The client secret has expired.`,
    todo: msg`Make a new one at the provider and enter it here. No account is lost.`,
  },
  secret_wrong: {
    what: msg`The client secret is wrong.`,
    todo: msg`Enter the value of the secret, not its ID. No account is lost.`,
  },
  secret_missing: {
    what: msg`The provider wants a client secret or certificate.`,
    todo: msg`Enter one, or allow public client flows at the provider.`,
  },
  secret_not_wanted: {
    what: msg`The application is a public client, and a secret was sent.`,
    todo: msg`Set the proof of the client to "none", or register a confidential client.`,
  },
  assertion_wrong: {
    what: msg`The provider does not accept the certificate.`,
    todo: msg`Upload this certificate at the provider, and check the clock of the server.`,
  },
  application_unknown: {
    what: msg`The provider does not know the client ID in this tenant.`,
    todo: CHECK_CLIENT,
  },
  application_disabled: {
    what: msg`The application is disabled at the provider.`,
    todo: msg`Enable it in the enterprise applications.`,
  },
  client_refused: { what: msg`The provider refuses the client.`, todo: CHECK_CLIENT },
  client_not_allowed: {
    what: msg`The application is not registered for this way of signing in.`,
    todo: CHECK_CLIENT,
  },
  scopes_wrong: {
    what: msg`The provider does not accept the authorisation scopes.`,
    todo: msg`Check them under "more"; scopes of two services cannot be asked for at once.`,
  },
  spa_redirect: {
    what: msg`The redirect URL is registered for a single-page app.`,
    todo: msg`Register it under "Web" instead.`,
  },
  redirect_wrong: {
    what: msg`The redirect URL is not registered at the provider.`,
    todo: msg`Copy the redirect URL from the definition and register it.`,
  },
  tenant_needed: {
    what: msg`The application belongs to one tenant, and none is named.`,
    todo: msg`Enter the tenant ID.`,
  },
  tenant_unknown: {
    what: msg`The provider does not know this tenant.`,
    todo: msg`Check the tenant ID and the cloud.`,
  },
  wrong_cloud: {
    what: msg`The tenant is in another cloud.`,
    todo: msg`Choose the cloud of the tenant.`,
  },
  loop_detected: { what: msg`The provider was asked the same too often.`, todo: WAIT },
  throttled: { what: msg`The provider asks for fewer requests.`, todo: WAIT },
  provider_down: { what: msg`The provider has a fault.`, todo: WAIT },
  request_refused: { what: msg`The provider does not understand the request.`, todo: OPERATOR },
  answer_strange: { what: msg`The provider gave an answer that nobody foresaw.`, todo: OPERATOR },
  dns: { what: msg`The provider's name is not found.`, todo: OPERATOR },
  tls: {
    what: msg`The provider's certificate is not valid, or no secure connection came about.`,
    todo: OPERATOR,
  },
  timeout: { what: msg`The provider does not answer in time.`, todo: OPERATOR },
  network: { what: msg`The provider is not reached.`, todo: OPERATOR },
  too_large: { what: msg`The provider sent more than an answer can have.`, todo: OPERATOR },
  not_allowed: {
    what: msg`The address is in a network that this server may not reach.`,
    todo: msg`Check the addresses; the operator can allow a network (PASSERELLE_ALLOW_PRIVATE_NETWORKS).`,
  },
  not_json: { what: msg`Something in between answered instead of the provider.`, todo: OPERATOR },
  empty: { what: msg`The answer of the provider was empty.`, todo: OPERATOR },
  smtp_off_for_tenant: {
    what: msg`SMTP with sign-in is switched off for the tenant.`,
    todo: msg`Switch it on for the tenant, or for this mailbox alone.`,
  },
  smtp_off_for_mailbox: {
    what: msg`SMTP with sign-in is switched off for this mailbox.`,
    todo: msg`Switch it on for the mailbox.`,
  },
  imap_off_for_mailbox: {
    what: msg`IMAP or POP3 is switched off for this mailbox.`,
    todo: msg`Switch it on for the mailbox.`,
  },
  password_sign_in_off: {
    what: msg`The mail server refuses sign-in with a password, and took ours for one.`,
    todo: msg`Check the hosts and the scopes of the application.`,
  },
  token_refused: {
    what: msg`The mail server did not take the token.`,
    todo: msg`It was refreshed once; see the next attempt. If it stays, check the scopes.`,
  },
  token_over: { what: msg`The token ended during the session.`, todo: WAIT },
  mailbox_not_opened: {
    what: msg`The mail server does not open this mailbox to who signed in.`,
    todo: msg`Give the delegate full access to the mailbox.`,
  },
  app_only_not_set_up: {
    what: msg`Exchange does not know the service principal, or it has no access to the mailbox.`,
    todo: msg`Run these commands; take the object ID of the enterprise application, not of the registration.`,
  },
  send_as_denied: {
    what: msg`Who signed in may not send as this mailbox.`,
    todo: msg`Give the right "Send As".`,
  },
  too_many_connections: { what: msg`The mailbox has too many connections.`, todo: WAIT },
  daily_limit: {
    what: msg`The mailbox has sent as much as it may today.`,
    todo: msg`Try again tomorrow.`,
  },
  mailbox_full: { what: msg`The mailbox is full.`, todo: msg`The owner makes room.` },
  recipient_refused: {
    what: msg`The mail server refused the recipient.`,
    todo: msg`Check the address.`,
  },
  mail_server_busy: { what: msg`The mail server is busy.`, todo: WAIT },
  mail_server_refused: {
    what: msg`The mail server refused.`,
    todo: msg`Its own words are below.`,
  },
}

export const WHO_WORDS: Record<Diagnosis['who'], MessageDescriptor> = {
  administrator: msg`an administrator of the tenant`,
  owner: msg`the owner of the mailbox`,
  operator: msg`the operator of this server`,
  provider: msg`the provider`,
  nobody: msg`nobody: it passes`,
}
