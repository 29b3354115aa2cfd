/**
 * The words for every setting, and how its value is entered.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { SettingName } from '../api/types.ts'
import { GATEWAY_WORDS } from './applications.ts'
import { FACTOR_WORDS } from './people.ts'

export type Choice = { value: string; words: MessageDescriptor }
export type Entry =
  | { as: 'duration'; zero?: MessageDescriptor }
  | { as: 'size'; zero: MessageDescriptor }
  | { as: 'number'; zero?: MessageDescriptor }
  | { as: 'switch' }
  | { as: 'choice'; choices: readonly Choice[] }
  /** Any number of these. */
  | { as: 'choices'; choices: readonly Choice[]; none: MessageDescriptor }
  /** A list of texts, one on a line. */
  | { as: 'lines'; empty: MessageDescriptor; example: string }
  | { as: 'hours' }

type SettingWords = { label: MessageDescriptor; about: MessageDescriptor; entry: Entry }

const choicesOf = (words: Readonly<Record<string, MessageDescriptor>>): readonly Choice[] =>
  Object.entries(words).map(([value, one]) => ({ value, words: one }))

export const SETTING_WORDS: Record<SettingName, SettingWords> = {
  app_passwords: {
    label: msg`Use of application passwords`,
    about: msg`Forbidden: none can be created, and those that exist open nothing. They are not deleted.`,
    entry: {
      as: 'choice',
      choices: [
        { value: 'allowed', words: msg`Allowed` },
        { value: 'forbidden', words: msg`Forbidden` },
      ],
    },
  },
  app_credentials_ttl: {
    label: msg`Validity of an application password`,
    about: msg`How long a new application password is valid. Those that exist keep their date.`,
    entry: { as: 'duration' },
  },
  app_credentials_ttl_min: {
    label: msg`Shortest validity`,
    about: msg`The shortest time for which an application password can be created.`,
    entry: { as: 'duration' },
  },
  app_credentials_ttl_max: {
    label: msg`Longest validity`,
    about: msg`The longest time for which an application password can be created.`,
    entry: { as: 'duration' },
  },
  app_credentials_unused_ttl: {
    label: msg`Unused application passwords end after`,
    about: msg`One that was not used for this long stops working.`,
    entry: { as: 'duration', zero: msg`0: never` },
  },
  app_passwords_per_person: {
    label: msg`Most application passwords per person`,
    about: msg`How many valid ones a person can have at a time.`,
    entry: { as: 'number', zero: msg`0: none can be created` },
  },
  app_passwords_need_second_factor: {
    label: msg`Application passwords need a second factor`,
    about: msg`Only a person who has set up a second factor can create application passwords, and theirs only work as long as they have one.`,
    entry: { as: 'switch' },
  },
  gateways_allowed: {
    label: msg`Gateways`,
    about: msg`Where applications may sign in, whatever their application passwords open.`,
    entry: {
      as: 'choices',
      choices: choicesOf(GATEWAY_WORDS),
      none: msg`None: every gateway is closed`,
    },
  },
  gateway_networks: {
    label: msg`Networks`,
    about: msg`From which applications may sign in.`,
    entry: {
      as: 'lines',
      empty: msg`From everywhere`,
      example: '192.0.2.0/24\n2001:db8::/32',
    },
  },
  gateway_hours: {
    label: msg`Days and hours`,
    about: msg`When applications may sign in. What is connected is cut when the hours end.`,
    entry: { as: 'hours' },
  },
  second_factor: {
    label: msg`Second factor`,
    about: msg`Whether people can, or have to, set up a second factor. Required: they are led through it at the next sign-in.`,
    entry: {
      as: 'choice',
      choices: [
        { value: 'off', words: msg`Off` },
        { value: 'offered', words: msg`Offered` },
        { value: 'required', words: msg`Required` },
      ],
    },
  },
  second_factor_kinds: {
    label: msg`Kinds of second factors`,
    about: msg`That suffice. Who has none of these is asked for what they have, and then sets up another.`,
    entry: {
      as: 'choices',
      choices: choicesOf(FACTOR_WORDS),
      none: msg`At least one is needed`,
    },
  },
  passkey_sign_in: {
    label: msg`Signing in with a passkey alone`,
    about: msg`A passkey that asks for a PIN or a fingerprint is enough, without a password.`,
    entry: { as: 'switch' },
  },
  remembered_device_ttl: {
    label: msg`A browser is remembered for`,
    about: msg`When a person has marked it, the second factor is not asked for there until then.`,
    entry: { as: 'duration', zero: msg`0: always asked` },
  },
  main_password_change: {
    label: msg`When the main password changes`,
    about: msg`What becomes of the person's application passwords, also when it changes at the provider that the person comes from.`,
    entry: {
      as: 'choice',
      choices: [
        { value: 'keep', words: msg`They keep working` },
        { value: 'freeze', words: msg`They wait until the person lets them work again` },
        { value: 'end', words: msg`They end` },
      ],
    },
  },
  session_idle: {
    label: msg`A browser session ends when unused for`,
    about: msg`Who comes back later signs in again.`,
    entry: { as: 'duration' },
  },
  session_max: {
    label: msg`A browser session ends at the latest after`,
    about: msg`Used or not.`,
    entry: { as: 'duration' },
  },
  drive_quota: {
    label: msg`Quota of a person's Home`,
    about: msg`How much a person can keep in Home, unless the person has another figure.`,
    entry: { as: 'size', zero: msg`0: no limit` },
  },
}

type SettingGroup = { title: MessageDescriptor; names: readonly SettingName[] }

export const SETTING_GROUPS: readonly SettingGroup[] = [
  {
    title: msg`Application passwords`,
    names: [
      'app_passwords',
      'app_credentials_ttl',
      'app_credentials_ttl_min',
      'app_credentials_ttl_max',
      'app_credentials_unused_ttl',
      'app_passwords_per_person',
      'app_passwords_need_second_factor',
      'main_password_change',
    ],
  },
  {
    title: msg`Where and when applications sign in`,
    names: ['gateways_allowed', 'gateway_networks', 'gateway_hours'],
  },
  {
    title: msg`Signing in`,
    names: ['second_factor', 'second_factor_kinds', 'passkey_sign_in', 'remembered_device_ttl'],
  },
  { title: msg`Browser sessions`, names: ['session_idle', 'session_max'] },
  { title: msg`Drive`, names: ['drive_quota'] },
]
