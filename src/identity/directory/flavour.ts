/**
 * What differs between Active Directory and other directories, as data; each overridden by what the
 * administrator wrote.
 */
import { EqualityFilter, OrFilter } from 'ldapts'
import type { LdapConfig } from '#domain/identity-provider.ts'
import { guidBytes, guidText } from '#wire/ldap/values.ts'
import type { Entry } from './entry.ts'

type Flavour = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly displayName: string
  /** Whom a typed name finds. */
  readonly userFilter: string
  readonly groupFilter: string
  /** Attributes that say how an account stands. */
  readonly state: readonly string[]
}

const FLAVOURS: Readonly<Record<LdapConfig['flavour'], Flavour>> = {
  active_directory: {
    id: 'objectGUID',
    name: 'sAMAccountName',
    email: 'mail',
    displayName: 'displayName',
    userFilter:
      '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={name})(userPrincipalName={name})(mail={name})))',
    groupFilter: '(objectClass=group)',
    state: [
      'userAccountControl',
      'msDS-User-Account-Control-Computed',
      'accountExpires',
      'lockoutTime',
      'pwdLastSet',
      'memberOf',
    ],
  },
  other: {
    id: 'entryUUID',
    name: 'uid',
    email: 'mail',
    displayName: 'displayName',
    userFilter: '(&(objectClass=person)(|(uid={name})(mail={name})))',
    groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))',
    state: [
      'pwdAccountLockedTime',
      'pwdReset',
      'pwdChangedTime',
      'pwdEndTime',
      'nsAccountLock',
      'loginDisabled',
      'shadowExpire',
      'krbPrincipalExpiration',
    ],
  },
}

/** A directory as it is asked: names of attributes, filters, and where searches begin. */
export type Terms = Omit<LdapConfig, 'attributes'> & Flavour

export function termsOf(config: LdapConfig): Terms {
  const own = FLAVOURS[config.flavour]
  const { attributes } = config
  return {
    ...own,
    ...config,
    id: attributes.id || own.id,
    name: attributes.name || own.name,
    email: attributes.email || own.email,
    displayName: attributes.displayName || own.displayName,
    userFilter: config.userFilter || own.userFilter,
  }
}

/** Everything that is read of a person. */
export const personAttributes = (terms: Terms): string[] => [
  ...new Set([
    terms.id,
    terms.name,
    terms.email,
    terms.displayName,
    'cn',
    'preferredLanguage',
    ...terms.state,
  ]),
]

const isGuid = ({ flavour, id }: Terms): boolean =>
  flavour === 'active_directory' && id.toLowerCase() === 'objectguid'

/** Attributes whose values are bytes, in the ways in which servers write their names. */
export const binaryAttributes = (terms: Terms): string[] =>
  isGuid(terms) ? [terms.id, 'objectGUID', 'objectguid'] : []

/** The person, or the group, for ever; null: the entry has none. */
export function subjectOf(entry: Entry, terms: Terms): string | null {
  if (!isGuid(terms)) return entry.text(terms.id)
  const bytes = entry.bytes(terms.id)
  return bytes === null ? null : guidText(bytes)
}

/** The filter that finds one of these subjects; what can be none of this directory is left out. */
export function subjectsFilter(subjects: readonly string[], terms: Terms): OrFilter {
  const values = subjects.map((subject) => (isGuid(terms) ? guidBytes(subject) : subject))
  const filters = values
    .filter((value) => value !== null)
    .map((value) => new EqualityFilter({ attribute: terms.id, value }))
  return new OrFilter({ filters })
}
