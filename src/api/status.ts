/**
 * How the API says each problem: its HTTP status. Total by type: a new code does not compile without.
 */
import type { ProblemCode } from '#base/problem.ts'

export const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  step_up_required: 403,
  second_factor_required: 403,
  forbidden: 403,
  cross_origin: 403,
  not_found: 404,
  conflict: 409,
  link_dead: 410,
  too_large: 413,
  busy: 429,
  broken: 500,
  unavailable: 503,
} as const satisfies Record<ProblemCode, number>

/** Seconds after which it is worth to try again. */
export const RETRY_AFTER: { readonly [code in ProblemCode]?: number } = {
  busy: 10,
  unavailable: 30,
}
