/**
 * The contract: what a person sees and changes of their own.
 */
import { z } from 'zod'
import { APPLICATION_NAMES, GATEWAYS } from '#domain/app-password.ts'
import { LANGUAGES } from '#domain/user.ts'
import {
  CodeSetUpView,
  DeviceView,
  KeySetUpView,
  RecoveryCodesView,
  SecondFactorView,
  SessionView,
  TotpSetUpView,
} from '../factor-views.ts'
import {
  AppPasswordView,
  BrowserSessionView,
  CreatedAppPasswordView,
  NoticeView,
  ProfileView,
  StaleUseView,
} from '../views.ts'
import { Nothing, code, name, password, rows, type Route } from './route.ts'
import { attestation } from './session.ts'

export const meRoutes = {
  'GET /me': {
    access: 'user',
    about: 'The own profile, and the policy that applies.',
    answer: ProfileView,
  },
  'PATCH /me': {
    access: 'user',
    about: 'Changes the shown name or the language.',
    body: z.strictObject({ displayName: name.optional(), language: z.enum(LANGUAGES).optional() }),
    answer: ProfileView,
  },
  'PUT /me/password': {
    access: 'user',
    about: 'Changes the main password; ends all other sessions.',
    recent: true,
    body: z.strictObject({ current: password, password }),
    answer: Nothing,
    status: 204,
    problems: ['unauthenticated', 'busy'],
  },
  'GET /me/second-factors': {
    access: 'set_up',
    about: 'The own second factors.',
    answer: rows(SecondFactorView),
  },
  'POST /me/second-factors/totp': {
    access: 'set_up',
    about: 'Begins to set up an authenticator app: a fresh key, shown once.',
    recent: true,
    body: z.strictObject({ name: name.optional() }),
    answer: TotpSetUpView,
    status: 201,
    problems: ['conflict'],
  },
  'POST /me/second-factors/webauthn': {
    access: 'set_up',
    about: 'Begins to set up a passkey or a security key: what the browser asks it to make.',
    recent: true,
    body: z.strictObject({ name: name.optional() }),
    answer: KeySetUpView,
    status: 201,
    problems: ['conflict'],
  },
  'POST /me/second-factors/email': {
    access: 'set_up',
    about:
      'Begins to set up codes by e-mail: sends a first one to the address. Again: sends another.',
    recent: true,
    body: z.strictObject({
      email: name.optional().describe("The person's own address unless given."),
      name: name.optional(),
    }),
    answer: CodeSetUpView,
    status: 201,
    problems: ['conflict', 'busy'],
  },
  'POST /me/second-factors/sms': {
    access: 'set_up',
    about: 'Begins to set up codes by SMS: sends a first one to the number. Again: sends another.',
    recent: true,
    body: z.strictObject({
      number: z.string().max(64).describe('E.164, spaces allowed: +33 6 12 34 56 78.'),
      name: name.optional(),
    }),
    answer: CodeSetUpView,
    status: 201,
    problems: ['conflict', 'busy'],
  },
  'POST /me/second-factors/:id/verify': {
    access: 'set_up',
    about: 'Ends the set-up with a first code, or with the answer of the new key.',
    body: z.strictObject({
      code: code.optional(),
      ...z.strictObject(attestation).partial().shape,
    }),
    answer: SessionView,
    problems: ['unauthenticated', 'not_found', 'busy'],
  },
  'PATCH /me/second-factors/:id': {
    access: 'user',
    about: 'Renames a second factor.',
    body: z.strictObject({ name }),
    answer: SecondFactorView,
    problems: ['not_found'],
  },
  'DELETE /me/second-factors/:id': {
    access: 'user',
    about: 'Removes a second factor; the last one cannot be removed where policy requires one.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found', 'conflict'],
  },
  'POST /me/recovery-codes': {
    access: 'user',
    about: 'Makes ten recovery codes, shown once; earlier ones end.',
    recent: true,
    answer: RecoveryCodesView,
    status: 201,
    problems: ['conflict'],
  },
  'POST /me/recovery-codes/check': {
    access: 'user',
    about: 'Whether a typed recovery code is one of the current ones. Does not use it up.',
    body: z.strictObject({ code }),
    answer: z.object({ fits: z.boolean() }),
    problems: ['busy'],
  },
  'GET /me/devices': {
    access: 'user',
    about: 'Browsers that are remembered and need no second factor for now.',
    answer: rows(DeviceView),
  },
  'DELETE /me/devices': {
    access: 'user',
    about: 'Forgets all remembered browsers: each needs the second factor again.',
    answer: Nothing,
    status: 204,
  },
  'DELETE /me/devices/:id': {
    access: 'user',
    about: 'Forgets one remembered browser.',
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /me/sessions': {
    access: 'user',
    about: 'The own browser sessions.',
    answer: rows(BrowserSessionView),
  },
  'DELETE /me/sessions': {
    access: 'user',
    about: 'Ends all own browser sessions but this one.',
    answer: Nothing,
    status: 204,
  },
  'DELETE /me/sessions/:id': {
    access: 'user',
    about: 'Ends one own browser session.',
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /me/app-passwords': {
    access: 'user',
    about:
      'The own application passwords: valid ones, and those that ended by themselves in the last 90 days.',
    answer: rows(AppPasswordView),
  },
  'POST /me/app-passwords': {
    access: 'user',
    about: 'Creates an application password, shown once.',
    recent: true,
    body: z.strictObject({
      name,
      application: z.enum(APPLICATION_NAMES as [(typeof APPLICATION_NAMES)[number]]),
      gateways: z
        .array(z.enum(GATEWAYS))
        .max(GATEWAYS.length)
        .optional()
        .describe('At least one; those of the application unless given.'),
      validFor: z.int().optional().describe('Seconds; app_credentials_ttl unless given.'),
    }),
    answer: CreatedAppPasswordView,
    status: 201,
    problems: ['conflict', 'forbidden'],
  },
  'POST /me/app-passwords/thaw': {
    access: 'user',
    about:
      'The own application passwords that wait after a change of the main password work again.',
    recent: true,
    answer: z.object({ thawed: z.int() }),
  },
  'GET /me/app-passwords/:id': {
    access: 'user',
    about: 'One own application password; shows when it was used.',
    answer: AppPasswordView,
    problems: ['not_found'],
  },
  'PATCH /me/app-passwords/:id': {
    access: 'user',
    about: 'Renames an application password.',
    body: z.strictObject({ name }),
    answer: AppPasswordView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /me/app-passwords/:id': {
    access: 'user',
    about: 'Deletes an application password; live connections with it end.',
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /me/stale-uses': {
    access: 'user',
    about: 'Programs that still send a password that has ended.',
    answer: rows(StaleUseView),
  },
  'DELETE /me/stale-uses/:id': {
    access: 'user',
    about: 'Puts the line of one ended application password away until it is sent again.',
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /me/notices': {
    access: 'user',
    about: 'Notices that were not put away yet, newest first.',
    answer: rows(NoticeView),
  },
  'DELETE /me/notices/:id': {
    access: 'user',
    about: 'Puts a notice away.',
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
} as const satisfies Record<string, Route>
