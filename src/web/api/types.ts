/**
 * The shapes that the pages show, by the names that the contract gives them.
 */
import type { Answer } from '#api/contract.ts'

export type { MailboxOutcome, ProviderOutcome } from '#api/contract/provider-sign-in.ts'

export type Session = Answer<'GET /session'>
export type Method = Session['methods'][number]
/** A second factor as a sign-in offers it. */
export type OfferedFactor = Session['factors'][number]
export type FactorKind = OfferedFactor['kind']
export type PasskeyQuestion = Answer<'POST /sign-in/passkey/options'>
export type SignInOffers = Answer<'GET /sign-in'>
export type ProviderButton = Answer<'GET /sign-in'>['providers'][number]
export type Link = Answer<'POST /links/inspect'>
export type OneTimeLink = Answer<'POST /users/:id/link'>
export type Profile = Answer<'GET /me'>
export type User = Answer<'GET /users/:id'>
export type Role = User['role']
export type UserState = User['state']
export type BulkJob = Answer<'GET /users/bulk'>[number]
export type BulkPreview = Answer<'POST /users/bulk/preview'>
export type BulkFailure = Answer<'GET /users/bulk/:id'>['failures'][number]
export type IdentityProvider = Answer<'GET /identity-providers'>[number]
export type UserGroup = Answer<'GET /groups'>[number]
export type Language = User['language']
export type SecondFactor = Answer<'GET /me/second-factors'>[number]
export type TotpSetUp = Answer<'POST /me/second-factors/totp'>
export type KeySetUp = Answer<'POST /me/second-factors/webauthn'>
export type CodeSetUp = Answer<'POST /me/second-factors/email'>
export type CodeSent = Answer<'POST /session/codes'>
export type Device = Answer<'GET /me/devices'>[number]
export type OwnIdentity = NonNullable<Answer<'GET /me/identity'>>
export type FrozenReason = NonNullable<OwnIdentity['reason']>
export type BrowserSession = Answer<'GET /me/sessions'>[number]
export type AppPassword = Answer<'GET /me/app-passwords'>[number]
export type CreatedAppPassword = Answer<'POST /me/app-passwords'>
export type Application = AppPassword['application']
export type Gateway = AppPassword['gateways'][number]
export type MailDoor = Profile['mailDoors'][number]
export type Mailbox = Answer<'GET /me/mailboxes'>[number]
export type Connection = Answer<'GET /me/connections'>[number]
export type StaleUse = Answer<'GET /me/stale-uses'>[number]
export type Notice = Answer<'GET /me/notices'>[number]
export type NoticeKind = Notice['kind']
export type SharedFolder = Answer<'GET /shared-folders'>[number]
export type Setting = Answer<'GET /settings'>[number]
export type SettingName = Setting['name']
export type Decision = Answer<'GET /groups/:id/policy'>[number]
export type WhatIf = Answer<'POST /policy/what-if'>
export type AuditRow = Answer<'GET /audit'>['rows'][number]
export type AuditAction = AuditRow['action']
export type Integrity = Answer<'GET /audit/integrity'>
export type Provider = Answer<'GET /providers'>[number]
export type IdentityProviderTest = Answer<'POST /identity-providers/:id/test'>
export type ScimToken = Answer<'POST /identity-providers/:id/scim-token'>
export type SmsGateway = NonNullable<Answer<'GET /sms-gateway'>>
export type SmsTest = Answer<'POST /sms-gateway/test'>
export type OAuthApplication = Answer<'GET /oauth-applications/:id'>
export type ApplicationTest = Answer<'POST /oauth-applications/:id/test'>
export type MailAccount = Answer<'GET /mail-accounts/:id'>
export type AccountState = MailAccount['state']
export type Diagnosis = NonNullable<MailAccount['diagnosis']>
export type Revocation = Answer<'DELETE /mail-accounts/:id'>
export type TokenInitStart = Answer<'POST /mail-accounts/:id/init'>
export type TokenInit = Answer<'GET /mail-accounts/:id/init/:initId'>
export type Inbox = Answer<'POST /mail-accounts/:id/inbox'>
export type Forecast = Answer<'GET /forecast'>[number]
export type Dashboard = Answer<'GET /dashboard'>
