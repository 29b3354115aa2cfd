/**
 * The body of PROPPATCH (RFC 4918 §14.19): properties to set and to remove, in order.
 */
import { Problem } from '#base/problem.ts'
import { MAX_PROPERTIES } from './limits.ts'
import { elementsOf, isDav, readXml, standalone } from './xml-tree.ts'
import type { PropertyName } from './propfind.ts'

/** `value`: the property's element as XML that stands for itself; null removes it. */
export type PropertyChange = PropertyName & { readonly value: string | null }

/** @throws Problem `invalid` */
export function readProppatch(body: Uint8Array): PropertyChange[] {
  const root = readXml(body)
  if (!isDav(root, 'propertyupdate'))
    throw new Problem('invalid', 'The body is not a propertyupdate.')
  const changes: PropertyChange[] = []
  for (const action of elementsOf(root)) {
    const sets = isDav(action, 'set')
    if (!sets && !isDav(action, 'remove')) continue
    for (const prop of elementsOf(action).filter((one) => isDav(one, 'prop')))
      for (const property of elementsOf(prop))
        changes.push({
          namespace: property.name.namespace,
          local: property.name.local,
          value: sets ? standalone(property) : null,
        })
  }
  if (changes.length === 0) throw new Problem('invalid', 'No property is named.')
  if (changes.length > MAX_PROPERTIES)
    throw new Problem('invalid', 'Too many properties are named.')
  return changes
}
