/**
 * A collection as a plain page, for whoever opens the drive in a browser.
 */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { entryAt } from '#drive/entry.ts'
import { encoded, isName } from '#drive/path.ts'
import type { Place } from '#drive/place.ts'
import type { Space } from '#drive/space.ts'
import { xmlText } from '#wire/webdav/xml-text.ts'
import { MOUNT, type DavRequest } from './request.ts'
import type { Reply } from './reply.ts'

/** A page is for looking around; programs list with PROPFIND. */
const MAX_ROWS = 5000

type Row = {
  readonly name: string
  readonly folder: boolean
  readonly size: number
  readonly mtime: number
}

export function listingPage(_request: DavRequest, { space, names, file }: Place): Reply {
  const rows = readdirSync(file)
    .slice(0, MAX_ROWS)
    .filter(isName)
    .flatMap((name): Row[] => {
      const entry = entryAt(path.join(file, name))
      return entry
        ? [{ name, folder: entry.kind === 'directory', size: entry.size, mtime: entry.mtime }]
        : []
    })
  return page([space.name, ...names].join(' / '), rows, true)
}

export const spacesPage = (spaces: readonly Space[]): Reply =>
  page(
    MOUNT.slice(1),
    spaces.map(({ name }) => ({ name, folder: true, size: 0, mtime: 0 })),
    false,
  )

function page(title: string, rows: readonly Row[], up: boolean): Reply {
  const sorted = rows.toSorted(
    (a, b) => Number(b.folder) - Number(a.folder) || (a.name < b.name ? -1 : 1),
  )
  const lines = sorted.map(({ name, folder, size, mtime }) => {
    const shown = xmlText(name) + (folder ? '/' : '')
    const link = `<a href="${encoded(name)}${folder ? '/' : ''}"><bdi>${shown}</bdi></a>`
    const changed = mtime === 0 ? '' : new Date(mtime).toISOString().slice(0, 16).replace('T', ' ')
    return `<tr><td>${link}</td><td>${folder ? '' : size}</td><td>${changed}</td></tr>`
  })
  const body = `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${xmlText(title)}</title></head><body><h1><bdi>${xmlText(title)}</bdi></h1>${
    up ? '<p><a href="../">../</a></p>' : ''
  }<table>${lines.join('\n')}</table></body></html>\n`
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body,
    headers: {
      'Content-Security-Policy':
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  }
}
