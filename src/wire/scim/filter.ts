/**
 * SCIM filters (RFC 7644 §3.4.2.2): read into a tree, and asked of a resource.
 */
import { invalid } from '#base/problem.ts'
import {
  ATTRIBUTE,
  isObject,
  pathOf,
  valueIn,
  valuesAt,
  type AttributePath,
  type ScimObject,
} from './attribute.ts'

export type Comparable = string | number | boolean | null
export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Filter =
  | {
      readonly is: 'compare'
      readonly path: AttributePath
      readonly by: Comparison
      readonly value: Comparable
    }
  | { readonly is: 'present'; readonly path: AttributePath }
  | { readonly is: 'and' | 'or'; readonly of: readonly [Filter, Filter] }
  | { readonly is: 'not'; readonly of: Filter }
  /** `emails[type eq "work"]`: one value of the list fits all of it. */
  | { readonly is: 'some'; readonly path: AttributePath; readonly of: Filter }

/** Longer ones, and deeper ones, are written by nobody but to do harm. */
const MAX_FILTER = 4096
const MAX_DEPTH = 20

const SPACES = /[ \t]*/y
const OPEN = /\([ \t]*/y
const CLOSE = /[ \t]*\)/y
const NOT = /not[ \t]*\([ \t]*/iy
const AND = /[ \t]+and[ \t]+/iy
const OR = /[ \t]+or[ \t]+/iy
const PRESENT = /[ \t]+pr(?![A-Za-z0-9_])/iy
const COMPARE = /[ \t]+(eq|ne|co|sw|ew|gt|ge|lt|le)[ \t]+/iy
/** JSON's own forms of these (RFC 8259). Some write the three words in capitals. */
const VALUE =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?|(?:true|false|null)(?![A-Za-z0-9_])/iy

/** @throws Problem `invalid`, field `filter` */
export function readFilter(text: string): Filter {
  if (text.length > MAX_FILTER) throw notAFilter()
  const reader = new FilterReader(text.trim())
  const filter = reader.filter()
  if (!reader.isAtEnd) throw notAFilter()
  return filter
}

const notAFilter = (): Error =>
  invalid('filter', 'form', 'The filter is not in the form of RFC 7644 §3.4.2.2.')

/** Reads filters from a text, and from the brackets of a path (path.ts). */
export class FilterReader {
  readonly #text: string
  #at: number
  #depth = 0

  constructor(text: string, at = 0) {
    this.#text = text
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** `or` binds least, then `and`. @throws Problem `invalid`, field `filter` */
  filter(): Filter {
    if (++this.#depth > MAX_DEPTH) throw notAFilter()
    let left = this.#conjunction()
    while (this.#take(OR)) left = { is: 'or', of: [left, this.#conjunction()] }
    this.#depth--
    return left
  }

  #conjunction(): Filter {
    let left = this.#term()
    while (this.#take(AND)) left = { is: 'and', of: [left, this.#term()] }
    return left
  }

  #term(): Filter {
    if (this.#take(NOT)) return { is: 'not', of: this.#closed() }
    if (this.#take(OPEN)) return this.#closed()
    const found = this.#take(ATTRIBUTE)
    const path = found && pathOf(found)
    if (!path) throw notAFilter()
    if (this.#text[this.#at] === '[') return { is: 'some', path, of: this.bracketed() }
    if (this.#take(PRESENT)) return { is: 'present', path }
    const by = this.#take(COMPARE)?.[1]?.toLowerCase() as Comparison | undefined
    const value = by && this.#take(VALUE)?.[0]
    if (!by || value === undefined) throw notAFilter()
    return { is: 'compare', path, by, value: comparable(value) }
  }

  #closed(): Filter {
    const of = this.filter()
    if (!this.#take(CLOSE)) throw notAFilter()
    return of
  }

  /** From `[` to `]`. @throws Problem `invalid`, field `filter` */
  bracketed(): Filter {
    this.#at++
    this.#take(SPACES)
    const of = this.filter()
    this.#take(SPACES)
    if (this.#text[this.#at++] !== ']') throw notAFilter()
    return of
  }

  #take(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at
    const found = form.exec(this.#text)
    if (found) this.#at = form.lastIndex
    return found
  }
}

const comparable = (text: string): Comparable =>
  JSON.parse(text.startsWith('"') ? text : text.toLowerCase()) as Comparable

/** Whether a resource, or one value of a list, is what a filter asks for. */
export function fits(filter: Filter, resource: ScimObject): boolean {
  switch (filter.is) {
    case 'and':
      return filter.of.every((one) => fits(one, resource))
    case 'or':
      return filter.of.some((one) => fits(one, resource))
    case 'not':
      return !fits(filter.of, resource)
    case 'present':
      return valuesAt(resource, filter.path).some((value) => value !== '')
    case 'some':
      return listAt(resource, filter.path).some((one) => fits(filter.of, one))
    case 'compare':
      return compares(filter.by, valuesAt(resource, filter.path), filter.value, filter.path)
  }
}

/** The objects of a list; a list of plain values has each as its `value`. */
function listAt(resource: ScimObject, path: AttributePath): ScimObject[] {
  let at: unknown = resource
  for (const name of path) at = isObject(at) ? valueIn(at, name) : undefined
  const list: unknown[] = Array.isArray(at) ? at : at === undefined || at === null ? [] : [at]
  return list.map((one) => (isObject(one) ? one : { value: one }))
}

/** RFC 7643 §7: texts are compared without case, but for these. */
const CASE_EXACT: ReadonlySet<string> = new Set(['id', 'externalid', '$ref', 'location', 'version'])

function compares(
  by: Comparison,
  values: readonly unknown[],
  wanted: Comparable,
  path: AttributePath,
): boolean {
  if (wanted === null) return (by === 'eq') === (values.length === 0)
  if (by === 'ne') return !compares('eq', values, wanted, path)
  const exact = CASE_EXACT.has(path.at(-1)!.toLowerCase())
  return values.some((value) => compare(by, value, wanted, exact))
}

function compare(by: Comparison, value: unknown, wanted: Comparable, exact: boolean): boolean {
  // Entra ID asks for truth as a text.
  if (typeof value === 'boolean') return by === 'eq' && String(value) === folded(wanted)
  if (typeof value === 'number' && typeof wanted === 'number') return ordered(by, value, wanted)
  if (typeof value !== 'string' || typeof wanted !== 'string') return false
  const [have, want] = exact ? [value, wanted] : [folded(value), folded(wanted)]
  if (isOfTexts(by)) return OF_TEXTS[by](have, want)
  const [one, other] = [timeOf(have), timeOf(want)]
  // Two times are compared as such, whatever their zones and fractions.
  return one === null || other === null ? ordered(by, have, want) : ordered(by, one, other)
}

const OF_TEXTS = {
  co: (have: string, want: string) => have.includes(want),
  sw: (have: string, want: string) => have.startsWith(want),
  ew: (have: string, want: string) => have.endsWith(want),
}
const isOfTexts = (by: Comparison): by is keyof typeof OF_TEXTS => Object.hasOwn(OF_TEXTS, by)

const folded = (value: Comparable): string => String(value).normalize('NFC').toLowerCase()

function timeOf(text: string): number | null {
  const time = /^\d{4}-\d\d-\d\dt\d\d:\d\d/i.test(text) ? Date.parse(text.toUpperCase()) : NaN
  return Number.isFinite(time) ? time : null
}

function ordered<T extends string | number>(by: Comparison, have: T, want: T): boolean {
  if (by === 'gt') return have > want
  if (by === 'ge') return have >= want
  if (by === 'lt') return have < want
  return by === 'le' ? have <= want : by === 'eq' && have === want
}

/**
 * The texts of which one has to stand at an attribute for the filter to fit: what an index can look
 * for before the whole filter is asked. null: the filter does not say.
 */
export function needed(filter: Filter, attribute: string): readonly string[] | null {
  if (filter.is === 'compare') {
    const asked = filter.path.join('.').toLowerCase() === attribute.toLowerCase()
    return asked && filter.by === 'eq' && typeof filter.value === 'string' ? [filter.value] : null
  }
  if (filter.is === 'and') return needed(filter.of[0], attribute) ?? needed(filter.of[1], attribute)
  if (filter.is !== 'or') return null
  const [one, other] = [needed(filter.of[0], attribute), needed(filter.of[1], attribute)]
  return one && other && [...one, ...other]
}

/** Whether the filter asks for that attribute, or a part of it. */
export function mentions(filter: Filter, attribute: string): boolean {
  if (filter.is === 'not') return mentions(filter.of, attribute)
  if (!('path' in filter)) return filter.of.some((one) => mentions(one, attribute))
  return filter.path[0].toLowerCase() === attribute.toLowerCase()
}
