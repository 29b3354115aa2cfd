/**
 * An entry of a directory, with attributes by name in any case.
 */
import type { Entry as LibraryEntry } from 'ldapts'

export class Entry {
  readonly dn: string
  readonly #values = new Map<string, readonly (string | Buffer)[]>()

  constructor({ dn, ...attributes }: LibraryEntry) {
    this.dn = dn
    for (const [name, value] of Object.entries(attributes))
      this.#values.set(name.toLowerCase(), Array.isArray(value) ? value : [value])
  }

  /** The first value, null where there is none, or an empty one, or it is no text. */
  text(name: string): string | null {
    return this.texts(name)[0] ?? null
  }

  texts(name: string): readonly string[] {
    const values = this.#values.get(name.toLowerCase()) ?? []
    return values.filter((value): value is string => typeof value === 'string' && value !== '')
  }

  bytes(name: string): Buffer | null {
    const [value] = this.#values.get(name.toLowerCase()) ?? []
    if (value === undefined || value.length === 0) return null
    return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
  }
}
