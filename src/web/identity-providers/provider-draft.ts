/**
 * The form of an identity provider as it is typed, and what of it is sent.
 */
import type { BodyIn } from '#api/contract.ts'
import type { IdentityProvider } from '../api/types.ts'

/** What an administrator chooses first; three of them are OpenID Connect, two are directories. */
export const CHOICES = ['entra', 'google', 'oidc', 'active_directory', 'ldap'] as const
export type Choice = (typeof CHOICES)[number]
export const isDirectory = (choice: Choice): boolean =>
  choice === 'active_directory' || choice === 'ldap'

/** Lists are typed one on a line. */
export type Draft = {
  name: string
  applicationId: string
  provisioning: 'create' | 'invited'
  domains: string
  intervalS: number
  graceS: number

  tenants: string
  trustedAmr: string
  trustedAcr: string
  groupsClaim: string
  ownMailbox: boolean
  liveness: 'refresh_token' | 'scim' | 'sign_in'
  signOutThere: boolean

  flavour: 'active_directory' | 'other'
  urls: string
  startTls: boolean
  ca: string
  bindDn: string
  password: string
  baseDn: string
  userFilter: string
  idAttribute: string
  nameAttribute: string
  emailAttribute: string
  displayNameAttribute: string
  groupBaseDn: string
  nestedGroups: boolean
  requiredGroupDn: string
}
export type DraftName = keyof Draft

const COMMON: readonly DraftName[] = ['name', 'provisioning', 'domains', 'intervalS', 'graceS']
const OIDC: readonly DraftName[] = [
  'tenants',
  'trustedAmr',
  'trustedAcr',
  'groupsClaim',
  'ownMailbox',
  'liveness',
  'signOutThere',
]
const LDAP: readonly DraftName[] = [
  'flavour',
  'urls',
  'startTls',
  'ca',
  'bindDn',
  'password',
  'baseDn',
  'userFilter',
  'idAttribute',
  'nameAttribute',
  'emailAttribute',
  'displayNameAttribute',
  'groupBaseDn',
  'nestedGroups',
  'requiredGroupDn',
]
export const fieldsOf = (choice: Choice): readonly DraftName[] => [
  ...COMMON,
  ...(isDirectory(choice) ? LDAP : ['applicationId' as const, ...OIDC]),
]
const LISTS: readonly DraftName[] = ['domains', 'tenants', 'trustedAmr', 'trustedAcr', 'urls']

const NAMES: Record<Choice, string> = {
  entra: 'Microsoft 365',
  google: 'Google Workspace',
  oidc: '',
  active_directory: 'Active Directory',
  ldap: '',
}

/** What most organisations want, and nothing that lets anybody in who was not meant. */
export const emptyDraft = (choice: Choice): Draft => ({
  name: NAMES[choice],
  applicationId: '',
  provisioning: 'invited',
  domains: '',
  intervalS: 300,
  graceS: 86_400,
  tenants: '',
  trustedAmr: '',
  trustedAcr: '',
  groupsClaim: '',
  ownMailbox: false,
  liveness: 'refresh_token',
  signOutThere: false,
  flavour: choice === 'ldap' ? 'other' : 'active_directory',
  urls: '',
  startTls: false,
  ca: '',
  bindDn: '',
  password: '',
  baseDn: '',
  userFilter: '',
  idAttribute: '',
  nameAttribute: '',
  emailAttribute: '',
  displayNameAttribute: '',
  groupBaseDn: '',
  nestedGroups: true,
  requiredGroupDn: '',
})

export const choiceOf = ({ kind, button, ldap }: IdentityProvider): Choice => {
  if (kind === 'oidc') return button ?? 'oidc'
  return ldap?.flavour === 'other' ? 'ldap' : 'active_directory'
}

const lines = (list: readonly string[]): string => list.join('\n')

export function draftOf(provider: IdentityProvider): Draft {
  const { oidc, ldap } = provider
  const common = oidc ?? ldap
  return {
    ...emptyDraft(choiceOf(provider)),
    name: provider.name,
    applicationId: provider.applicationId ?? '',
    ...(common && {
      provisioning: common.provisioning,
      domains: lines(common.domains),
      intervalS: common.intervalS,
      graceS: common.graceS,
    }),
    ...(oidc && {
      tenants: lines(oidc.tenants),
      trustedAmr: lines(oidc.secondFactorClaims.amr),
      trustedAcr: lines(oidc.secondFactorClaims.acr),
      groupsClaim: oidc.groupsClaim,
      ownMailbox: oidc.ownMailbox,
      liveness: oidc.liveness,
      signOutThere: oidc.signOutThere,
    }),
    ...(ldap && {
      flavour: ldap.flavour,
      urls: lines(ldap.urls),
      startTls: ldap.startTls,
      ca: ldap.ca,
      bindDn: ldap.bindDn,
      baseDn: ldap.baseDn,
      userFilter: ldap.userFilter,
      idAttribute: ldap.attributes.id,
      nameAttribute: ldap.attributes.name,
      emailAttribute: ldap.attributes.email,
      displayNameAttribute: ldap.attributes.displayName,
      groupBaseDn: ldap.groupBaseDn,
      nestedGroups: ldap.nestedGroups,
      requiredGroupDn: ldap.requiredGroupDn,
    }),
  }
}

type Sent = BodyIn<'PATCH /identity-providers/:id'>

/** Of these fields, those that differ from how they were; a password that is empty stays as it is. */
export function sentOf(draft: Draft, before: Draft, names: readonly DraftName[]): Sent {
  const changed = names.filter((name) => draft[name] !== before[name])
  return Object.fromEntries(
    changed.map((name) => {
      const value = draft[name]
      if (!LISTS.includes(name)) return [name, value]
      const list = String(value).split('\n')
      return [name, list.map((one) => one.trim()).filter((one) => one !== '')]
    }),
  )
}
