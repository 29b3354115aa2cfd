/**
 * The words for people: roles, states, where accounts come from, how somebody signed in.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { FactorKind, Method, Role, User, UserState } from '../api/types.ts'

export const ROLE_WORDS: Record<Role, MessageDescriptor> = {
  user: msg`User`,
  auditor: msg`Auditor`,
  administrator: msg`Administrator`,
}
export const ROLES = Object.keys(ROLE_WORDS) as Role[]

/** As the list shows them. frozen, unconfirmed: active here, and not let in where they are from. */
export type ShownState = UserState | 'frozen' | 'unconfirmed'
export const STATE_WORDS: Record<ShownState, MessageDescriptor> = {
  invited: msg`Invited`,
  active: msg`Active`,
  disabled: msg`Disabled`,
  frozen: msg`Frozen`,
  unconfirmed: msg`Unconfirmed`,
}
export const STATE_COLOURS: Record<ShownState, string> = {
  invited: 'yellow',
  active: 'green',
  disabled: 'gray',
  frozen: 'blue',
  unconfirmed: 'orange',
}
/** What the list is filtered by: `frozen` finds the unconfirmed too. */
export const LISTED_STATES = ['invited', 'active', 'disabled', 'frozen'] as const

export const shownState = ({ state, liveness }: Pick<User, 'state' | 'liveness'>): ShownState =>
  state === 'active' && liveness !== null && liveness !== 'alive' ? liveness : state

/** Where an account comes from. */
export const sourceWords = (
  { sourceName }: Pick<User, 'sourceName'>,
  say: (words: MessageDescriptor) => string,
): string => sourceName ?? say(msg`Local account`)

export const FACTOR_FILTER_WORDS = {
  none: msg`No second factor`,
  set_up: msg`Second factor set up`,
  required: msg`Second factor required`,
} satisfies Record<string, MessageDescriptor>
export const FACTOR_FILTERS = Object.keys(
  FACTOR_FILTER_WORDS,
) as (keyof typeof FACTOR_FILTER_WORDS)[]

export const FACTOR_WORDS: Record<FactorKind, MessageDescriptor> = {
  totp: msg`Authenticator app`,
  webauthn: msg`Passkey or security key`,
  email: msg`Code by e-mail`,
  sms: msg`Code by SMS`,
}

export const FACTOR_ABOUT: Record<FactorKind, MessageDescriptor> = {
  totp: msg`An app on your phone that shows six digits: Microsoft Authenticator, Google Authenticator, Aegis, 2FAS, a password manager …`,
  webauthn: msg`The fingerprint, face or PIN of this device or your phone, or a key such as a YubiKey. Nobody can be tricked into giving it away.`,
  email: msg`Eight digits to your mailbox at each sign-in. Not for who reads that mailbox only by signing in here first.`,
  sms: msg`Eight digits to your mobile phone at each sign-in.`,
}

export const METHOD_WORDS: Record<Method, MessageDescriptor> = {
  ...FACTOR_WORDS,
  recovery_code: msg`Recovery code`,
}

const SIGN_IN_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  ...METHOD_WORDS,
  password: msg`Password`,
  directory: msg`Password of the directory`,
  provider: msg`Identity provider`,
  passkey: msg`Passkey`,
  link: msg`One-time link`,
  user_verification: msg`PIN or fingerprint`,
  remembered_device: msg`Remembered browser`,
}

/** A provider as the second half of a sign-in: it says that it asked for a second factor itself. */
const SECOND_PROVIDER = msg`second factor of the provider`

/** `password+totp` → "Password + Authenticator app"; a method that has no words is shown as it is. */
export const methodWords = (method: string, say: (words: MessageDescriptor) => string): string =>
  method
    .split(/[+ ]/)
    .map((one, i) => {
      const words = i > 0 && one === 'provider' ? SECOND_PROVIDER : SIGN_IN_WORDS[one]
      return words ? say(words) : one
    })
    .join(' + ')
