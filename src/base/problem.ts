/**
 * The one error class. `message` may be shown to a stranger; `cause` may only be logged.
 *
 * A refusal that a caller has to look at is a value, not a Problem. A Problem is what a person or a
 * program is told when what was asked cannot be done.
 */

/** What each code means. Machines read the code, docs/reference/problems.md is printed from here. */
export const PROBLEMS = {
  invalid: 'What was sent is not in the form that was asked for; `fields` says where.',
  unauthenticated: 'Nobody is signed in, or the name and password do not belong together.',
  step_up_required: 'Sign in again (password and second factor), then repeat the request.',
  second_factor_required: 'The second factor has to be given, or set up, before anything else.',
  forbidden: 'The person who is signed in may not do that.',
  cross_origin: 'The request does not come from a page of this server (header Origin).',
  not_found: 'There is no such thing, or not for this person.',
  conflict: 'The state of things does not allow it: a name in use, the last administrator.',
  link_dead: 'The one-time link was used, has ended, or never existed.',
  too_large: 'More was sent than is taken.',
  busy: 'Too much is going on; try again after the time in Retry-After.',
  unavailable: 'A part that is needed (database, disk, mail) does not answer. Nothing was done.',
  broken: 'Passerelle has made a mistake. The log has the details, under the id in the answer.',
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** Which field is wrong, why (a word that pages translate), and what would do instead. */
export type FieldFault = {
  readonly field: string
  readonly fault: string
  readonly suggestion?: string
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly fields: readonly FieldFault[]
  constructor(
    code: ProblemCode,
    message: string,
    { cause, fields = [] }: { cause?: unknown; fields?: readonly FieldFault[] } = {},
  ) {
    super(message, { cause })
    this.code = code
    this.fields = fields
  }
}

/** One field is wrong. `fault` is a word for machines and translators, `message` is for a person. */
export function invalid(field: string, fault: string, message: string): Problem {
  return new Problem('invalid', message, { fields: [{ field, fault }] })
}
