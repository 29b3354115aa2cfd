/**
 * Keys with which providers sign, kept for a while (RFC 7517).
 *
 * Anybody can send a token that names a key which there is not: then the provider is asked again, and
 * not more than once a minute.
 */
import { createPublicKey, type KeyObject, type webcrypto } from 'node:crypto'
import { HOUR, MINUTE, SECOND, type Clock } from '#base/clock.ts'
import type { Outbound } from './outbound.ts'

/** A key as the provider shows it. `alg` and `use` are there where it says so. */
export type ProviderKey = {
  readonly kid: string | null
  readonly alg: string | null
  readonly use: string | null
  readonly key: KeyObject
}
/** @param kid null: the token names none. @throws OutboundError */
export type KeysOf = (jwksUrl: string, kid: string | null) => Promise<readonly ProviderKey[]>

const KEPT = HOUR
const AGAIN_AFTER = MINUTE
/** A provider that could not be asked, and of which no keys are known. */
const FAILED_FOR = 10 * SECOND
const MOST_KEPT = 100
const MAX_DOCUMENT = 256 * 1024

type Known = { readonly at: number; readonly keys: readonly ProviderKey[] }
type Asked = { readonly at: number; readonly answer: Promise<Known> }

/** Where the provider does not answer, the keys from before hold for as long as they would have. */
export function providerKeys(outbound: Outbound, clock: Clock): KeysOf {
  const kept = new Map<string, Asked>()
  return async (jwksUrl, kid) => {
    const now = clock.now()
    const before = kept.get(jwksUrl)
    const since = before ? now - before.at : -1
    const last = before && since >= 0 ? await before.answer.catch(() => null) : null
    const known = last && now - last.at < KEPT ? last : null
    if (known) {
      const there = kid === null || known.keys.some((one) => one.kid === kid)
      if (there || since < AGAIN_AFTER) return known.keys
    }
    const meanwhile = kept.get(jwksUrl)
    const failed = last === null && since >= 0 && since < FAILED_FOR
    if (meanwhile && (failed || meanwhile !== before)) return (await meanwhile.answer).keys
    if (kept.size >= MOST_KEPT) kept.clear()
    const answer = ask(outbound, jwksUrl).then(
      (keys) => (keys === null && known ? known : { at: now, keys: keys ?? [] }),
      (cause: unknown) => {
        if (known) return known
        throw cause
      },
    )
    kept.set(jwksUrl, { at: now, answer })
    return (await answer).keys
  }
}

/** @returns null: what came are no keys */
async function ask(outbound: Outbound, jwksUrl: string): Promise<readonly ProviderKey[] | null> {
  const asked = new Request(jwksUrl, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
  })
  const answer = await outbound(asked, { timeoutMs: 10 * SECOND, maxBytes: MAX_DOCUMENT })
  if (answer.status !== 200) return null
  try {
    const said = JSON.parse(await answer.text()) as { keys?: unknown }
    return Array.isArray(said.keys) ? said.keys.flatMap(readKey) : null
  } catch {
    return null
  }
}

/** A key that cannot be read is one that there is not. */
function readKey(jwk: webcrypto.JsonWebKey & Readonly<Record<string, unknown>>): ProviderKey[] {
  try {
    if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') return []
    const word = (name: string): string | null => {
      const value = jwk[name]
      return typeof value === 'string' ? value : null
    }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return [{ kid: word('kid'), alg: word('alg'), use: word('use'), key }]
  } catch {
    return []
  }
}
