/**
 * The words for mail accounts: their states, and how an Init. Token ended.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { AccountState, Forecast, TokenInit } from '../api/types.ts'

export const ACCOUNT_STATE_WORDS: Record<AccountState, MessageDescriptor> = {
  new: msg`new`,
  active: msg`active`,
  degraded: msg`waiting`,
  reconsent: msg`needs a person`,
  disabled: msg`disabled`,
}
export const ACCOUNT_STATES = Object.keys(ACCOUNT_STATE_WORDS) as AccountState[]

export const STATE_ABOUT: Record<AccountState, MessageDescriptor> = {
  new: msg`Init. Token was never run: the account has no tokens yet.`,
  active: msg`The tokens work and are kept fresh.`,
  degraded: msg`The last refresh failed. The tokens are kept, and it is tried again by itself.`,
  reconsent: msg`The provider has ended the consent. Only a person can renew it.`,
  disabled: msg`Switched off by an administrator. The tokens are kept and not used.`,
}

export const OUTCOME_WORDS: Record<TokenInit['outcome'], MessageDescriptor> = {
  pending: msg`Waiting for the sign-in at the provider…`,
  done: msg`The tokens are here: the account is active.`,
  confirm_delegate: msg`Somebody signed in, and has to be confirmed: may this person open the mailbox? Nothing was stored yet.`,
  wrong_person: msg`Somebody else signed in than was expected. Nothing was stored.`,
  missing_scopes: msg`The provider did not grant everything that is needed. Nothing was stored.`,
  refused: msg`The provider refused. Nothing was stored.`,
  expired: msg`Nobody signed in in time. Begin anew.`,
}

export const FORECAST_WORDS: Record<Forecast['what'], MessageDescriptor> = {
  refresh_token: msg`refresh token`,
  client_secret: msg`client secret`,
  certificate: msg`certificate`,
  consent: msg`consent`,
}
