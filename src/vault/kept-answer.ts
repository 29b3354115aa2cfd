/**
 * What a provider gave, in the form in which it is stored: sealed, and bound to its account.
 *
 * The same value goes to the database, and to the disk while there is no database.
 */
import { Secret } from '#base/secret.ts'
import type { AccessTokenRow } from '#store/schema.ts'
import type { Grant, Lease } from '#store/token-grants.ts'

export type KeptAnswer = {
  readonly lease: Lease
  readonly grant: Partial<Grant>
  /** null: the answer had none that could be used, but a new refresh token. */
  readonly accessToken: AccessTokenRow | null
  /** Why the account is not well in spite of it; null: it is. */
  readonly trouble: string | null
}

/** As text, for sealing as a whole. */
export function encodeAnswer(kept: KeptAnswer): Secret {
  return new Secret(
    JSON.stringify(kept, (_, value: unknown) => {
      if (isBufferJson(value)) return { $: Buffer.from(value.data).toString('base64') }
      return value instanceof Uint8Array ? { $: Buffer.from(value).toString('base64') } : value
    }),
  )
}

/** @throws Error when it is no such text */
export function decodeAnswer(text: Secret): KeptAnswer {
  return JSON.parse(text.reveal(), (_, value: unknown) =>
    isCoded(value) ? Buffer.from(value.$, 'base64') : value,
  ) as KeptAnswer
}

/** A Buffer has turned itself into this before anybody is asked. */
const isBufferJson = (value: unknown): value is { type: 'Buffer'; data: number[] } =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  value.type === 'Buffer' &&
  'data' in value

const isCoded = (value: unknown): value is { $: string } =>
  typeof value === 'object' && value !== null && '$' in value && typeof value.$ === 'string'
