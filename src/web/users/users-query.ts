/**
 * What the address of the users page asks the server for.
 */
import type { QueryIn } from '#api/contract.ts'
import type { Sorting, UrlState } from '../parts/url-state.ts'
import { ROLES, STATES } from '../words/people.ts'

type Query = NonNullable<QueryIn<'GET /users'>>

export const USERS_PER_PAGE = 50

/** The page in the address; anything that is none is the first. */
export function pageOf(state: UrlState): number {
  const page = Number(state['page'] ?? 1)
  return Number.isInteger(page) && page > 0 ? page : 1
}

/** Words in the address that the server would refuse are left out: the page still opens. */
export function usersQuery(state: UrlState, sorting: Sorting): Query {
  const role = ROLES.find((one) => one === state['role'])
  const found = STATES.find((one) => one === state['state'])
  return {
    ...(state['search'] && { search: state['search'] }),
    ...(role && { role }),
    ...(found && { state: found }),
    sort: SORTS.find((one) => one === sorting.by) ?? 'name',
    order: sorting.order,
    page: pageOf(state),
    size: USERS_PER_PAGE,
  }
}

const SORTS = ['name', 'email', 'lastSignInAt', 'createdAt', 'appPasswords', 'nextExpiry'] as const
