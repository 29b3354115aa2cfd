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

/** Every word that says why a field is wrong. Pages have a sentence for each, in every language. */
export const FAULTS = {
  empty: 'Nothing was given.',
  too_short: 'It is shorter than what is asked for.',
  too_long: 'It is longer than what is taken.',
  too_small: 'The number is below what is taken.',
  too_big: 'The number is above what is taken.',
  below_min: 'The value is below the minimum that another setting names.',
  above_max: 'The value is above the maximum that another setting names.',
  characters: 'It has characters that cannot be in it.',
  controls: 'It has control characters.',
  email: 'It is not an e-mail address.',
  reserved: 'The name stands for something else.',
  taken: 'The name is in use; `suggestion` may say what is free.',
  common: 'The password is one of those that are tried first.',
  personal: 'The password is made of the name, the address or this server.',
  last_administrator: 'Nobody else is an administrator.',
  last_factor: 'It is the last second factor where policy requires one.',
  unknown: 'There is no field of that name.',
  form: 'It is not in the form that was asked for.',
  needed: 'It is needed for what was chosen.',
  closed: 'Policy closes it for this person.',
  unsupported: 'The provider cannot do this.',
  tenant: 'It is not written like a tenant: a GUID or a domain.',
  concrete: 'One tenant has to be named, not a word for any.',
  scope: 'It is not a list of scopes.',
  again: 'It has to be given again, because what it belongs to has changed.',
  in_use: 'Something uses it.',
  ends_tokens: 'It would end tokens; send `endTokens` when that is meant.',
  diagnosed: 'A provider refused; `suggestion` is a cause of the error doctor, and its code.',
  not_shared: 'It is only for shared mailboxes.',
  certificate: 'It is not a private key and its certificate in PEM.',
  key: 'There is no private key that can be used.',
  key_size: 'The private key is too small.',
  mismatch: 'The private key does not belong to the certificate.',
  expired: 'It has ended.',
  address: 'The address is in a network that may not be reached.',
  url: 'It is not an address.',
  https: 'The address has to begin with https.',
  userinfo: 'The address has a user name or a password.',
  fragment: 'The address has a fragment.',
  host: 'The host cannot be used.',
  'no-external-entities': 'The XML has a document type (RFC 4918 §20.6).',
} as const
export type Fault = keyof typeof FAULTS

/** Which field is wrong, why (a word that pages translate), and what would do instead. */
export type FieldFault = {
  readonly field: string
  readonly fault: Fault
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
export function invalid(field: string, fault: Fault, message: string): Problem {
  return new Problem('invalid', message, { fields: [{ field, fault }] })
}
