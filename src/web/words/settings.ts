/**
 * The words for every setting, and how its value is entered.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { SettingName } from '../api/types.ts'

export type Choice = { value: string; words: MessageDescriptor }
export type Entry =
  | { as: 'duration'; zero?: MessageDescriptor }
  | { as: 'size'; zero: MessageDescriptor }
  | { as: 'number'; zero?: MessageDescriptor }
  | { as: 'switch' }
  | { as: 'choice'; choices: readonly Choice[] }

type SettingWords = { label: MessageDescriptor; about: MessageDescriptor; entry: Entry }

export const SETTING_WORDS: Record<SettingName, SettingWords> = {
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
  main_password_change: {
    label: msg`When the main password changes`,
    about: msg`What becomes of the person's application passwords.`,
    entry: {
      as: 'choice',
      choices: [
        { value: 'keep', words: msg`They keep working` },
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
      'app_credentials_ttl',
      'app_credentials_ttl_min',
      'app_credentials_ttl_max',
      'app_credentials_unused_ttl',
      'app_passwords_per_person',
      'app_passwords_need_second_factor',
    ],
  },
  { title: msg`Signing in`, names: ['second_factor', 'main_password_change'] },
  { title: msg`Browser sessions`, names: ['session_idle', 'session_max'] },
  { title: msg`Drive`, names: ['drive_quota'] },
]
