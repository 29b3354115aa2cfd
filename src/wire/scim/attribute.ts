/**
 * Attributes of SCIM resources (RFC 7643 §2): how they are named, and how they are found in one.
 *
 * Names are the same in any case. A name with the URN of the core schema in front means the same as
 * without; one of an extension stands below the extension's URN.
 */

/** From the resource downwards: `['name', 'familyName']`, `['urn:…:2.0:User', 'department']`. */
export type AttributePath = readonly [string, ...string[]]

export type ScimObject = Readonly<Record<string, unknown>>

/** `[urn:…:]name[.sub]`, from where it is set (RFC 7644 §3.10). */
export const ATTRIBUTE =
  /(?:(urn:[A-Za-z0-9:._-]{1,200}):)?([A-Za-z$][A-Za-z0-9_$-]{0,63})(?:\.([A-Za-z$][A-Za-z0-9_$-]{0,63}))?/y

const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group)$/i
/** What stands before the last name is a version: the whole is a schema, and names no attribute. */
const VERSION = /:\d+\.\d+$/

/** What ATTRIBUTE found, as a path; null: the URN of the core schema names no attribute. */
export function pathOf(found: RegExpExecArray): AttributePath | null {
  const [, schema, name = '', sub] = found
  const rest = sub === undefined ? [] : [sub]
  if (schema === undefined) return [name, ...rest]
  if (VERSION.test(schema)) {
    const whole = `${schema}:${name}`
    return CORE.test(whole) ? null : [whole, ...rest]
  }
  return CORE.test(schema) ? [name, ...rest] : [schema, name, ...rest]
}

/** `name`, `emails.value`, with or without a URN; null when it is none. */
export function readAttribute(text: string): AttributePath | null {
  ATTRIBUTE.lastIndex = 0
  const found = ATTRIBUTE.exec(text)
  return found && ATTRIBUTE.lastIndex === text.length ? pathOf(found) : null
}

export const isObject = (value: unknown): value is ScimObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The name as it stands in the object; as it was asked for where it is not there. */
export function keyIn(object: ScimObject, name: string): string {
  if (Object.hasOwn(object, name)) return name
  const wanted = name.toLowerCase()
  return Object.keys(object).find((key) => key.toLowerCase() === wanted) ?? name
}

export function valueIn(object: ScimObject, name: string): unknown {
  const key = keyIn(object, name)
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * Every value that a path leads to, through lists. A list of objects without a name below it stands
 * for their `value` (RFC 7643 §2.4).
 */
export function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) {
    const keys = name === undefined ? ['value'] : [name, ...rest]
    return value.flatMap((one: unknown) => (isObject(one) ? valuesAt(one, keys) : [one]))
  }
  if (name === undefined) return value === undefined || value === null ? [] : [value]
  return isObject(value) ? valuesAt(valueIn(value, name), rest) : []
}
