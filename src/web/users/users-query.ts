/**
 * What the address of the users page asks the server for.
 */
import type { QueryIn } from '#api/contract.ts'
import type { Sorting, UrlState } from '../parts/url-state.ts'
import { FACTOR_FILTERS, LISTED_STATES, ROLES } from '../words/people.ts'

type Query = NonNullable<QueryIn<'GET /users'>>
export type UserFilter = Omit<Query, 'sort' | 'order' | 'page' | 'size'>

export const USERS_PER_PAGE = 50

/** The page in the address; anything that is none is the first. */
export function pageOf(state: UrlState): number {
  const page = Number(state['page'] ?? 1)
  return Number.isInteger(page) && page > 0 ? page : 1
}

/** Words in the address that the server would refuse are left out: the page still opens. */
export function filterOf(state: UrlState): UserFilter {
  const role = ROLES.find((one) => one === state['role'])
  const found = LISTED_STATES.find((one) => one === state['state'])
  const factor = FACTOR_FILTERS.find((one) => one === state['factor'])
  return {
    ...(state['search'] && { search: state['search'] }),
    ...(role && { role }),
    ...(found && { state: found }),
    ...(state['source'] && { source: state['source'] }),
    ...(state['group'] && { group: state['group'] }),
    ...(factor && { factor }),
  }
}

export function usersQuery(state: UrlState, sorting: Sorting): Query {
  return {
    ...filterOf(state),
    sort: SORTS.find((one) => one === sorting.by) ?? 'name',
    order: sorting.order,
    page: pageOf(state),
    size: USERS_PER_PAGE,
  }
}

const SORTS = [
  'name',
  'email',
  'source',
  'secondFactors',
  'appPasswords',
  'nextExpiry',
  'lastSignInAt',
  'state',
  'createdAt',
] as const
