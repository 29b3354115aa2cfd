/**
 * Multi-Status (RFC 4918 §13): the parts of a 207 answer, as text. Its prefix for DAV: is D.
 */
import { xmlAttribute, xmlText } from './xml-text.ts'
import { DAV } from './xml-tree.ts'
import type { PropertyName } from './propfind.ts'

export const XML_TYPE = 'application/xml; charset=utf-8'
export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
export const MULTISTATUS_OPEN = `${XML_HEAD}<D:multistatus xmlns:D="DAV:">`
export const MULTISTATUS_CLOSE = '</D:multistatus>'

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  423: 'Locked',
  424: 'Failed Dependency',
  500: 'Internal Server Error',
  507: 'Insufficient Storage',
}

const statusLine = (status: number): string =>
  `<D:status>HTTP/1.1 ${status} ${REASONS[status] ?? ''}</D:status>`

/** A path that is percent-encoded already holds nothing that XML minds but the ampersand. */
export const href = (encodedPath: string): string =>
  `<D:href>${encodedPath.includes('&') ? encodedPath.replaceAll('&', '&amp;') : encodedPath}</D:href>`

/** A property without value, as it is named in answers. */
export function emptyProperty({ namespace, local }: PropertyName): string {
  if (namespace === DAV) return `<D:${local}/>`
  return namespace === ''
    ? `<${local} xmlns=""/>`
    : `<x:${local} xmlns:x="${xmlAttribute(namespace)}"/>`
}

export const propstat = (status: number, properties: string, condition = ''): string =>
  `<D:propstat><D:prop>${properties}</D:prop>${statusLine(status)}${
    condition === '' ? '' : `<D:error><D:${condition}/></D:error>`
  }</D:propstat>`

/** A response with properties; `propstats` is one or more `propstat()`. */
export const propertyResponse = (encodedPath: string, propstats: string): string =>
  `<D:response>${href(encodedPath)}${propstats}</D:response>`

export const statusResponse = (encodedPath: string, status: number, condition = ''): string =>
  `<D:response>${href(encodedPath)}${statusLine(status)}${
    condition === '' ? '' : `<D:error><D:${condition}/></D:error>`
  }</D:response>`

/** The body of a refusal that names the condition that was not met (RFC 4918 §16). */
export const errorBody = (condition: string, encodedPaths: readonly string[] = []): string =>
  encodedPaths.length === 0
    ? `${XML_HEAD}<D:error xmlns:D="DAV:"><D:${condition}/></D:error>`
    : `${XML_HEAD}<D:error xmlns:D="DAV:"><D:${condition}>${encodedPaths.map(href).join('')}</D:${condition}></D:error>`

/** One lock as it stands in lockdiscovery (RFC 4918 §14.1). Times in seconds. */
export const activeLock = (lock: {
  scope: string
  depth: string
  owner: string
  seconds: number
  token: string
  root: string
}): string =>
  `<D:activelock><D:locktype><D:write/></D:locktype><D:lockscope><D:${lock.scope}/></D:lockscope><D:depth>${lock.depth}</D:depth>${lock.owner}<D:timeout>Second-${lock.seconds}</D:timeout><D:locktoken><D:href>${xmlText(lock.token)}</D:href></D:locktoken><D:lockroot>${href(lock.root)}</D:lockroot></D:activelock>`
