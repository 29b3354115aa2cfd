/**
 * What is typed into the form of an OAuth 2 application → what is stored, or which field is wrong.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'
import type { Overrides } from '#vault/client.ts'
import type { MayReach } from '#vault/reachable.ts'
import { upstreamHost, upstreamUrl } from '#vault/upstream-url.ts'

export const CLIENT_PROOFS = ['secret', 'certificate', 'none'] as const
export type ClientProofKind = (typeof CLIENT_PROOFS)[number]

/** Whatever differs from the provider's row. */
const URLS = [
  'authorizeUrl',
  'tokenUrl',
  'deviceUrl',
  'revokeUrl',
  'jwksUrl',
  'userinfoUrl',
  'issuer',
] as const
const HOSTS = ['imapHost', 'popHost', 'smtpHost'] as const
export const OVERRIDE_NAMES = [
  ...URLS,
  ...HOSTS,
  'imapPort',
  'popPort',
  'smtpPort',
  'smtpSecurity',
  'tokenClass',
] as const satisfies readonly (keyof Overrides)[]
/** Empty, or null: the provider's own again. Left out: as it was. */
export type OverridesTyped = {
  readonly [name in keyof Overrides]?: Overrides[name] | '' | null | undefined
}

/** @throws Problem `invalid` with the field */
export function overridesAfter(
  before: Overrides,
  typed: OverridesTyped,
  mayReach: MayReach,
): Overrides {
  const after: Record<string, string | number> = { ...before }
  for (const [name, value] of Object.entries(typed)) {
    if (value === undefined) continue
    Reflect.deleteProperty(after, name)
    if (value !== null && value !== '') after[name] = checked(name, value, mayReach)
  }
  return after
}

function checked(name: string, value: string | number, mayReach: MayReach): string | number {
  if (typeof value === 'number') return value
  if ((URLS as readonly string[]).includes(name)) return upstreamUrl(value, name, mayReach)
  return (HOSTS as readonly string[]).includes(name) ? upstreamHost(value, name, mayReach) : value
}

/** Scope tokens (RFC 6749 §3.3), each once, separated by one space. @throws Problem `invalid` */
export function scopeList(typed: string): string {
  const scopes = [...new Set(typed.split(/\s+/).filter(Boolean))]
  const wrong = scopes.find((one) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(one))
  if (wrong !== undefined) throw invalid('scopes', 'scope', `"${wrong}" is no scope.`)
  return scopes.join(' ')
}

/** A tenant is a GUID, a domain, or one of a few words; it becomes part of an address. */
export function tenant(typed: string): string {
  const text = typed.trim()
  if (text !== '' && !/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/.test(text))
    throw invalid('tenantId', 'tenant', 'A tenant is a GUID or a domain.')
  return text
}

export function clientIdText(typed: string): string {
  const text = typed.trim()
  if (text === '') throw invalid('clientId', 'empty', 'Give the client ID of the application.')
  if (text.length > 512 || !/^[\x21-\x7e]+$/.test(text))
    throw invalid('clientId', 'characters', 'A client ID has no spaces and no special characters.')
  return text
}

/** One line. @throws Problem `invalid` */
export function line(field: string, typed: string, most = 128): string {
  const text = typed.normalize('NFC').trim()
  if ([...text].length > most)
    throw invalid(field, 'too_long', `"${field}" has more than ${most} characters.`)
  if (hasControls(text) || !text.isWellFormed())
    throw invalid(field, 'characters', `"${field}" has control characters.`)
  return text
}

/** Several lines. @throws Problem `invalid` */
export function comments(typed: string): string {
  const text = typed.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim()
  if (hasControls(text.replaceAll(/[\n\t]/g, '')) || !text.isWellFormed())
    throw invalid('comments', 'characters', 'The comments have control characters.')
  return text
}

export function clientSecretText(typed: string): string {
  if (typed.length > 1024 || /[^\x20-\x7e]/.test(typed) || typed.trim() !== typed)
    throw invalid('clientSecret', 'characters', 'A client secret has no spaces around it.')
  return typed
}
