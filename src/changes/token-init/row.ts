/**
 * An Init. Token under way, as it is stored: what only the provider and we know is sealed.
 */
import type { Secret } from '#base/secret.ts'
import type { TokenInitRow } from '#store/schema.ts'
import type { Place, Sealer } from '#vault/seal.ts'
import { openJson, sealJson } from '#vault/sealed-json.ts'
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

export const sealSecrets = (
  sealer: Pick<Sealer, 'seal'>,
  id: string,
  secrets: InitSecrets,
): Uint8Array => sealJson(sealer, secrets, place(id))

export const openSecrets = (
  sealer: Pick<Sealer, 'open'>,
  row: Pick<TokenInitRow, 'id' | 'secrets'>,
): InitSecrets =>
  row.secrets ? (openJson(sealer, row.secrets, place(row.id)) as InitSecrets) : NO_SECRETS

export const resultOf = (row: Pick<TokenInitRow, 'outcome'>): InitResult | null =>
  row.outcome === null ? null : (JSON.parse(row.outcome) as InitResult)
