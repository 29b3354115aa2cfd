/**
 * Tries a directory for the administrator: how far it comes, and why no further.
 */
import type { Clock } from '#base/clock.ts'
import { accountState } from './account-state.ts'
import { DirectoryError } from './failure.ts'
import { termsOf } from './flavour.ts'
import { isInRequired, membershipOf } from './groups.ts'
import {
  openServer,
  signInSearcher,
  type Directory,
  type DirectoryNeeds,
} from './open-directory.ts'
import { findPerson } from './person.ts'
import { filterForAnybody } from '#wire/ldap/filter.ts'

export type DirectoryCheck = {
  readonly check: 'connect' | 'bind' | 'search' | 'person'
  readonly ok: boolean
  /** A word of DIRECTORY_FAILURES, or how the person stands. */
  readonly reason: string | null
  readonly found: string | null
}

/**
 * Every server is tried; what comes after is tried at the last that answers.
 * @param name a person to look up
 */
export async function tryConnection(
  needs: Omit<DirectoryNeeds, 'breaker'> & { readonly clock: Clock },
  directory: Directory,
  name: string | null,
): Promise<DirectoryCheck[]> {
  const checks: DirectoryCheck[] = []
  const step = async <T>(
    check: DirectoryCheck['check'],
    act: () => Promise<{ value: T; ok?: boolean; reason?: string | null; found?: string | null }>,
    at: string | null = null,
  ): Promise<T | null> => {
    try {
      const { value, ok = true, reason = null, found = at } = await act()
      checks.push({ check, ok, reason, found })
      return value
    } catch (thrown) {
      const reason = reasonOf(thrown)
      checks.push({ check, ok: false, reason, found: at })
      return null
    }
  }
  await using opened = new AsyncDisposableStack()
  const { config, password } = directory
  const terms = termsOf(config)
  let last = null
  for (const url of config.urls) {
    const open = async () => ({ value: opened.use(await openServer(needs, config, url)) })
    last = (await step('connect', open, url)) ?? last
  }
  if (last === null) return checks
  const connection = last
  const bound = await step('bind', async () => {
    await signInSearcher(connection, config, password)
    return { value: true }
  })
  if (bound === null) return checks
  await step('search', async () => {
    const filter = filterForAnybody(terms.userFilter)
    const [one] = await connection.search(terms.baseDn, { filter, attributes: ['1.1'], most: 1 })
    await membershipOf(connection, terms, [])
    return one
      ? { value: true, found: one.dn }
      : { value: false, ok: false, reason: 'shows_nobody' }
  })
  if (name === null) return checks
  await step('person', async () => {
    const found = await findPerson(connection, terms, name)
    if (typeof found === 'string') return { value: null, ok: false, reason: found }
    const state = accountState(found.entry, terms, needs.clock.now())
    const [membership = new Map()] = await membershipOf(connection, terms, [found.entry])
    const inside = isInRequired(membership, terms)
    const reason = state !== 'alive' ? state : inside ? null : 'not_in_group'
    return { value: null, ok: reason === null, reason, found: found.entry.dn }
  })
  return checks
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof DirectoryError) return thrown.failure
  throw thrown
}
