/**
 * The body of PROPFIND (RFC 4918 §14.20): all properties, their names, or the ones that are named.
 */
import { Problem } from '#base/problem.ts'
import { MAX_PROPERTIES } from './limits.ts'
import { davChild, elementsOf, isDav, readXml, type XmlElement } from './xml-tree.ts'

export type PropertyName = { readonly namespace: string; readonly local: string }

export type Propfind =
  | { ask: 'all'; include: readonly PropertyName[] }
  | { ask: 'names' }
  | { ask: 'some'; names: readonly PropertyName[] }

/** An empty body asks for all (RFC 4918 §9.1). @throws Problem `invalid` */
export function readPropfind(body: Uint8Array): Propfind {
  if (body.length === 0) return { ask: 'all', include: [] }
  const root = readXml(body)
  if (!isDav(root, 'propfind')) throw new Problem('invalid', 'The body is not a propfind.')
  const [all, names, some] = ['allprop', 'propname', 'prop'].map((one) => davChild(root, one))
  if ([all, names, some].filter(Boolean).length !== 1)
    throw new Problem('invalid', 'A propfind has one of allprop, propname and prop.')
  if (names) return { ask: 'names' }
  if (some) return { ask: 'some', names: namesIn(some) }
  const include = davChild(root, 'include')
  return { ask: 'all', include: include ? namesIn(include) : [] }
}

function namesIn(parent: XmlElement): PropertyName[] {
  const names = elementsOf(parent).map(({ name }) => ({
    namespace: name.namespace,
    local: name.local,
  }))
  if (names.length > MAX_PROPERTIES) throw new Problem('invalid', 'Too many properties are named.')
  return names
}
