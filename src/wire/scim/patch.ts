/**
 * SCIM PATCH (RFC 7644 §3.5.2): operations, and what they make of a resource.
 *
 * Entra ID writes `Replace` and `Add` in capitals, truth as the text `False`, adds to
 * `emails[type eq "work"].value` where there is no such e-mail yet, and removes members by listing
 * them as the value. All of that does here what it means there.
 */
import { invalid } from '#base/problem.ts'
import { isObject, keyIn, valueIn, type AttributePath, type ScimObject } from './attribute.ts'
import { fits, type Filter } from './filter.ts'
import { readPath, type Target } from './path.ts'

export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
/** More in one request are written by no provider. */
const MAX_OPERATIONS = 1000

export type PatchOperation = {
  readonly op: 'add' | 'replace' | 'remove'
  readonly target: Target
  readonly value: unknown
}

/**
 * What was sent, as operations with a path each: a value without one is taken apart.
 * @throws Problem `invalid`, field `Operations`, `op`, `path` or `value`
 */
export function readPatch(body: unknown): PatchOperation[] {
  const operations = isObject(body) ? valueIn(body, 'Operations') : null
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > MAX_OPERATIONS)
    throw invalid('Operations', 'form', 'The request has no list of operations.')
  return operations.flatMap(readOperation)
}

function readOperation(written: unknown): PatchOperation[] {
  const op = isObject(written) ? valueIn(written, 'op') : null
  const known = (['add', 'replace', 'remove'] as const).find(
    (one) => typeof op === 'string' && one === op.toLowerCase(),
  )
  if (!known || !isObject(written))
    throw invalid('op', 'form', 'An operation is add, replace or remove.')
  const path = valueIn(written, 'path') ?? null
  const value = valueIn(written, 'value')
  if (path !== null && typeof path !== 'string')
    throw invalid('path', 'form', 'The path is not a text.')
  if (known !== 'remove' && value === undefined)
    throw invalid('value', 'needed', 'The operation has no value.')
  if (path !== null && path !== '') return [{ op: known, target: readPath(path), value }]
  // RFC 7644 §3.5.2.2: what is removed has to be named.
  if (known === 'remove') throw invalid('target', 'needed', 'An operation remove needs a path.')
  if (!isObject(value)) throw invalid('value', 'form', 'A value without a path is an object.')
  return Object.entries(value).map(([name, part]) => ({
    op: known,
    target: name === 'schemas' ? { path: [name], filter: null, sub: null } : readPath(name),
    value: part,
  }))
}

/**
 * A new resource; the one that was given stays as it is.
 * @throws Problem `invalid`, field `target` when a filter of `replace` or `remove` fits nothing
 */
export const patched = (resource: ScimObject, operations: readonly PatchOperation[]): ScimObject =>
  operations.reduce(applied, resource)

function applied(resource: ScimObject, { op, target, value }: PatchOperation): ScimObject {
  return within(resource, target.path, (old) => {
    if (target.filter) return inList(old, target.filter, { op, sub: target.sub, value })
    return op === 'remove' ? removed(old, value) : op === 'add' ? added(old, value) : value
  })
}

/** The object with one value changed where the path ends; undefined takes it away. */
function within(
  object: ScimObject,
  [name, ...rest]: readonly string[],
  change: (old: unknown) => unknown,
): ScimObject {
  const key = keyIn(object, name!)
  const old = Object.hasOwn(object, key) ? object[key] : undefined
  const fresh = next(old, rest, change)
  const { [key]: _, ...others } = object
  if (fresh === undefined || fresh === null) return others
  // Not by assignment: a name such as __proto__ is a name here.
  return Object.fromEntries([...Object.entries(others), [key, fresh]])
}

function next(old: unknown, rest: readonly string[], change: (old: unknown) => unknown): unknown {
  const [first] = rest
  if (first === undefined) return change(old)
  const path = rest as AttributePath
  // `emails.value` without a filter is meant for every one of them.
  if (Array.isArray(old))
    return old.map((one: unknown) => (isObject(one) ? within(one, path, change) : one))
  const changed = within(isObject(old) ? old : {}, path, change)
  return Object.keys(changed).length === 0 ? undefined : changed
}

/** RFC 7644 §3.5.2.1: a list grows by what it has not got; an object takes over what is given. */
function added(old: unknown, value: unknown): unknown {
  if (Array.isArray(old)) {
    const more: unknown[] = Array.isArray(value) ? value : [value]
    return [...(old as unknown[]), ...more.filter((one) => !old.some((had) => isSame(had, one)))]
  }
  if (!isObject(old) || !isObject(value)) return value
  return Object.entries(value).reduce((all, [name, part]) => within(all, [name], () => part), old)
}

/** With a list as the value only what is in it goes; otherwise everything. */
function removed(old: unknown, value: unknown): unknown {
  if (!Array.isArray(old) || value === undefined || value === null) return undefined
  const out: unknown[] = Array.isArray(value) ? value : [value]
  return old.filter((one) => !out.some((gone) => isSame(one, gone)))
}

/** Of a list the same when their `value` is the same. */
const isSame = (a: unknown, b: unknown): boolean => {
  const [one, other] = [a, b].map((it) => (isObject(it) ? valueIn(it, 'value') : it))
  return one !== undefined && one === other
}

function inList(
  old: unknown,
  filter: Filter,
  { op, sub, value }: { op: PatchOperation['op']; sub: string | null; value: unknown },
): unknown {
  const list: unknown[] = Array.isArray(old) ? old : old === undefined ? [] : [old]
  const isMeant = (one: unknown): boolean => fits(filter, isObject(one) ? one : { value: one })
  if (list.some(isMeant)) {
    if (op === 'remove' && sub === null) return list.filter((one) => !isMeant(one))
    return list.map((one) => (isMeant(one) ? changedIn(one, { op, sub, value }) : one))
  }
  const named = op === 'remove' ? null : asObject(filter)
  // What is to be taken away is not there: so it was before.
  if (op === 'remove') return old
  if (!named) throw invalid('target', 'form', 'The filter of the path fits nothing.')
  return [...list, changedIn(named, { op, sub, value })]
}

function changedIn(
  one: unknown,
  { op, sub, value }: { op: PatchOperation['op']; sub: string | null; value: unknown },
): unknown {
  const object = isObject(one) ? one : { value: one }
  if (sub !== null) return within(object, [sub], () => (op === 'remove' ? undefined : value))
  return isObject(value) ? added(object, value) : { ...object, value }
}

/** The value that a filter of nothing but `eq` and `and` describes; null for any other filter. */
function asObject(filter: Filter): ScimObject | null {
  if (filter.is === 'compare')
    return filter.by === 'eq' && filter.path.length === 1
      ? within({}, filter.path, () => filter.value)
      : null
  if (filter.is !== 'and') return null
  const [one, other] = [asObject(filter.of[0]), asObject(filter.of[1])]
  return one && other && { ...one, ...other }
}
