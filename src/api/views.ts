/**
 * What the API shows: the shape of every answer. Times are milliseconds UTC.
 */
import { z } from 'zod'
import { FAULTS, PROBLEMS, type Fault, type ProblemCode } from '#base/problem.ts'
import { APPLICATION_NAMES, GATEWAYS, MAIL_GATEWAYS } from '#domain/app-password.ts'
import { ACTIONS, type AuditAction } from '#domain/audit.ts'
import { NOTICES, type NoticeKind } from '#domain/notice.ts'
import { SETTING_NAMES } from '#domain/policy.ts'
import { LANGUAGES, ROLES, USER_STATES } from '#domain/user.ts'
import { AppliedView } from './policy-views.ts'
import { SettingValue } from './setting-value.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')
const id = z.string().describe('UUIDv7.')

export const ProblemView = z.object({
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  message: z.string(),
  fields: z.array(
    z.object({
      field: z.string(),
      fault: z.enum(Object.keys(FAULTS) as [Fault, ...Fault[]]),
      suggestion: z.string().optional(),
    }),
  ),
  requestId: z.string(),
})

export const UserView = z.object({
  id,
  name: z.string(),
  displayName: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  state: z.enum(USER_STATES),
  language: z.enum(LANGUAGES),
  source: z.string().describe('local, or the id of the identity provider that the person is from.'),
  sourceName: z.string().nullable().describe('Of that provider; null: local.'),
  liveness: z
    .enum(['alive', 'frozen', 'unconfirmed'])
    .nullable()
    .describe('What is known of the person where they are from; null: local.'),
  secondFactors: z.int(),
  secondFactorRequired: z.boolean().describe('Policy asks this person for one.'),
  factorsAgainAt: time.nullable().describe('Second factors from before then no longer suffice.'),
  recoveryCodes: z.int(),
  appPasswords: z.int().describe('Valid ones.'),
  nextExpiry: time.nullable().describe('When the first of the valid ones ends.'),
  lastSignInAt: time.nullable(),
  quotaBytes: z.int().nullable().describe('null: the setting drive_quota applies.'),
  usedBytes: z.int(),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  updatedBy: z.string(),
})

export const LinkView = z.object({
  kind: z.enum(['first_administrator', 'recover_administrator', 'invitation', 'password_reset']),
  userName: z.string().nullable(),
  email: z.string().nullable(),
  expiresAt: time,
  passwordMinimum: z.int().describe('Characters that the new password must have.'),
  password: z
    .boolean()
    .describe('A main password can be set; otherwise the person signs in at a provider.'),
})

export const OneTimeLinkView = z.object({
  url: z.string().describe('Opens once. Shown to nobody again.'),
  expiresAt: time,
  mailed: z.enum(['sent', 'failed', 'off']),
})

export const BrowserSessionView = z.object({
  id,
  current: z.boolean(),
  method: z.string(),
  ip: z.string(),
  client: z.string(),
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
})

export const AppPasswordView = z.object({
  id,
  name: z.string(),
  application: z.enum(APPLICATION_NAMES as [(typeof APPLICATION_NAMES)[number]]),
  gateways: z.array(z.enum(GATEWAYS)),
  state: z
    .enum(['valid', 'expired', 'unused', 'frozen'])
    .describe('frozen: it waits until its owner says so.'),
  createdAt: time,
  expiresAt: time,
  lastUse: z
    .object({ at: time, gateway: z.enum(GATEWAYS), client: z.string(), ip: z.string() })
    .nullable(),
})

export const MailDoorView = z.object({
  gateway: z.enum(MAIL_GATEWAYS),
  host: z.string(),
  port: z.int(),
  security: z.enum(['tls', 'starttls']),
})

export const CreatedAppPasswordView = AppPasswordView.extend({
  password: z.string().describe('Five groups of five. Never shown again.'),
  userName: z
    .string()
    .describe('For the drive; at mail gateways it means the default mailbox, where there is one.'),
  driveUrl: z.string().nullable().describe('null: it does not open the drive.'),
  mailDoors: z
    .array(MailDoorView)
    .describe('Server, port and security of the mail gateways that it opens, as far as these run.'),
  mailboxes: z
    .array(z.object({ email: z.string(), isDefault: z.boolean() }))
    .describe('User names at mail gateways: the mailboxes that the person may use.'),
})

export const StaleUseView = z.object({
  appPasswordId: id,
  name: z.string(),
  application: z.enum(APPLICATION_NAMES as [(typeof APPLICATION_NAMES)[number]]),
  ended: z.enum(['revoked', 'expired']),
  endedAt: time,
  ip: z.string(),
  client: z.string(),
  gateway: z.enum(GATEWAYS),
  uses: z.int(),
  lastAt: time,
})

export const NoticeView = z.object({
  id,
  userId: id,
  userName: z.string(),
  kind: z.enum(Object.keys(NOTICES) as [NoticeKind, ...NoticeKind[]]),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  mail: z.enum(['off', 'pending', 'sent', 'failed']),
  createdAt: time,
})

export const ProfileView = z.object({
  user: UserView,
  policy: z.object({
    secondFactor: z.enum(['off', 'offered', 'required']),
    appCredentialsTtl: z.int().describe('Seconds.'),
    appCredentialsTtlMin: z.int(),
    appCredentialsTtlMax: z.int(),
    appPasswordsMost: z.int(),
    gatewaysAllowed: z.array(z.enum(GATEWAYS)),
    passwordMinimum: z.int(),
    quotaBytes: z.int().describe('0: no limit.'),
  }),
  groups: z.array(z.object({ id, name: z.string() })),
  decisions: z.array(AppliedView).describe('What applies, and which level decides it.'),
  appPasswordsRefused: z
    .enum(['none_allowed', 'second_factor_missing', 'too_many'])
    .nullable()
    .describe('Why no application password can be created now.'),
  driveUrl: z.string(),
  mailDoors: z.array(MailDoorView).describe('Mail gateways that run here.'),
  applications: z
    .record(
      z.enum(APPLICATION_NAMES as [(typeof APPLICATION_NAMES)[number]]),
      z.array(z.enum(GATEWAYS)),
    )
    .describe('The gateways that an application password for each opens unless others are picked.'),
})

export const SharedFolderView = z.object({
  id,
  name: z.string(),
  usedBytes: z.int(),
  members: z.array(z.object({ userId: id, name: z.string(), access: z.enum(['read', 'write']) })),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  updatedBy: z.string(),
})

export const SettingView = z.object({
  name: z.enum(SETTING_NAMES as [(typeof SETTING_NAMES)[number]]),
  value: SettingValue,
  initial: SettingValue,
  about: z.string(),
  updatedAt: time.nullable(),
  updatedBy: z.string().nullable(),
})

export const AuditRowView = z.object({
  seq: z.int(),
  at: time,
  actor: z.object({
    kind: z.enum(['user', 'application', 'operator', 'system', 'nobody']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  ip: z.string().nullable(),
  client: z.string().nullable(),
  action: z.enum(Object.keys(ACTIONS) as [AuditAction, ...AuditAction[]]),
  target: z.object({
    kind: z.string(),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  outcome: z.enum(['ok', 'refused']),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})

export const IntegrityView = z.object({
  rows: z.int(),
  fault: z.object({ seq: z.int(), fault: z.enum(['changed', 'missing', 'cut_off']) }).nullable(),
  anchorSeq: z.int().nullable(),
})
