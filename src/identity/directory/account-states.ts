/**
 * How many accounts of a directory stand, a hundred at a time.
 */
import type { Clock } from '#base/clock.ts'
import { AndFilter, FilterParser } from 'ldapts'
import type { FrozenReason } from '#domain/identity-provider.ts'
import type { ExternalGroup } from '#store/groups.ts'
import { filterForAnybody } from '#wire/ldap/filter.ts'
import { accountState, passwordSetAt, type AccountState } from './account-state.ts'
import type { DirectoryConnection } from './connection.ts'
import type { Entry } from './entry.ts'
import { DirectoryError } from './failure.ts'
import {
  binaryAttributes,
  personAttributes,
  subjectOf,
  subjectsFilter,
  termsOf,
} from './flavour.ts'
import type { Terms } from './flavour.ts'
import { BATCH, groupsIn, isInRequired, membershipOf, type Membership } from './groups.ts'
import type { Directory } from './open-directory.ts'
import { personOf } from './person.ts'

/** `state` as liveness knows it: who only has to change the password is alive. */
export type AccountFacts = {
  readonly state: 'alive' | FrozenReason
  /** A new password is asked for at the next sign-in there. */
  readonly mustChange: boolean
  readonly passwordSetAt: number | null
  /** null: groups are not asked for. */
  readonly groups: readonly ExternalGroup[] | null
  readonly shownAs: string
  readonly email: string | null
}

/**
 * @returns by subject; who is not in it is not in the directory any more
 * @throws DirectoryError, also when the account that searches sees nobody at all: its rights were
 *   taken, not everybody's accounts
 */
export async function accountStates(
  connection: DirectoryConnection,
  { config }: Pick<Directory, 'config'>,
  subjects: readonly string[],
  clock: Clock,
): Promise<Map<string, AccountFacts>> {
  const terms = termsOf(config)
  const facts = new Map<string, AccountFacts>()
  for (let at = 0; at < subjects.length; at += BATCH) {
    const batch = subjects.slice(at, at + BATCH)
    const entries = await entriesOf(connection, terms, batch)
    const fitting = config.userFilter === '' ? null : await fittingOf(connection, terms, batch)
    const memberships = await membershipOf(connection, terms, entries)
    entries.forEach((entry, i) => {
      const subject = subjectOf(entry, terms)
      const membership = memberships[i]
      if (subject === null || !membership) return
      const fits = fitting?.has(subject) ?? true
      facts.set(subject, factsOf(entry, terms, { membership, fits }, clock.now()))
    })
  }
  if (facts.size === 0 && subjects.length > 0) await makeSureOfSight(connection, terms)
  return facts
}

async function entriesOf(
  connection: DirectoryConnection,
  terms: Terms,
  subjects: readonly string[],
): Promise<Entry[]> {
  const filter = subjectsFilter(subjects, terms)
  if (filter.filters.length === 0) return []
  return await connection.search(terms.baseDn, {
    filter,
    attributes: personAttributes(terms),
    binary: binaryAttributes(terms),
    most: 2 * BATCH,
  })
}

/** Those whom the administrator's own filter would still find under some name. */
async function fittingOf(
  connection: DirectoryConnection,
  terms: Terms,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  const anybody = FilterParser.parseString(filterForAnybody(terms.userFilter))
  const filters = [subjectsFilter(subjects, terms), anybody]
  const found = await connection.search(terms.baseDn, {
    filter: new AndFilter({ filters }),
    attributes: [terms.id],
    binary: binaryAttributes(terms),
    most: 2 * BATCH,
  })
  return new Set(found.flatMap((entry) => subjectOf(entry, terms) ?? []))
}

function factsOf(
  entry: Entry,
  terms: Terms,
  { membership, fits }: { membership: Membership; fits: boolean },
  now: number,
): AccountFacts {
  const account = accountState(entry, terms, now)
  const well = account === 'alive' || account === 'must_change'
  const inside: AccountState = !fits
    ? 'refused'
    : isInRequired(membership, terms)
      ? 'alive'
      : 'not_in_group'
  const person = personOf(entry, terms)
  return {
    state: well ? inside : account,
    mustChange: account === 'must_change',
    passwordSetAt: passwordSetAt(entry, terms),
    groups: terms.groupBaseDn === '' ? null : groupsIn(membership),
    shownAs: person?.shownAs ?? '',
    email: person?.email ?? null,
  }
}

async function makeSureOfSight(connection: DirectoryConnection, terms: Terms): Promise<void> {
  const seen = await connection.search(terms.baseDn, {
    filter: filterForAnybody(terms.userFilter),
    attributes: [terms.id],
    binary: binaryAttributes(terms),
    most: 1,
  })
  if (seen.length === 0) throw new DirectoryError('shows_nobody', terms.urls[0] ?? '')
}
