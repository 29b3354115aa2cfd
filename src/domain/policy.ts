/**
 * Policy: what the administrator decides, each setting with its default and bounds, at three levels.
 *
 * Everybody, a group, a person: the nearest level that decides a setting wins. `policyFor` is the one
 * place that says what applies to a person; everybody else asks for the result only.
 */
import { z } from 'zod'
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { parseNetwork } from '#base/network.ts'
import { invalid } from '#base/problem.ts'
import { GATEWAYS } from './app-password.ts'
import { OpeningHours } from './opening-hours.ts'
import { FACTOR_KINDS } from './second-factor.ts'

const seconds = (least: number, most: number): z.ZodInt =>
  z
    .int()
    .min(least / SECOND)
    .max(most / SECOND)

const distinct = (list: readonly unknown[]): boolean => new Set(list).size === list.length

/**
 * Every setting: how it is checked, what it is when nobody has set it, and what it does. `levels`:
 * whether groups and persons can decide it too.
 */
export const SETTINGS = {
  app_passwords: {
    schema: z.enum(['allowed', 'forbidden']),
    initial: 'allowed',
    levels: true,
    about: 'Whether application passwords can be created, and those that exist open anything.',
  },
  app_credentials_ttl: {
    schema: seconds(HOUR, 3650 * DAY),
    initial: (90 * DAY) / SECOND,
    levels: true,
    about: 'How long a new application password is valid, in seconds.',
  },
  app_credentials_ttl_min: {
    schema: seconds(MINUTE, 3650 * DAY),
    initial: DAY / SECOND,
    levels: true,
    about: 'The shortest time for which an application password can be created, in seconds.',
  },
  app_credentials_ttl_max: {
    schema: seconds(HOUR, 3650 * DAY),
    initial: (365 * DAY) / SECOND,
    levels: true,
    about: 'The longest time for which an application password can be created, in seconds.',
  },
  app_credentials_unused_ttl: {
    schema: seconds(0, 3650 * DAY),
    initial: 0,
    levels: true,
    about: 'An application password that was not used for this many seconds ends. 0: never.',
  },
  app_passwords_per_person: {
    schema: z.int().min(0).max(1000),
    initial: 50,
    levels: true,
    about: 'The most valid application passwords that one person can have. 0: none can be created.',
  },
  app_passwords_need_second_factor: {
    schema: z.boolean(),
    initial: false,
    levels: true,
    about: 'Only a person who has set up a second factor can create application passwords.',
  },
  gateways_allowed: {
    schema: z.array(z.enum(GATEWAYS)).max(GATEWAYS.length).refine(distinct),
    initial: [...GATEWAYS],
    levels: true,
    about: 'Gateways at which applications may sign in, whatever their passwords open.',
  },
  gateway_networks: {
    schema: z
      .array(
        z
          .string()
          .max(64)
          .refine((text) => parseNetwork(text) !== null),
      )
      .max(100)
      .refine(distinct),
    initial: [],
    levels: true,
    about: 'Networks (CIDR) from which applications may sign in. Empty: from everywhere.',
  },
  gateway_hours: {
    schema: OpeningHours,
    initial: [],
    levels: true,
    about:
      'Days and hours at which applications may sign in, such as `Mon-Fri 08:00-18:00 Europe/Paris`. Empty: always.',
  },
  second_factor: {
    schema: z.enum(['off', 'offered', 'required']),
    initial: 'required',
    levels: true,
    about: 'Whether people can, or have to, set up a second factor.',
  },
  second_factor_kinds: {
    schema: z.array(z.enum(FACTOR_KINDS)).min(1).max(FACTOR_KINDS.length).refine(distinct),
    initial: [...FACTOR_KINDS],
    levels: true,
    about:
      'Kinds of second factors that suffice. E-mail and SMS are offered where they can be sent.',
  },
  passkey_sign_in: {
    schema: z.boolean(),
    initial: true,
    levels: true,
    about:
      'A passkey that asks for a PIN or a fingerprint is enough to sign in, without a password.',
  },
  remembered_device_ttl: {
    schema: seconds(0, 365 * DAY),
    initial: (30 * DAY) / SECOND,
    levels: true,
    about:
      'For so many seconds a browser that its person has marked needs no second factor. 0: always asked.',
  },
  main_password_change: {
    schema: z.enum(['keep', 'freeze', 'end']),
    initial: 'keep',
    levels: true,
    about:
      "What a change of the main password, here or at the provider, does to a person's application passwords. freeze: they wait until the person says so after a sign-in.",
  },
  session_idle: {
    schema: seconds(5 * MINUTE, 24 * HOUR),
    initial: HOUR / SECOND,
    levels: true,
    about: 'A browser session that was not used for this many seconds ends.',
  },
  session_max: {
    schema: seconds(15 * MINUTE, 24 * HOUR),
    initial: (24 * HOUR) / SECOND,
    levels: true,
    about: 'A browser session ends after this many seconds, used or not (NIST SP 800-63B-4 §2.2).',
  },
  drive_quota: {
    schema: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
    initial: 0,
    levels: false, // a person has a figure of their own, beside the policy
    about:
      'Bytes that a person can keep in Home, unless the person has another figure. 0: no limit.',
  },
} as const satisfies Record<
  string,
  { schema: z.ZodType; initial: unknown; levels: boolean; about: string }
