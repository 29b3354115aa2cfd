/**
 * What the server refuses, as the pages see it.
 */
import type { ProblemAnswer } from '#api/contract.ts'

/**
 * The codes of the server; `away`: no answer at all, or one that is not ours; `key_…`: what a passkey
 * or security key did not do.
 */
export type PageProblemCode =
  | ProblemAnswer['code']
  | 'away'
  | 'key_declined'
  | 'key_known'
  | 'key_failed'
type Field = ProblemAnswer['fields'][number]

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly code: PageProblemCode
  readonly fields: readonly Field[]
  readonly requestId: string | null
  /** Seconds after which it is worth trying again, where the server said so. */
  readonly retryAfter: number | null
  constructor(
    code: PageProblemCode,
    message: string,
    about: { fields?: readonly Field[]; requestId?: string; retryAfter?: number | null } = {},
  ) {
    super(message)
    this.code = code
    this.fields = about.fields ?? []
    this.requestId = about.requestId ?? null
    this.retryAfter = about.retryAfter ?? null
  }
}

/** Reads an answer that is not a success. A proxy's HTML page is `away`, never shown. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const seconds = Number(response.headers.get('retry-after'))
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : null
  const said: unknown = await response.json().catch(() => null)
  if (!isProblem(said)) return new ApiProblem('away', `HTTP ${response.status}`, { retryAfter })
  return new ApiProblem(said.code, said.message, { ...said, retryAfter })
}

const isProblem = (said: unknown): said is ProblemAnswer =>
  typeof said === 'object' && said !== null && 'code' in said && 'fields' in said

/** Whatever was thrown, as a problem: a bug of the pages is `broken`. */
export const asProblem = (thrown: unknown): ApiProblem =>
  thrown instanceof ApiProblem ? thrown : new ApiProblem('broken', String(thrown))
