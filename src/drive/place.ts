/**
 * Places: a space and names in it, looked up on the disk.
 */
import path from 'node:path'
import { entryAt, type Entry } from './entry.ts'
import { MAX_NAME_BYTES } from './limits.ts'
import { encoded } from './path.ts'
import type { Space } from './space.ts'

export type Place = {
  readonly space: Space
  /** As they stand on the disk; what is not there yet as it was sent. */
  readonly names: readonly string[]
  /** The file's path on this machine. */
  readonly file: string
  /** The path in the database. */
  readonly path: Buffer
  readonly entry: Entry | null
  /** Whether the collection that it is in, or would be in, is there. */
  readonly parent: boolean
  /** Something stands there, or on the way, that is not served: nothing may be put in its place. */
  readonly barred: boolean
}

/**
 * Looks at every step of the way, so that no link on it is followed. A name that is not there as it
 * was sent is looked for composed and decomposed: macOS sends NFD, everybody else NFC.
 */
export function placeAt(space: Space, names: readonly string[]): Place {
  let file = space.root
  let entry = entryAt(file) ?? null
  let parent = true
  let barred = false
  const found: string[] = []
  for (const name of names) {
    parent = entry?.kind === 'directory'
    const next: Step = parent && !barred ? step(file, name) : { name, entry: undefined }
    barred ||= next.entry === null
    found.push(next.name)
    file = path.join(file, next.name)
    entry = next.entry ?? null
  }
  return { space, names: found, file, path: Buffer.from(found.join('/')), entry, parent, barred }
}

type Step = { name: string; entry: Entry | null | undefined }

function step(folder: string, name: string): Step {
  const exact = entryAt(path.join(folder, name))
  // eslint-disable-next-line no-control-regex -- plain ASCII has one form
  if (exact !== undefined || /^[\u0000-\u007f]*$/.test(name)) return { name, entry: exact }
  for (const form of [name.normalize('NFC'), name.normalize('NFD')]) {
    // A decomposed name is longer; what does not fit cannot be there.
    const fits = form !== name && Buffer.byteLength(form) <= MAX_NAME_BYTES
    const entry = fits ? entryAt(path.join(folder, form)) : undefined
    if (entry !== undefined) return { name: form, entry }
  }
  return { name, entry: undefined }
}

export const parentNames = (place: Place): readonly string[] => place.names.slice(0, -1)

/** The place as a path below the mount point, percent-encoded; a collection ends with a slash. */
export function hrefOf(mount: string, place: Pick<Place, 'space' | 'names' | 'entry'>): string {
  const head = `${mount}/${encoded(place.space.name)}`
  const href = place.names.length === 0 ? head : `${head}/${place.names.map(encoded).join('/')}`
  return place.names.length === 0 || place.entry?.kind === 'directory' ? `${href}/` : href
}

/** Whether one place is the other, or in it. */
export const isWithin = (inner: Place, outer: Place): boolean =>
  inner.space.id === outer.space.id && outer.names.every((name, i) => name === inner.names[i])
