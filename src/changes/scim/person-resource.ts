/**
 * A person as a resource of SCIM (RFC 7643 §4.1), read from what a provider says and shown to it.
 *
 * Some of it becomes the user here. The rest has no effect and is kept, so that the provider reads
 * what it wrote. Passwords, roles and rights are not taken from outside.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'
import { emailAddress, userName, type Language } from '#domain/user.ts'
import type { IdentityRow } from '#store/schema.ts'
import type { ScimPerson } from '#store/scim-people.ts'
import { isObject, valueIn, type ScimObject } from '#wire/scim/attribute.ts'

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Kept as they were said, besides those that are read. */
const KEPT = [
  'name',
  'displayName',
  'nickName',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
  'emails',
  'phoneNumbers',
  'addresses',
  ENTERPRISE_SCHEMA,
] as const
const MAX_KEPT = 16 * 1024
const MAX_DISPLAY_NAME = 128

/** What is stored of what was said. */
export type KeptPerson = ScimObject & { readonly active: boolean }

export type SaidPerson = {
  readonly userName: string
  readonly email: string
  readonly displayName: string
  /** null: it did not say. */
  readonly externalId: string | null
  readonly language: Language | null
  readonly kept: KeptPerson
}

/** @throws Problem `invalid` with the attribute as field */
export function readPerson(resource: ScimObject): SaidPerson {
  const named = textIn(resource, 'userName')
  if (named === null) throw invalid('userName', 'needed', 'A person has a userName.')
  const name = userName(named)
  const kept = keptOf(resource)
  const externalId = textIn(resource, 'externalId')
  return {
    userName: name,
    email: emailOf(resource, name),
    displayName: displayNameOf(resource) ?? name,
    externalId,
    language: languageOf(resource),
    kept,
  }
}

function keptOf(resource: ScimObject): KeptPerson {
  const said = KEPT.map((name): [string, unknown] => [name, valueIn(resource, name)])
  const kept = {
    ...Object.fromEntries(said.filter(([, value]) => value !== undefined && value !== null)),
    externalId: textIn(resource, 'externalId'),
    active: truth(valueIn(resource, 'active') ?? true),
  }
  if (JSON.stringify(kept).length > MAX_KEPT)
    throw invalid('schemas', 'too_long', 'The person has more attributes than are kept.')
  return kept
}

/** Entra ID writes truth as a text. */
function truth(value: unknown): boolean {
  const text = String(value).toLowerCase()
  if (text !== 'true' && text !== 'false')
    throw invalid('active', 'form', 'The attribute active is true or false.')
  return text === 'true'
}

/** The primary one, or that of work, or the first; without any, a userName that is one. */
function emailOf(resource: ScimObject, name: string): string {
  const said = valueIn(resource, 'emails')
  const list: unknown[] = Array.isArray(said) ? said : []
  const emails = list.filter(isObject)
  const best =
    emails.find((one) => String(valueIn(one, 'primary')).toLowerCase() === 'true') ??
    emails.find((one) => String(valueIn(one, 'type')).toLowerCase() === 'work') ??
    emails[0]
  const value = best && valueIn(best, 'value')
  if (typeof value === 'string' && value !== '') return emailAddress(value)
  if (name.includes('@')) return emailAddress(name)
  throw invalid('emails', 'needed', 'A person has an e-mail address.')
}

function displayNameOf(resource: ScimObject): string | null {
  const name = valueIn(resource, 'name')
  const parts = isObject(name) ? [textIn(name, 'givenName'), textIn(name, 'familyName')] : []
  const whole = parts.filter((part) => part !== null).join(' ')
  const shown =
    textIn(resource, 'displayName') ?? (isObject(name) ? textIn(name, 'formatted') : null) ?? whole
  const tidy = shown.normalize('NFC').trim()
  if (tidy === '') return null
  if ([...tidy].length > MAX_DISPLAY_NAME || hasControls(tidy))
    throw invalid('displayName', 'characters', 'The displayName is too long, or has controls.')
  return tidy
}

/** RFC 7643 §4.1.1: preferredLanguage is for what a person reads. */
function languageOf(resource: ScimObject): Language | null {
  const said = (textIn(resource, 'preferredLanguage') ?? textIn(resource, 'locale') ?? '')
    .slice(0, 2)
    .toLowerCase()
  return said === 'fr' || said === 'en' ? said : null
}

function textIn(object: ScimObject, name: string): string | null {
  const value = valueIn(object, name)
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string' || !value.isWellFormed())
    throw invalid(name, 'form', `The attribute ${name} is no text.`)
  return value
}

export const keptIn = ({ scim }: Pick<IdentityRow, 'scim'>): KeptPerson | null =>
  scim === null ? null : (JSON.parse(scim) as KeptPerson)

/** @param url of SCIM here, without a slash at the end */
export function personResource(
  { user, identity }: ScimPerson,
  groups: readonly { readonly id: string; readonly name: string }[],
  url: string,
): ScimObject {
  const kept = keptIn(identity)
  const { externalId, active, ...more } = kept ?? { externalId: null, active: null }
  return {
    schemas: [USER_SCHEMA, ...(ENTERPRISE_SCHEMA in more ? [ENTERPRISE_SCHEMA] : [])],
    id: user.id,
    externalId: externalId ?? identity.subject.slice(identity.subject.indexOf(' ') + 1),
    userName: user.name,
    displayName: user.display_name,
    emails: [{ value: user.email, type: 'work', primary: true }],
    ...more,
    active: active ?? identity.state === 'alive',
    groups: groups.map(({ id, name }) => ({
      value: id,
      display: name,
      $ref: `${url}/Groups/${id}`,
    })),
    meta: {
      resourceType: 'User',
      created: new Date(user.created_at).toISOString(),
      lastModified: new Date(Math.max(user.updated_at, identity.state_at)).toISOString(),
      location: `${url}/Users/${user.id}`,
    },
  }
}
