/**
 * A directory with the account that searches signed in: the first of its servers that answers.
 */
import type { LookupFunction } from 'node:net'
import type { Secret } from '#base/secret.ts'
import type { LdapConfig } from '#domain/identity-provider.ts'
import type { MayReach } from '#vault/reachable.ts'
import { directoryAddress, type DirectoryAddress } from './address.ts'
import type { Breaker } from './breaker.ts'
import { DirectoryConnection, LIMITS, type Limits } from './connection.ts'
import { DirectoryError, isOfTheServer, refusalCodes } from './failure.ts'

export type DirectoryNeeds = {
  readonly mayReach: MayReach
  readonly breaker: Breaker
  /** Where names are looked up; the system unless a test says otherwise. */
  readonly lookup?: LookupFunction | undefined
  readonly limits?: Limits | undefined
}

/** What is asked: configuration, and the password of the account that searches. */
export type Directory = { readonly config: LdapConfig; readonly password: Secret }

/**
 * A server that does not answer is passed over, and left alone for a while. Whether it works is known
 * only when it has answered what it is asked then.
 * @throws DirectoryError of the last one; `away` when none is asked at the moment
 */
export async function openDirectory(
  needs: DirectoryNeeds,
  { config, password }: Directory,
): Promise<DirectoryConnection> {
  let last: DirectoryError | null = null
  for (const url of config.urls) {
    if (!needs.breaker.mayAsk(url)) continue
    try {
      const connection = await openServer(needs, config, url)
      try {
        await signInSearcher(connection, config, password)
      } catch (thrown) {
        await connection[Symbol.asyncDispose]()
        throw thrown
      }
      return connection
    } catch (thrown) {
      if (!(thrown instanceof DirectoryError)) throw thrown
      if (isOfTheServer(thrown.failure)) needs.breaker.failed(url)
      else needs.breaker.works(url)
      last = thrown
    }
  }
  throw last ?? new DirectoryError('away', config.urls[0] ?? '')
}

/** Its network may have been closed since it was saved. */
function addressOf(url: string, { startTls }: LdapConfig, mayReach: MayReach): DirectoryAddress {
  try {
    return directoryAddress(url, startTls, mayReach)
  } catch (thrown) {
    throw new DirectoryError('not_allowed', url, thrown)
  }
}

/** @throws DirectoryError */
export async function openServer(
  { mayReach, lookup, limits = LIMITS }: Omit<DirectoryNeeds, 'breaker'>,
  config: LdapConfig,
  url: string,
): Promise<DirectoryConnection> {
  const address = addressOf(url, config, mayReach)
  return await DirectoryConnection.open(address, { mayReach, lookup, ca: config.ca }, limits)
}

/** As the account that searches; also again, after a person's password was tried. @throws DirectoryError */
export async function signInSearcher(
  connection: DirectoryConnection,
  { bindDn }: LdapConfig,
  password: Secret,
): Promise<void> {
  const answer = await connection.bind(bindDn, password)
  if (!answer.ok)
    throw new DirectoryError('bind', connection.url, refusalCodes(answer.code, answer.says))
}
