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
  needed: msg`This is needed for what you have chosen.`,
  closed: msg`Policy closes this for you.`,
  unsupported: msg`The provider cannot do this.`,
  tenant: msg`A tenant is a GUID or a domain.`,
  concrete: msg`Name one tenant here, not a word that stands for any.`,
  scope: msg`This is not a list of scopes separated by spaces.`,
  again: msg`Enter this again: what it belongs to has changed.`,
  in_use: msg`This is still in use.`,
  ends_tokens: msg`This change ends tokens of mail accounts.`,
  diagnosed: msg`The provider refused.`,
  not_shared: msg`Only a shared mailbox has a delegate.`,
  certificate: msg`This is not a private key with its certificate in PEM.`,
  key: msg`There is no RSA private key without a passphrase in it.`,
  key_size: msg`The private key is too small: 2048 bits at least.`,
  mismatch: msg`The private key does not belong to the certificate.`,
  expired: msg`This has ended already.`,
  address: msg`This is in a network that the server may not reach; the operator can allow it.`,
  url: msg`This is not an address.`,
  https: msg`The address has to begin with https.`,
  userinfo: msg`The address must not have a user name or a password in it.`,
  fragment: msg`The address must not have a part behind #.`,
  host: msg`This host cannot be used.`,
  'no-external-entities': msg`XML with a document type is not taken.`,
}