>

export type SettingName = keyof typeof SETTINGS
export type Settings = {
  readonly [name in SettingName]: z.infer<(typeof SETTINGS)[name]['schema']>
}
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]
/** Those that groups and persons can decide too. */
export const LEVEL_NAMES = SETTING_NAMES.filter((name) => SETTINGS[name].levels)

export const INITIAL_SETTINGS = Object.fromEntries(
  SETTING_NAMES.map((name) => [name, SETTINGS[name].initial]),
) as unknown as Settings

/** What one level decides; what is not there is left to the level behind it. */
export type Decided = { readonly [name in SettingName]?: Settings[name] }

/** What applies to one person. */
export type Policy = Settings

/** What is decided for everybody, and by groups in their order: of two that decide, the first wins. */
export type Levels = {
  readonly everybody: Settings
  readonly groups: ReadonlyMap<string, Decided>
}

/** Whose policy is asked for: the person's groups, in any order, and what is decided for them alone. */
export type Governed = { readonly groupIds: readonly string[]; readonly own: Decided }
export const NOBODY: Governed = { groupIds: [], own: {} }

/** The nearest level that decides wins. Where no other level decides anything, no object is made. */
export function policyFor(levels: Levels, who: Governed): Policy {
  const nearer = nearestFirst(levels, who)
  if (nearer.length === 0) return levels.everybody
  return Object.assign({}, levels.everybody, ...nearer.toReversed()) as Policy
}

export type DecidedBy =
  | { readonly level: 'everybody' | 'person' }
  | { readonly level: 'group'; readonly groupId: string }

/** For each setting the level that decides it for this person. */
export function decidedBy(
  levels: Levels,
  who: Governed,
): { readonly [name in SettingName]: DecidedBy } {
  const found = SETTING_NAMES.map((name): [SettingName, DecidedBy] => {
    if (who.own[name] !== undefined) return [name, { level: 'person' }]
    for (const [groupId, decided] of levels.groups)
      if (who.groupIds.includes(groupId) && decided[name] !== undefined)
        return [name, { level: 'group', groupId }]
    return [name, { level: 'everybody' }]
  })
  return Object.fromEntries(found) as { [name in SettingName]: DecidedBy }
}

function nearestFirst(levels: Levels, { groupIds, own }: Governed): Decided[] {
  const found: Decided[] = []
  for (const _ in own) {
    found.push(own)
    break
  }
  if (groupIds.length > 0 && levels.groups.size > 0)
    for (const [id, decided] of levels.groups) if (groupIds.includes(id)) found.push(decided)
  return found
}

/**
 * What a group or a person decides, as it is stored: JSON of each value by its name. What no longer
 * fits its schema (an older version wrote it) is not decided.
 */
export function readDecided(stored: Readonly<Record<string, unknown>>): Decided {
  return Object.fromEntries(
    LEVEL_NAMES.flatMap((name) => {
      const parsed =
        stored[name] === undefined ? null : SETTINGS[name].schema.safeParse(stored[name])
      return parsed?.success ? [[name, parsed.data]] : []
    }),
  )
}

/**
 * How long a new application password is valid unless something else is asked for, in seconds: the
 * longest and the shortest may have been decided at another level, and the longest counts most.
 */
export const usualTtl = (
  policy: Pick<
    Settings,
    'app_credentials_ttl' | 'app_credentials_ttl_min' | 'app_credentials_ttl_max'
  >,
): number =>
  Math.min(
    policy.app_credentials_ttl_max,
    Math.max(policy.app_credentials_ttl_min, policy.app_credentials_ttl),
  )

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
