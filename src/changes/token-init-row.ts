/**
 * An Init. Token under way, as it is stored: what only the provider and we know is sealed.
 */
import { Secret } from '#base/secret.ts'
import type { TokenInitRow } from '#store/schema.ts'
import type { Place, Sealer } from '#vault/seal.ts'
import type { TokenAnswer } from '#vault/token-endpoint.ts'

/**
 * browser: here, by an administrator; own: here, by a person for a mailbox of theirs; device: by a
 * code; link: the owner's link itself; visit: somebody opened it.
 */
export type InitKind = 'browser' | 'own' | 'device' | 'link' | 'visit'

export const OUTCOMES = [
  'done',
  'confirm_delegate',
  'wrong_person',
  'missing_scopes',
  'refused',
] as const
export type InitOutcome = (typeof OUTCOMES)[number]

/** What it came to. Shown to administrators; holds no secret and no sentence of the provider. */
export type InitResult = {
  readonly outcome: InitOutcome
  /** Who signed in. */
  readonly as: string | null
  readonly missing: readonly string[]
  /** A cause, and the provider's code behind a space. */
  readonly reason: string | null
}

export type Granted = Extract<TokenAnswer, { ok: true }>

/** Tokens that wait for an administrator to say that it was the right person. */
export type Pending = {
  readonly answer: Granted
  readonly receivedAt: number
  readonly as: string | null
  readonly subject: string | null
}

/** Sealed. Each kind has its own; what is not there is null. */
export type InitSecrets = {
  /** PKCE verifier, nonce, and what only the browser that began it has. */
  readonly attempt: { verifier: Secret; nonce: Secret; browser: Secret } | null
  readonly device: { deviceCode: Secret; userCode: string; verificationUrl: string } | null
  readonly pending: Pending | null
  /** Who began it by id; nobody for an owner's link. */
  readonly userId: string | null
  /** The owner's link that was opened. */
  readonly linkId: string | null
}

export const NO_SECRETS: InitSecrets = {
  attempt: null,
  device: null,
  pending: null,
  userId: null,
  linkId: null,
}

const place = (row: string): Place => ({ table: 'token_init', column: 'secrets', row })

export function sealSecrets(
  sealer: Pick<Sealer, 'seal'>,
  id: string,
  secrets: InitSecrets,
): Uint8Array {
  // Text for as long as it takes to seal it.
  const text = JSON.stringify(revealed(secrets))
  return sealer.seal(new Secret(text), place(id))
}

const revealed = (value: unknown): unknown => {
  if (value instanceof Secret) return { secret: value.reveal() }
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revealed(one)]))
}

export function openSecrets(
  sealer: Pick<Sealer, 'open'>,
  row: Pick<TokenInitRow, 'id' | 'secrets'>,
): InitSecrets {
  if (!row.secrets) return NO_SECRETS
  return JSON.parse(sealer.open(row.secrets, place(row.id)).reveal(), (_, value: unknown) =>
    isSealedText(value) ? new Secret(value.secret) : value,
  ) as InitSecrets
}

const isSealedText = (value: unknown): value is { secret: string } =>
  typeof value === 'object' &&
  value !== null &&
  'secret' in value &&
  typeof value.secret === 'string' &&
  Object.keys(value).length === 1

export const resultOf = (row: Pick<TokenInitRow, 'outcome'>): InitResult | null =>
  row.outcome === null ? null : (JSON.parse(row.outcome) as InitResult)
