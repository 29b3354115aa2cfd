/**
 * The words for people: roles, states, where accounts come from, how somebody signed in.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Method, Role, SecondFactor, User, UserState } from '../api/types.ts'

export const ROLE_WORDS: Record<Role, MessageDescriptor> = {
  user: msg`User`,
  administrator: msg`Administrator`,
}
export const ROLES = Object.keys(ROLE_WORDS) as Role[]

export const STATE_WORDS: Record<UserState, MessageDescriptor> = {
  invited: msg`Invited`,
  active: msg`Active`,
  disabled: msg`Disabled`,
}
export const STATES = Object.keys(STATE_WORDS) as UserState[]
export const STATE_COLOURS: Record<UserState, string> = {
  invited: 'yellow',
  active: 'green',
  disabled: 'gray',
}

export const SOURCE_WORDS: Record<User['source'], MessageDescriptor> = {
  local: msg`Local account`,
}

export const FACTOR_WORDS: Record<SecondFactor['kind'], MessageDescriptor> = {
  totp: msg`Authenticator app`,
}

export const METHOD_WORDS: Record<Method, MessageDescriptor> = {
  totp: msg`Authenticator app`,
  recovery_code: msg`Recovery code`,
}

const SIGN_IN_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  password: msg`Password`,
  totp: msg`Authenticator app`,
  recovery_code: msg`Recovery code`,
  link: msg`One-time link`,
}

/** `password+totp` → "Password + Authenticator app"; a method that has no words is shown as it is. */
export const methodWords = (method: string, say: (words: MessageDescriptor) => string): string =>
  method
    .split(/[+ ]/)
    .map((one) => SIGN_IN_WORDS[one])
    .map((words, i) => (words ? say(words) : (method.split(/[+ ]/)[i] ?? '')))
    .join(' + ')
