/**
 * What a list of SCIM is asked for: filter, page, and which attributes are shown (RFC 7644 §3.4.2).
 */
import { invalid } from '#base/problem.ts'
import {
  isObject,
  keyIn,
  readAttribute,
  type AttributePath,
  type ScimObject,
} from '#wire/scim/attribute.ts'
import { fits, readFilter, type Filter } from '#wire/scim/filter.ts'
import type { Listed } from './messages.ts'

export type Shown = {
  readonly only: readonly AttributePath[] | null
  readonly without: readonly AttributePath[]
}
export type ScimQuery = Shown & {
  readonly filter: Filter | null
  /** From 1. */
  readonly startIndex: number
  readonly count: number
}

const MOST_SHOWN = 200
const FEW_SHOWN = 100
const MOST_ATTRIBUTES = 100

/** @throws Problem `invalid`, field `filter` or `attributes` */
export function readQuery(params: URLSearchParams): ScimQuery {
  const filter = params.get('filter')
  return {
    ...readShown(params),
    filter: filter === null || filter.trim() === '' ? null : readFilter(filter),
    startIndex: Math.max(1, wholeNumber(params, 'startIndex', 1)),
    count: Math.min(MOST_SHOWN, Math.max(0, wholeNumber(params, 'count', FEW_SHOWN))),
  }
}

export function readShown(params: URLSearchParams): Shown {
  const only = params.get('attributes')
  return {
    only: only === null || only.trim() === '' ? null : attributesIn(only),
    without: attributesIn(params.get('excludedAttributes') ?? ''),
  }
}

function attributesIn(text: string): AttributePath[] {
  const names = text.split(',').map((one) => one.trim())
  const paths = names.filter(Boolean).map(readAttribute)
  if (paths.length > MOST_ATTRIBUTES || paths.includes(null))
    throw invalid('attributes', 'form', 'That is no list of attributes.')
  return paths.filter((path) => path !== null)
}

function wholeNumber(params: URLSearchParams, name: string, otherwise: number): number {
  const text = params.get(name)
  if (text === null || text === '') return otherwise
  if (!/^-?\d{1,9}$/.test(text)) throw invalid(name, 'form', `${name} is no number.`)
  return Number(text)
}

/** RFC 7643 §7: `returned: always`. */
const ALWAYS = ['schemas', 'id']

export function shown(resource: ScimObject, { only, without }: Shown): ScimObject {
  const kept =
    only === null
      ? resource
      : [...ALWAYS.map((name): AttributePath => [name]), ...only].reduce<ScimObject>(
          (all, path) => ({ ...all, ...picked(resource, path, all) }),
          {},
        )
  return without.reduce((all, path) => (isAlways(path) ? all : dropped(all, path)), kept)
}

export const hides = ({ only, without }: Shown, name: string): boolean => {
  const named = (path: AttributePath): boolean => path[0].toLowerCase() === name.toLowerCase()
  return without.some((path) => path.length === 1 && named(path)) || only?.some(named) === false
}

const isAlways = (path: AttributePath): boolean =>
  path.length === 1 && ALWAYS.includes(path[0].toLowerCase())

function picked(
  from: ScimObject,
  [name, ...rest]: readonly string[],
  into: ScimObject,
): ScimObject {
  const key = keyIn(from, name!)
  if (!Object.hasOwn(from, key)) return {}
  const value = from[key]
  if (rest.length === 0) return { [key]: value }
  if (Array.isArray(value))
    return { [key]: value.map((one: unknown) => (isObject(one) ? picked(one, rest, {}) : one)) }
  if (!isObject(value)) return {}
  const before = isObject(into[key]) ? into[key] : {}
  return { [key]: { ...before, ...picked(value, rest, before) } }
}

function dropped(from: ScimObject, [name, ...rest]: readonly string[]): ScimObject {
  const key = keyIn(from, name!)
  if (!Object.hasOwn(from, key)) return from
  const { [key]: value, ...others } = from
  if (rest.length === 0) return others
  if (Array.isArray(value))
    return {
      ...from,
      [key]: value.map((one: unknown) => (isObject(one) ? dropped(one, rest) : one)),
    }
  return isObject(value) ? { ...from, [key]: dropped(value, rest) } : from
}

/** How resources are found: in a fixed order, as many as there are. */
export type Source = {
  count(): Promise<number>
  page(offset: number, size: number): Promise<readonly ScimObject[]>
}

/** More than these are not looked through one by one. */
const MOST_LOOKED_AT = 10_000
const AT_ONCE = 500

/** @throws Problem `invalid`, field `many`: too many would have to be looked through */
export async function list(query: ScimQuery, source: Source): Promise<Listed> {
  const { filter, startIndex, count } = query
  const total = await source.count()
  if (!filter) {
    const resources = count === 0 ? [] : await source.page(startIndex - 1, count)
    return { total, startIndex, resources: resources.map((one) => shown(one, query)) }
  }
  if (total > MOST_LOOKED_AT)
    throw invalid(
      'many',
      'too_big',
      `Without userName, externalId or id no more than ${MOST_LOOKED_AT} are looked through.`,
    )
  let matching = 0
  const resources: ScimObject[] = []
  for (let offset = 0; offset < total; offset += AT_ONCE)
    for (const one of await source.page(offset, AT_ONCE)) {
      if (!fits(filter, one)) continue
      matching++
      if (matching >= startIndex && resources.length < count) resources.push(shown(one, query))
    }
  return { total: matching, startIndex, resources }
}
