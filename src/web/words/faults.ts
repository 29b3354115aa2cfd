/**
 * The words for what is wrong with a field.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

export const FAULT_WORDS = {
  empty: msg`Fill this in.`,
  too_short: msg`This is too short.`,
  too_long: msg`This is too long.`,
  too_small: msg`This is less than what is allowed.`,
  too_big: msg`This is more than what is allowed.`,
  controls: msg`There are invisible control characters in it: type it instead of pasting it.`,
  characters: msg`Use letters, digits, spaces and . _ - + @ ' only, and begin with a letter or digit.`,
  email: msg`This is not an e-mail address.`,
  taken: msg`This is in use already.`,
  last_administrator: msg`This is the last administrator: make somebody else one first.`,
  last_factor: msg`This is the last second factor, and one is required: add another one first.`,
  common: msg`This is one of the passwords that are tried first: take another one.`,
  contains_name: msg`This is made from your name or e-mail address: take another one.`,
  same: msg`This is the same as before.`,
  wrong: msg`This does not fit.`,
  above_max: msg`This is above the maximum that another setting allows.`,
  below_min: msg`This is below the minimum that another setting allows.`,
  invalid: msg`This is not in the form that is asked for.`,
  other: msg`This cannot be used.`,
} satisfies Record<string, MessageDescriptor>

export const isFault = (word: string): word is keyof typeof FAULT_WORDS => word in FAULT_WORDS
