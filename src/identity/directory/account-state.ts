/**
 * How an account stands in its directory: the attributes of Active Directory, and those of OpenLDAP's
 * password policy, 389, FreeIPA and eDirectory.
 */
import { DAY } from '#base/clock.ts'
import { fileTime, generalizedTime } from '#wire/ldap/values.ts'
import type { Entry } from './entry.ts'
import type { Terms } from './flavour.ts'

/**
 * must_change: the account is well, its password is not taken before it was changed there. expired:
 * the account has ended. refused: it is there, and the administrator's filter no longer finds it.
 */
export type AccountState =
  | 'alive'
  | 'must_change'
  | 'locked'
  | 'expired'
  | 'disabled'
  | 'not_in_group'
  | 'refused'
  | 'deleted'

/** Bits of userAccountControl and of msDS-User-Account-Control-Computed ([MS-ADTS] §2.2.16). */
const ACCOUNT_DISABLED = 0x2
const LOCKED_OUT = 0x10
const PASSWORD_NEVER_ENDS = 0x1_0000
const PASSWORD_ENDED = 0x80_0000

/** `pwdAccountLockedTime` of who was locked by an administrator (draft-behera §5.3.3). */
const LOCKED_FOR_EVER = '000001010000Z'

/** The gravest of what is wrong. `now` in milliseconds. */
export function accountState(entry: Entry, { flavour }: Terms, now: number): AccountState {
  const wrong =
    flavour === 'active_directory' ? inActiveDirectory(entry, now) : elsewhere(entry, now)
  return wrong.find(([, holds]) => holds)?.[0] ?? 'alive'
}

/** When the password there was last changed; null where that is not known. */
export function passwordSetAt(entry: Entry, { flavour }: Terms): number | null {
  return flavour === 'active_directory'
    ? fileTime(entry.text('pwdLastSet') ?? '')
    : generalizedTime(entry.text('pwdChangedTime') ?? '')
}

type Wrong = readonly (readonly [AccountState, boolean])[]

function inActiveDirectory(entry: Entry, now: number): Wrong {
  const control = number(entry, 'userAccountControl') ?? 0
  const computed = number(entry, 'msDS-User-Account-Control-Computed')
  const has = (bit: number): boolean => (((computed ?? 0) | control) & bit) !== 0
  const ends = fileTime(entry.text('accountExpires') ?? '')
  // Who may not read the computed bits sees the time of a lockout, also after it has passed.
  const lockedOut = computed === null && fileTime(entry.text('lockoutTime') ?? '') !== null
  const hasToChange = entry.text('pwdLastSet') === '0' && !has(PASSWORD_NEVER_ENDS)
  return [
    ['disabled', has(ACCOUNT_DISABLED)],
    ['expired', ends !== null && ends <= now],
    ['locked', has(LOCKED_OUT) || lockedOut],
    ['must_change', has(PASSWORD_ENDED) || hasToChange],
  ]
}

function elsewhere(entry: Entry, now: number): Wrong {
  const lockedAt = entry.text('pwdAccountLockedTime')
  const is = (name: string): boolean => entry.text(name)?.toUpperCase() === 'TRUE'
  const over = (name: string): boolean =>
    (generalizedTime(entry.text(name) ?? '') ?? Infinity) <= now
  // Days since 1970, and from -1 on never (shadow(5)).
  const lastDay = number(entry, 'shadowExpire') ?? -1
  return [
    ['disabled', lockedAt === LOCKED_FOR_EVER || is('nsAccountLock') || is('loginDisabled')],
    ['expired', over('pwdEndTime') || over('krbPrincipalExpiration')],
    ['expired', lastDay >= 0 && lastDay * DAY <= now],
    ['locked', lockedAt !== null],
    ['must_change', is('pwdReset')],
  ]
}

function number(entry: Entry, name: string): number | null {
  const text = entry.text(name)
  return text !== null && /^-?\d{1,10}$/.test(text) ? Number(text) : null
}
