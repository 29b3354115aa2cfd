/**
 * The words for what is wrong with a field. A fault without words does not compile.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { ApiProblem } from '../api/problem.ts'

export type Fault = ApiProblem['fields'][number]['fault']

export const FAULT_WORDS: Record<Fault, MessageDescriptor> = {
  empty: msg`Fill this in.`,
  too_short: msg`This is too short.`,
  too_long: msg`This is too long.`,
  too_small: msg`This is less than what is allowed.`,
  too_big: msg`This is more than what is allowed.`,
  below_min: msg`This is below the minimum that another setting allows.`,
  above_max: msg`This is above the maximum that another setting allows.`,
  characters: msg`There are characters in it that cannot be used here.`,
  controls: msg`There are invisible control characters in it: type it instead of pasting it.`,
  email: msg`This is not an e-mail address.`,
  reserved: msg`This name stands for something else: take another one.`,
  taken: msg`This is in use already.`,
  common: msg`This is one of the passwords that are tried first: take another one.`,
  personal: msg`This is made from your name, your e-mail address or this server's name: take another one.`,
  last_administrator: msg`This is the last administrator: make somebody else one first.`,
  last_factor: msg`This is the last second factor, and one is required: add another one first.`,
  unknown: msg`The server does not know this field: reload the page.`,
  form: msg`This is not in the form that is asked for.`,
  'no-external-entities': msg`XML with a document type is not taken.`,
}
