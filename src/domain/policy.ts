/**
 * Policy: what the administrator decides for everybody, each setting with its default and bounds.
 *
 * `policyFor` is the one place that says what applies to a person. Levels for groups and for single
 * persons join there; everybody else asks for the result only.
 */
import { z } from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { invalid } from '#base/problem.ts'

const seconds = (least: number, most: number): z.ZodInt =>
  z
    .int()
    .min(least / SECOND)
    .max(most / SECOND)

/** Every setting: how it is checked, what it is when nobody has set it, and what it does. */
export const SETTINGS = {
  app_credentials_ttl: {
    schema: seconds(HOUR, 3650 * DAY),
    initial: (90 * DAY) / SECOND,
    about: 'How long a new application password is valid, in seconds.',
  },
  app_credentials_ttl_min: {
    schema: seconds(MINUTE, 3650 * DAY),
    initial: DAY / SECOND,
    about: 'The shortest time for which an application password can be created, in seconds.',
  },
  app_credentials_ttl_max: {
    schema: seconds(HOUR, 3650 * DAY),
    initial: (365 * DAY) / SECOND,
    about: 'The longest time for which an application password can be created, in seconds.',
  },
  app_credentials_unused_ttl: {
    schema: seconds(0, 3650 * DAY),
    initial: 0,
    about: 'An application password that was not used for this many seconds ends. 0: never.',
  },
  app_passwords_per_person: {
    schema: z.int().min(0).max(1000),
    initial: 50,
    about: 'The most valid application passwords that one person can have. 0: none can be created.',
  },
  app_passwords_need_second_factor: {
    schema: z.boolean(),
    initial: false,
    about: 'Only a person who has set up a second factor can create application passwords.',
  },
  second_factor: {
    schema: z.enum(['off', 'offered', 'required']),
    initial: 'required',
    about: 'Whether people can, or have to, set up a second factor.',
  },
  main_password_change: {
    schema: z.enum(['keep', 'end']),
    initial: 'keep',
    about: "What a change of the main password does to a person's application passwords.",
  },
  session_idle: {
    schema: seconds(5 * MINUTE, 24 * HOUR),
    initial: HOUR / SECOND,
    about: 'A browser session that was not used for this many seconds ends.',
  },
  session_max: {
    schema: seconds(15 * MINUTE, 24 * HOUR),
    initial: (24 * HOUR) / SECOND,
    about: 'A browser session ends after this many seconds, used or not (NIST SP 800-63B-4 §2.2).',
  },
  drive_quota: {
    schema: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
    initial: 0,
    about:
      'Bytes that a person can keep in Home, unless the person has another figure. 0: no limit.',
  },
} as const satisfies Record<string, { schema: z.ZodType; initial: unknown; about: string }>

export type SettingName = keyof typeof SETTINGS
export type Settings = {
  readonly [name in SettingName]: z.infer<(typeof SETTINGS)[name]['schema']>
}
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

export const INITIAL_SETTINGS = Object.fromEntries(
  SETTING_NAMES.map((name) => [name, SETTINGS[name].initial]),
) as Settings

/** What applies to one person. */
export type Policy = Settings

/** The nearest level that decides wins. There is one level so far: everybody. */
export function policyFor(everybody: Settings): Policy {
  return everybody
}

/**
 * Settings that contradict each other are refused together, before any is stored.
 * @throws Problem `invalid`, naming the field that has to change
 */
export function checkSettings(settings: Settings): void {
  const { app_credentials_ttl: ttl, app_credentials_ttl_min: least } = settings
  if (least > settings.app_credentials_ttl_max)
    throw invalid('app_credentials_ttl_min', 'above_max', 'The minimum is above the maximum.')
  if (ttl < least)
    throw invalid('app_credentials_ttl', 'below_min', 'The duration is below the minimum.')
  if (ttl > settings.app_credentials_ttl_max)
    throw invalid('app_credentials_ttl', 'above_max', 'The duration is above the maximum.')
  if (settings.session_idle > settings.session_max)
    throw invalid('session_idle', 'above_max', 'The idle time is longer than the session.')
}
