/**
 * One connection to one directory: bind and search, each with a time limit, and answers as values.
 */
import {
  Client,
  FilterParser,
  PasswordPolicyControl,
  ResultCodeError,
  type Filter,
  type SearchOptions,
} from 'ldapts'
import type { Secret } from '#base/secret.ts'
import { whereOf, type DirectoryAddress } from './address.ts'
import { CheckedPipe } from './checked-pipe.ts'
import { dial, type Way } from './dial.ts'
import { Entry } from './entry.ts'
import { DirectoryError, failureOfCode, refusalCodes } from './failure.ts'

export type BindAnswer =
  | { readonly ok: true; readonly policyError: number | null }
  | {
      readonly ok: false
      /** RFC 4511 appendix A. */
      readonly code: number
      /** As the directory says it; Active Directory has its sub-code in it. */
      readonly says: string
      /** draft-behera-ldap-password-policy-10 §6.2 */
      readonly policyError: number | null
    }

export type Search = {
  /** RFC 4515, or built where a value is bytes. */
  readonly filter: string | Filter
  readonly scope?: 'base' | 'sub'
  readonly attributes: readonly string[]
  /** Attributes whose values are bytes. */
  readonly binary?: readonly string[]
  /** More are not asked for. Above the size of a page they come page by page. */
  readonly most: number
}

/** How a directory is reached, and how long an answer may take, in milliseconds. */
export type Limits = { readonly connectMs: number; readonly answerMs: number }
export const LIMITS: Limits = { connectMs: 5_000, answerMs: 10_000 }

/** Below what Active Directory (1,000) and OpenLDAP (500) give at once. */
const PAGE = 400

export class DirectoryConnection implements AsyncDisposable {
  readonly #client: Client
  readonly #pipe: CheckedPipe
  /** The address as the administrator wrote it. */
  readonly url: string
  readonly #where: string

  private constructor(client: Client, pipe: CheckedPipe, address: DirectoryAddress) {
    this.#client = client
    this.#pipe = pipe
    this.url = address.url
    this.#where = whereOf(address)
  }

  /** @throws DirectoryError */
  static async open(
    address: DirectoryAddress,
    way: Omit<Way, 'connectMs'>,
    limits: Limits = LIMITS,
  ): Promise<DirectoryConnection> {
    const socket = await dial(address, { ...way, connectMs: limits.connectMs })
    const pipe = new CheckedPipe(socket)
    const client = new Client({
      url: 'ldap://directory', // where it is stands in `address`; the connection is there already
      timeout: limits.answerMs,
      createConnection: (() => pipe) as unknown as NonNullable<
        ConstructorParameters<typeof Client>[0]['createConnection']
      >,
    })
    return new DirectoryConnection(client, pipe, address)
  }

  /**
   * A name with an empty password would be an anonymous bind, which succeeds (RFC 4513 §5.1.2).
   * @throws DirectoryError; a refusal is a value
   */
  async bind(dn: string, password: Secret): Promise<BindAnswer> {
    if (dn.trim() === '' || password.revealBytes().length === 0)
      throw new Error('A bind without a name or a password is none.')
    const policy = new PasswordPolicyControl()
    const policyError = (): number | null => policy.value?.error ?? null
    try {
      await this.#client.bind(dn, password.reveal(), policy)
      return { ok: true, policyError: policyError() }
    } catch (thrown) {
      if (!(thrown instanceof ResultCodeError)) throw this.#failed(thrown)
      if (isPassing(thrown.code)) throw this.#failed(thrown)
      return { ok: false, code: thrown.code, says: thrown.message, policyError: policyError() }
    }
  }

  /** References to other directories are not followed, and nothing of them is kept. @throws DirectoryError */
  async search(base: string, wanted: Search): Promise<Entry[]> {
    const options: SearchOptions = {
      scope: wanted.scope ?? 'sub',
      derefAliases: 'never',
      filter: this.#parsed(wanted.filter),
      attributes: [...wanted.attributes],
      explicitBufferAttributes: [...(wanted.binary ?? [])],
    }
    try {
      if (wanted.most <= PAGE) {
        const few = { ...options, sizeLimit: wanted.most }
        return (await this.#client.search(base, few)).searchEntries.map((one) => new Entry(one))
      }
      const found: Entry[] = []
      const pages = this.#client.searchPaginated(base, { ...options, paged: { pageSize: PAGE } })
      for await (const { searchEntries } of pages) {
        found.push(...searchEntries.map((one) => new Entry(one)))
        if (found.length > wanted.most) throw new DirectoryError('too_large', this.#where)
      }
      return found
    } catch (thrown) {
      throw this.#failed(thrown)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.unbind().catch(() => {})
    this.#pipe.destroy()
  }

  #parsed(filter: string | Filter): Filter {
    try {
      return typeof filter !== 'string' ? filter : FilterParser.parseString(filter)
    } catch (thrown) {
      throw new DirectoryError('filter', this.#where, thrown)
    }
  }

  #failed(thrown: unknown): DirectoryError {
    if (thrown instanceof DirectoryError) return thrown
    const failed = (failure: DirectoryError['failure']): DirectoryError =>
      new DirectoryError(failure, this.#where, thrown)
    if (this.#pipe.broken !== null) return failed(this.#pipe.broken)
    if (thrown instanceof ResultCodeError) {
      const { code, message } = thrown
      return new DirectoryError(failureOfCode(code), this.#where, refusalCodes(code, message))
    }
    const says = thrown instanceof Error ? thrown.message : ''
    if (says.endsWith('timed out')) return failed('timeout')
    return failed(/^(Socket|Connection)/.test(says) ? 'network' : 'malformed')
  }
}

/** Says nothing about who binds: operationsError, protocolError, timeLimitExceeded, busy, unavailable. */
const isPassing = (code: number): boolean => [1, 2, 3, 10, 11, 51, 52, 80].includes(code)
