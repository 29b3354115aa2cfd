/**
 * The shapes that the pages show, by the names that the contract gives them.
 */
import type { Answer } from '#api/contract.ts'

export type Session = Answer<'GET /session'>
export type Method = Session['methods'][number]
export type Link = Answer<'POST /links/inspect'>
export type OneTimeLink = Answer<'POST /users/:id/link'>
export type Profile = Answer<'GET /me'>
export type User = Answer<'GET /users/:id'>
export type Role = User['role']
export type UserState = User['state']
export type Language = User['language']
export type SecondFactor = Answer<'GET /me/second-factors'>[number]
export type TotpSetUp = Answer<'POST /me/second-factors/totp'>
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
export type AuditRow = Answer<'GET /audit'>['rows'][number]
export type AuditAction = AuditRow['action']
export type Integrity = Answer<'GET /audit/integrity'>
export type Provider = Answer<'GET /providers'>[number]
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
