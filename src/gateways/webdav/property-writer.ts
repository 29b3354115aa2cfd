/**
 * What one PROPFIND asks for, prepared once and then written for each resource.
 */
import { emptyProperty, propertyResponse, propstat } from '#wire/webdav/multistatus.ts'
import type { Propfind, PropertyName } from '#wire/webdav/propfind.ts'
import { DAV } from '#wire/webdav/xml-tree.ts'
import { LIVE_PROPERTIES, type Described } from './live-properties.ts'

/** A dead property as it is stored: its value is the whole element. */
export type DeadProperty = {
  readonly namespace: string
  readonly name: string
  readonly value: string
}

/** Writes the response element of one resource; `dead` are all dead properties that it has. */
export type PropertyWriter = (href: string, of: Described, dead: readonly DeadProperty[]) => string

const liveNamed = ({ namespace, local }: PropertyName) =>
  namespace === DAV ? LIVE_PROPERTIES.get(local) : undefined

const wantsQuota = (names: readonly PropertyName[]): boolean =>
  names.some(({ namespace, local }) => namespace === DAV && local.startsWith('quota-'))

/** Whether the quota's figures are needed: they cost a query. */
export const asksForQuota = (propfind: Propfind): boolean =>
  propfind.ask === 'names' ||
  wantsQuota(propfind.ask === 'some' ? propfind.names : propfind.include)

export function propertyWriter(propfind: Propfind): PropertyWriter {
  if (propfind.ask === 'names') return writeNames
  if (propfind.ask === 'some') return someWriter(propfind.names)
  return allWriter(propfind.include.filter((one) => liveNamed(one)?.always !== true))
}

const writeNames: PropertyWriter = (href, of, dead) => {
  let names = ''
  for (const [local, live] of LIVE_PROPERTIES)
    if (live.write(of) !== null) names += emptyProperty({ namespace: DAV, local })
  for (const { namespace, name } of dead) names += emptyProperty({ namespace, local: name })
  return propertyResponse(href, propstat(200, names))
}

function allWriter(include: readonly PropertyName[]): PropertyWriter {
  const always = [...LIVE_PROPERTIES.values()].filter((live) => live.always)
  const more = include.filter((one) => liveNamed(one) !== undefined)
  return (href, of, dead) => {
    let found = ''
    for (const live of always) found += live.write(of) ?? ''
    for (const one of more) found += liveNamed(one)!.write(of) ?? ''
    for (const { value } of dead) found += value
    return propertyResponse(href, propstat(200, found))
  }
}

function someWriter(names: readonly PropertyName[]): PropertyWriter {
  const plan = names.map((name) => ({ name, live: liveNamed(name), empty: emptyProperty(name) }))
  return (href, of, dead) => {
    let found = ''
    let missing = ''
    for (const { name, live, empty } of plan) {
      const value = live ? live.write(of) : deadValue(dead, name)
      if (value === null) missing += empty
      else found += value
    }
    // An answer has at least one propstat, even to somebody who asked for nothing.
    const first = found !== '' || missing === '' ? propstat(200, found) : ''
    return propertyResponse(href, missing === '' ? first : first + propstat(404, missing))
  }
}

const deadValue = (
  dead: readonly DeadProperty[],
  { namespace, local }: PropertyName,
): string | null =>
  dead.find((one) => one.namespace === namespace && one.name === local)?.value ?? null
