/**
 * The directories of this server: people sign in by them, and are known there.
 */
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Sealer } from '#vault/seal.ts'
import { ldapConfig, providerSecretPlace } from '../outside/provider-config.ts'
import { accountStates, type AccountFacts } from './account-states.ts'
import { Breaker } from './breaker.ts'
import type { DirectoryConnection } from './connection.ts'
import { DirectoryError, isOfTheServer, type DirectoryFailure } from './failure.ts'
import { openDirectory, type Directory, type DirectoryNeeds } from './open-directory.ts'
import { tryConnection, type DirectoryCheck } from './try-connection.ts'
import { visit, type DirectoryVisit } from './visit.ts'

type Row = Pick<IdentityProviderRow, 'id' | 'config' | 'secret'>
type Needs = Omit<DirectoryNeeds, 'breaker'> & {
  readonly clock: Clock
  readonly sealer: Pick<Sealer, 'open'>
}

/** Connections for sign-ins to one directory; each lasts some milliseconds. */
const MOST_AT_ONCE = 24

export class Directories {
  readonly #needs: Needs & DirectoryNeeds
  readonly #open = new Map<string, number>()

  constructor(needs: Needs) {
    this.#needs = { ...needs, breaker: new Breaker(needs.clock) }
  }

  /**
   * Looks a person up by what was typed. Whoever calls it disposes of the visit.
   * @throws Problem `busy`, `unavailable`: nothing was decided about anybody; so does the visit
   */
  async visit(row: Row, typed: string): Promise<DirectoryVisit> {
    const directory = this.#directory(row)
    const leave = this.#comeIn(row.id)
    await using opened = new AsyncDisposableStack()
    opened.defer(leave)
    const connection = await answered(openDirectory(this.#needs, directory))
    opened.use(connection)
    const watched = async <T>(answer: Promise<T>): Promise<T> =>
      await answered(this.#watch(connection, answer))
    const { found, check } = await watched(visit(connection, directory, typed, this.#needs.clock))
    const closing = opened.move()
    return {
      found,
      check: async (password) => await watched(check(password)),
      [Symbol.asyncDispose]: async () => await closing.disposeAsync(),
    }
  }

  /**
   * By subject; who is missing in it is not in the directory any more.
   * @throws Problem `unavailable` when it does not answer, or not about all of them
   */
  async accountStates(
    row: Row,
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, AccountFacts>> {
    const directory = this.#directory(row)
    await using connection = await answered(openDirectory(this.#needs, directory))
    const states = accountStates(connection, directory, subjects, this.#needs.clock)
    return await answered(this.#watch(connection, states))
  }

  /** For the administrator. `name`: a person to look up. */
  async check(row: Row, name: string | null): Promise<DirectoryCheck[]> {
    return await tryConnection(this.#needs, this.#directory(row), name)
  }

  #directory(row: Row): Directory {
    const { sealer } = this.#needs
    if (row.secret === null) throw new Error(`Directory ${row.id} has no password.`)
    return {
      config: ldapConfig(row),
      password: sealer.open(row.secret, providerSecretPlace(row.id)),
    }
  }

  /** A server that takes connections and then does not answer is left alone, too. */
  async #watch<T>({ url }: DirectoryConnection, answer: Promise<T>): Promise<T> {
    const { breaker } = this.#needs
    try {
      const answered = await answer
      breaker.works(url)
      return answered
    } catch (thrown) {
      if (thrown instanceof DirectoryError && isOfTheServer(thrown.failure)) breaker.failed(url)
      throw thrown
    }
  }

  /** @returns what gives the place back */
  #comeIn(id: string): () => void {
    const open = this.#open.get(id) ?? 0
    if (open >= MOST_AT_ONCE)
      throw new Problem('busy', 'Too many people are signing in at this moment. Try again.')
    this.#open.set(id, open + 1)
    return () => void this.#open.set(id, (this.#open.get(id) ?? 1) - 1)
  }
}

/** The person hears that it is not about them; the cause says what it was. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause
    throw new Problem('unavailable', 'The directory does not answer. Try again later.', { cause })
  }
}

/** Why a directory did not answer; null where that is not what was thrown. */
export const directoryFailure = (thrown: unknown): DirectoryFailure | null =>
  thrown instanceof Problem && thrown.cause instanceof DirectoryError ? thrown.cause.failure : null
