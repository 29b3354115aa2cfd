/**
 * Work on many users at once: what can be done to them, and why it is not done to somebody.
 */

export type Deed =
  | { readonly kind: 'enable' | 'disable' | 'require_second_factor' }
  | {
      readonly kind: 'settings'
      /** Second factors from before now no longer suffice: each person sets up anew. */
      readonly contactMethodsAgain: boolean
      readonly deleteAppPasswords: boolean
      /** Every remembered browser asks for the second factor again. */
      readonly forgetDevices: boolean
    }
  | { readonly kind: 'group_add' | 'group_remove'; readonly groupId: string }

export const DEEDS = [
  'enable',
  'disable',
  'require_second_factor',
  'settings',
  'group_add',
  'group_remove',
] as const satisfies readonly Deed['kind'][]

/** Why it was not done to a person. */
export const BULK_FAILURES = {
  not_found: 'The user was deleted meanwhile, or never existed.',
  yourself: 'Nobody disables their own account this way.',
  last_administrator: 'This is the last administrator who can sign in.',
  group_gone: 'The group was deleted meanwhile.',
  forbidden: 'Who began it is no administrator any more.',
} as const
export type BulkFailure = keyof typeof BULK_FAILURES

/** How many of what it has ended or changed so far. */
export type BulkOutcome = {
  /** People of whom something is different now; the others were as wanted already. */
  readonly changed: number
  readonly appPasswords: number
  readonly sessions: number
  readonly devices: number
}
export const NO_OUTCOME: BulkOutcome = { changed: 0, appPasswords: 0, sessions: 0, devices: 0 }

/** A person as the work finds them; null where there is nobody (any more). */
export type BulkPerson = {
  readonly id: string
  readonly name: string
  readonly there: boolean
  readonly state: string
  /** An administrator who can sign in. */
  readonly administers: boolean
  /** Can sign in once enabled: has a main password, or a provider knows them. */
  readonly accepted: boolean
  readonly hasFactors: boolean
  readonly appPasswords: number
  readonly devices: number
  readonly requiredAlready: boolean
  readonly member: boolean
}

export type Judged =
  | { readonly person: BulkPerson; readonly does: 'nothing' | 'something' }
  | { readonly person: BulkPerson; readonly does: 'fails'; readonly why: BulkFailure }

/**
 * What is done to each of a chunk of people.
 * @param given `actorId`: who began it; `administratorsLeft`: those who can sign in and are not among
 *   these people; `group`: whether it is still there
 */
export function judgeBulk(
  deed: Deed,
  people: readonly BulkPerson[],
  given: {
    readonly actorId: string | null
    readonly administratorsLeft: number
    readonly group: boolean
  },
): Judged[] {
  // Of those that would go, so many must stay that one is left.
  let left = given.administratorsLeft + people.filter((one) => one.administers).length
  return people.map((person): Judged => {
    if (!person.there) return { person, does: 'fails', why: 'not_found' }
    if (deed.kind === 'disable') {
      if (person.id === given.actorId) return { person, does: 'fails', why: 'yourself' }
      if (person.administers && left === 1)
        return { person, does: 'fails', why: 'last_administrator' }
      if (person.administers) left--
    }
    if ('groupId' in deed && !given.group) return { person, does: 'fails', why: 'group_gone' }
    return { person, does: changes(deed, person) ? 'something' : 'nothing' }
  })
}

function changes(deed: Deed, person: BulkPerson): boolean {
  switch (deed.kind) {
    case 'enable':
      return person.state === 'disabled'
    case 'disable':
      return person.state !== 'disabled'
    case 'require_second_factor':
      return !person.requiredAlready
    case 'settings':
      return (
        (deed.contactMethodsAgain && person.hasFactors) ||
        (deed.deleteAppPasswords && person.appPasswords > 0) ||
        (deed.forgetDevices && person.devices > 0)
      )
    case 'group_add':
      return !person.member
    case 'group_remove':
      return person.member
  }
}
