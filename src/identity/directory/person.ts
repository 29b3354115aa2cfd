/**
 * A person of a directory: found by a name that was typed, known by the subject.
 */
import { addressOf, lineOf, shownNameOf, userNameOf } from '#domain/said-of-people.ts'
import { LANGUAGES, type Language } from '#domain/user.ts'
import { filterFor } from '#wire/ldap/filter.ts'
import type { DirectoryConnection } from './connection.ts'
import type { Entry } from './entry.ts'
import { binaryAttributes, personAttributes, subjectOf, type Terms } from './flavour.ts'

export type DirectoryPerson = {
  readonly entry: Entry
  /** For ever; names change hands. */
  readonly subject: string
  /** As an administrator may see them. */
  readonly shownAs: string
  /** What their user name would be; null: nothing that they are called can be one. */
  readonly name: string | null
  readonly displayName: string
  readonly email: string | null
  /** RFC 2798 §2.7; null: not one of ours. */
  readonly language: Language | null
}

/** Why nobody was found; `no_id`: the entry has no name or no lasting identifier. */
export type NotFound = 'unknown_there' | 'ambiguous' | 'no_id'

const MAX_SUBJECT = 512
/** Longer than any name or address. It is not even asked for. */
const MAX_TYPED = 320

/** Exactly one entry, or nobody. @throws DirectoryError */
export async function findPerson(
  connection: Pick<DirectoryConnection, 'search'>,
  terms: Terms,
  typed: string,
): Promise<DirectoryPerson | NotFound> {
  if (typed === '' || typed.length > MAX_TYPED) return 'unknown_there'
  const found = await connection.search(terms.baseDn, {
    filter: filterFor(terms.userFilter, typed),
    attributes: personAttributes(terms),
    binary: binaryAttributes(terms),
    most: 2, // whether there is a second
  })
  const [entry, ...others] = found
  if (!entry) return 'unknown_there'
  return others.length > 0 ? 'ambiguous' : (personOf(entry, terms) ?? 'no_id')
}

/** null where the entry has no name or no lasting identifier. */
export function personOf(entry: Entry, terms: Terms): DirectoryPerson | null {
  const subject = subjectOf(entry, terms)
  if (entry.dn.trim() === '' || subject === null || subject.length > MAX_SUBJECT) return null
  const called = lineOf(entry.text(terms.name))
  const displayName = shownNameOf(entry.text(terms.displayName)) || shownNameOf(entry.text('cn'))
  return {
    entry,
    subject,
    shownAs: called ?? displayName,
    name: entry.texts(terms.name).flatMap((one) => userNameOf(one) ?? [])[0] ?? null,
    displayName,
    language: languageOf(entry.text('preferredLanguage')),
    email: addressOf(entry.text(terms.email)),
  }
}

const languageOf = (preferred: string | null): Language | null =>
  LANGUAGES.find((one) => preferred?.toLowerCase().startsWith(one)) ?? null
