/**
 * Live properties (RFC 4918 §15, RFC 4331): what the server knows of a resource, as XML.
 */
import type { Entry } from '#drive/entry.ts'
import type { DavLock } from '#drive/locks.ts'
import { httpDate } from '#wire/http/date.ts'
import { activeLock } from '#wire/webdav/multistatus.ts'
import { xmlText } from '#wire/webdav/xml-text.ts'
import { mediaType } from './media-type.ts'

/** All that the properties of one resource are made of. */
export type Described = {
  readonly entry: Entry
  readonly name: string
  /** Locks that cover it, with the time left in seconds and the href of what was locked. */
  readonly locks: readonly {
    readonly lock: DavLock
    readonly seconds: number
    readonly root: string
  }[]
  readonly quota: { readonly used: number; readonly available: number } | null
}

type LiveProperty = {
  /** The element, or null where the resource has no such property. */
  readonly write: (of: Described) => string | null
  /** Whether allprop brings it; quotas cost a look at the disk (RFC 4331 §3). */
  readonly always: boolean
}

const SUPPORTED_LOCK = `<D:supportedlock>${['exclusive', 'shared']
  .map(
    (scope) =>
      `<D:lockentry><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>`,
  )
  .join('')}</D:supportedlock>`

const ofFile = (write: (of: Described) => string) => ({
  write: (of: Described): string | null => (of.entry.kind === 'file' ? write(of) : null),
  always: true,
})

export const LIVE_PROPERTIES: ReadonlyMap<string, LiveProperty> = new Map<string, LiveProperty>([
  [
    'resourcetype',
    {
      write: ({ entry }) =>
        entry.kind === 'file'
          ? '<D:resourcetype/>'
          : '<D:resourcetype><D:collection/></D:resourcetype>',
      always: true,
    },
  ],
  [
    'displayname',
    { write: ({ name }) => `<D:displayname>${xmlText(name)}</D:displayname>`, always: true },
  ],
  [
    'getcontentlength',
    ofFile(({ entry }) => `<D:getcontentlength>${entry.size}</D:getcontentlength>`),
  ],
  [
    'getcontenttype',
    ofFile(({ name }) => `<D:getcontenttype>${mediaType(name)}</D:getcontenttype>`),
  ],
  ['getetag', ofFile(({ entry }) => `<D:getetag>${entry.etag}</D:getetag>`)],
  [
    'getlastmodified',
    {
      write: ({ entry }) => `<D:getlastmodified>${httpDate(entry.mtime)}</D:getlastmodified>`,
      always: true,
    },
  ],
  [
    'creationdate',
    {
      write: ({ entry }) => `<D:creationdate>${internetDate(entry.created)}</D:creationdate>`,
      always: true,
    },
  ],
  ['supportedlock', { write: () => SUPPORTED_LOCK, always: true }],
  ['lockdiscovery', { write: ({ locks }) => lockDiscovery(locks), always: true }],
  [
    'quota-used-bytes',
    {
      write: ({ quota }) => quota && `<D:quota-used-bytes>${quota.used}</D:quota-used-bytes>`,
      always: false,
    },
  ],
  [
    'quota-available-bytes',
    {
      write: ({ quota }) =>
        quota && `<D:quota-available-bytes>${quota.available}</D:quota-available-bytes>`,
      always: false,
    },
  ],
])

export function lockDiscovery(locks: Described['locks']): string {
  if (locks.length === 0) return '<D:lockdiscovery/>'
  const all = locks.map(({ lock, seconds, root }) => activeLock({ ...lock, seconds, root }))
  return `<D:lockdiscovery>${all.join('')}</D:lockdiscovery>`
}

let lastSecond = -1
let lastText = ''

/** RFC 3339 in UTC, whole seconds; a listing asks for the same second again and again. */
function internetDate(at: number): string {
  const second = Math.floor(at / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = new Date(second * 1000).toISOString().replace('.000Z', 'Z')
  }
  return lastText
}
