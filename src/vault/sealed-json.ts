/**
 * Several values in one sealed column: JSON in which secrets are told apart from texts.
 */
import { Secret } from '#base/secret.ts'
import type { Place, Sealer } from './seal.ts'

/** Text for as long as it takes to seal it. */
export const sealJson = (sealer: Pick<Sealer, 'seal'>, value: object, place: Place): Uint8Array =>
  sealer.seal(new Secret(JSON.stringify(revealed(value))), place)

/** What was sealed, its secrets as `Secret` again. @throws Error when it does not open */
export const openJson = (sealer: Pick<Sealer, 'open'>, sealed: Uint8Array, place: Place): unknown =>
  JSON.parse(sealer.open(sealed, place).reveal(), (_, value: unknown) =>
    isSealedText(value) ? new Secret(value.secret) : value,
  )

const revealed = (value: unknown): unknown => {
  if (value instanceof Secret) return { secret: value.reveal() }
  if (Array.isArray(value)) return value.map(revealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revealed(one)]))
}

const isSealedText = (value: unknown): value is { secret: string } =>
  typeof value === 'object' &&
  value !== null &&
  'secret' in value &&
  typeof value.secret === 'string' &&
  Object.keys(value).length === 1
