/**
 * The contract: signing in and out, and one-time links.
 */
import { z } from 'zod'
import { SECOND_KINDS } from '#domain/second-factor.ts'
import { LANGUAGES } from '#domain/user.ts'
import { CodeSentView, KeyRequestView, SessionView } from '../factor-views.ts'
import { LinkView } from '../views.ts'
import { code, name, password, token, type Route } from './route.ts'

const Credentials = z.strictObject({
  name,
  password,
  language: z
    .enum(LANGUAGES)
    .optional()
    .describe('Of the page: for a person from a directory who comes in for the first time.'),
})

/** base64url without padding (RFC 4648 §5). */
const binary = z
  .string()
  .max(4096)
  .regex(/^[A-Za-z0-9_-]+$/)
/** What a key answers (WebAuthn Level 3 §5.1.1, AuthenticationResponseJSON), flat. */
const assertion = {
  credentialId: binary,
  clientData: binary.describe('response.clientDataJSON'),
  authenticatorData: binary.describe('response.authenticatorData'),
  signature: binary.describe('response.signature'),
  userHandle: binary.optional().describe('response.userHandle'),
}
/** What a new key answers (RegistrationResponseJSON), flat. */
export const attestation = {
  credentialId: binary,
  clientData: binary.describe('response.clientDataJSON'),
  attestation: z
    .string()
    .max(8192)
    .regex(/^[A-Za-z0-9_-]+$/)
    .describe('response.attestationObject'),
  transports: z.array(z.string().max(32)).max(10).optional().describe('response.transports'),
}
const maybeAssertion = z.strictObject(assertion).partial().shape
export const sessionRoutes = {
  'GET /session': {
    access: 'anyone',
    about: 'Who is signed in, and how far.',
    answer: SessionView,
  },
  'POST /session': {
    access: 'anyone',
    about: 'Signs in with name (or e-mail) and main password.',
    body: Credentials,
    answer: SessionView,
    status: 201,
    problems: ['unauthenticated', 'busy'],
  },
  'DELETE /session': {
    access: 'half',
    about: 'Signs out.',
    answer: z.object({
      url: z
        .string()
        .nullable()
        .describe('Where to go to sign out at the identity provider too; null: nowhere.'),
    }),
  },
  'POST /session/second-factor': {
    access: 'second_factor',
    about: 'Gives the second factor: a code, or the answer of a passkey or security key.',
    body: z.strictObject({
      kind: z.enum(SECOND_KINDS),
      code: code.optional().describe('For every kind but webauthn.'),
      ...maybeAssertion,
      remember: z
        .boolean()
        .optional()
        .describe('For some days this browser needs no second factor, where policy lets it.'),
    }),
    answer: SessionView,
    problems: ['unauthenticated', 'busy'],
  },
  'POST /session/codes': {
    access: 'half',
    about: 'Sends a code to one of the own second factors of kind e-mail or SMS.',
    body: z.strictObject({ factorId: z.string().max(64) }),
    answer: CodeSentView,
    status: 201,
    problems: ['not_found', 'conflict', 'busy'],
  },
  'POST /session/webauthn': {
    access: 'half',
    about: 'What the browser asks the own passkeys and security keys: for the second factor.',
    answer: KeyRequestView,
    problems: ['conflict'],
  },
  'POST /session/confirm': {
    access: 'user',
    about:
      'Confirms who one is before a sensitive action: password, and second factor where there is one; or a passkey that asked for a PIN or a fingerprint.',
    body: z.strictObject({
      password: password.optional(),
      code: code.optional(),
      ...maybeAssertion,
    }),
    answer: SessionView,
    problems: ['unauthenticated', 'busy'],
  },
  'POST /sign-in/passkey/options': {
    access: 'anyone',
    about: 'What the browser asks for a sign-in by a passkey alone. Whose is not asked.',
    answer: KeyRequestView,
    problems: ['busy'],
  },
  'POST /sign-in/passkey': {
    access: 'anyone',
    about: 'Signs in with a passkey that asked for a PIN or a fingerprint.',
    body: z.strictObject(assertion),
    answer: SessionView,
    status: 201,
    problems: ['unauthenticated', 'busy'],
  },
  'POST /links/inspect': {
    access: 'anyone',
    about: 'What a one-time link is for. Does not use it up.',
    body: z.strictObject({ token }),
    answer: LinkView,
    problems: ['link_dead', 'busy'],
  },
  'POST /links/accept': {
    access: 'anyone',
    about:
      'Uses a one-time link: sets the main password and signs in. Name and e-mail are for links that make an administrator.',
    body: z.strictObject({
      token,
      password,
      name: name.optional(),
      email: name.optional(),
      language: z.enum(LANGUAGES).optional(),
    }),
    answer: SessionView,
    status: 201,
    problems: ['link_dead', 'conflict', 'busy'],
  },
} as const satisfies Record<string, Route>
