/**
 * Where the sealed tokens stand; a value that was moved elsewhere does not open.
 */
import type { Place } from './seal.ts'

export const refreshTokenPlace = (accountId: string): Place => ({
  table: 'mail_account',
  column: 'refresh_token',
  row: accountId,
})

export const previousRefreshTokenPlace = (accountId: string): Place => ({
  table: 'mail_account',
  column: 'previous_refresh_token',
  row: accountId,
})

export const accessTokenPlace = (accountId: string, resource: string): Place => ({
  table: 'access_token',
  column: 'token',
  row: `${accountId} ${resource}`,
})

/** What is kept to learn whether a person is still there. */
export const identityRefreshTokenPlace = (identityId: string): Place => ({
  table: 'identity',
  column: 'refresh_token',
  row: identityId,
})

export const identityPreviousRefreshTokenPlace = (identityId: string): Place => ({
  table: 'identity',
  column: 'previous_refresh_token',
  row: identityId,
})
