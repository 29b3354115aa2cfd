/**
 * What the API shows of a session, of second factors, and of devices that are remembered.
 */
import { z } from 'zod'
import { FACTOR_KINDS, SECOND_KINDS } from '#domain/second-factor.ts'
import { LANGUAGES, ROLES } from '#domain/user.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')
const id = z.string().describe('UUIDv7.')

const factor = {
  id,
  kind: z.enum(FACTOR_KINDS),
  name: z.string(),
  destination: z
    .string()
    .nullable()
    .describe('Where codes are sent, with its middle hidden; null for other kinds.'),
}

export const SecondFactorView = z.object({
  ...factor,
  createdAt: time,
  lastUsedAt: time.nullable(),
})

export const SessionView = z.object({
  stage: z.enum(['nobody', 'second_factor', 'set_up', 'full']),
  user: z
    .object({
      id,
      name: z.string(),
      displayName: z.string(),
      email: z.string(),
      role: z.enum(ROLES),
      language: z.enum(LANGUAGES),
    })
    .nullable(),
  methods: z
    .array(z.enum(SECOND_KINDS))
    .describe('Kinds of second factors that can be given now, the last used first.'),
  factors: z
    .array(z.object(factor))
    .describe('The second factors themselves, the last used first: POST /session/codes needs one.'),
  kinds: z
    .array(z.enum(FACTOR_KINDS))
    .describe('Kinds that can be set up: policy takes them, and this server can send the codes.'),
  factorsAgain: z
    .boolean()
    .describe('The factors that are there no longer suffice: one has to be set up anew.'),
  confirmBy: z
    .array(z.enum(['password', 'provider', 'passkey']))
    .describe(
      'How a sensitive action can be confirmed. Password: with a second factor where there is one. Passkey: by itself.',
    ),
  rememberFor: z
    .int()
    .describe('Seconds for which this browser can be remembered when the factor is given; 0: not.'),
  recentUntil: time
    .nullable()
    .describe('Until then sensitive actions need no confirmation of the password.'),
  setUpOpen: z.boolean().describe('No administrator was ever set up.'),
})

export const TotpSetUpView = z.object({
  id,
  secret: z.string().describe('Base32, to type into the authenticator app.'),
  uri: z.string().describe('otpauth:// for the QR code.'),
})

const base64url = z.string().describe('base64url.')
const descriptor = z.object({
  id: base64url,
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
})

/** PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3 §5.5). */
export const KeyRequestView = z.object({
  challenge: base64url,
  rpId: z.string(),
  timeout: z.int().describe('Milliseconds.'),
  userVerification: z.enum(['required', 'preferred']),
  allowCredentials: z.array(descriptor).describe('Empty: any passkey for this server.'),
})

/** PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3 §5.4). */
export const KeySetUpView = z.object({
  id: id.describe('Of the factor, for the verification.'),
  options: z.object({
    challenge: base64url,
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: base64url, name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int().describe('Milliseconds.'),
    attestation: z.literal('none'),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('preferred'),
      requireResidentKey: z.literal(false),
      userVerification: z.enum(['required', 'preferred']),
    }),
    extensions: z.object({ credProps: z.literal(true) }),
  }),
})

const sent = {
  destination: z.string().describe('Where the code went, with its middle hidden.'),
  expiresAt: time.describe('Until then the code is taken.'),
  againAt: time.describe('From then on another one can be sent.'),
}
export const CodeSentView = z.object(sent)
export const CodeSetUpView = z.object({
  id: id.describe('Of the factor, for the verification.'),
  ...sent,
})

export const RecoveryCodesView = z.object({ codes: z.array(z.string()) })

export const DeviceView = z.object({
  id: z.string(),
  current: z.boolean().describe('It is the browser that asks.'),
  ip: z.string(),
  client: z.string(),
  createdAt: time,
  lastUsedAt: time,
  rememberedUntil: time,
})

export const SmsGatewayView = z.object({
  url: z.string(),
  method: z.enum(['POST', 'PUT', 'GET']),
  headers: z.array(z.string()).describe('`Name: value`.'),
  contentType: z.enum(['json', 'form', 'text', 'none']),
  body: z.string(),
  secretSetAt: time.nullable().describe('The secret itself is never shown.'),
  updatedAt: time,
  updatedBy: z.string(),
})

export const SmsTestView = z.object({
  outcome: z
    .enum(['sent', 'refused', 'dns', 'tls', 'timeout', 'network', 'too_large', 'not_allowed'])
    .describe('sent: the gateway answered 2xx. refused: another status. Otherwise why not at all.'),
  status: z.int().nullable().describe('The HTTP status of its answer; what it said is not shown.'),
})
