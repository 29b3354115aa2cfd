/**
 * The words for identity providers: their kinds, what works in part, what was tried and why it failed.
 */
import type { I18n, MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { IdentityProvider, IdentityProviderTest } from '../api/types.ts'
import type { Choice } from '../identity-providers/provider-draft.ts'
import { causeSaid } from './causes.ts'

export const CHOICE_WORDS: Record<Choice, { name: MessageDescriptor; about: MessageDescriptor }> = {
  entra: {
    name: msg`Microsoft 365`,
    about: msg`Work accounts of Microsoft Entra ID, of one tenant or several.`,
  },
  google: {
    name: msg`Google Workspace`,
    about: msg`Accounts of an organisation at Google.`,
  },
  oidc: {
    name: msg`OpenID Connect`,
    about: msg`Keycloak, Okta, Authentik and others that describe themselves.`,
  },
  active_directory: {
    name: msg`Active Directory`,
    about: msg`Domain controllers in your own network, with the password of the domain.`,
  },
  ldap: {
    name: msg`Another directory (LDAP)`,
    about: msg`OpenLDAP, 389 Directory Server, FreeIPA and others.`,
  },
}

export const WARNING_WORDS: Record<IdentityProvider['warnings'][number], MessageDescriptor> = {
  groups_overage: msg`A person is in more groups than the token can name; their groups here stay as they were. Let the provider name only groups that are assigned to the application.`,
  no_refresh_token: msg`The provider gives no refresh token: whether a person is still there is known at sign-ins only. Allow offline access for the application there, or use SCIM.`,
  no_auth_time: msg`The provider does not say when a person signed in there: nobody can confirm who they are by it.`,
}

export const CHECK_WORDS: Record<
  IdentityProviderTest['checks'][number]['check'],
  MessageDescriptor
> = {
  addresses: msg`The addresses can be reached`,
  discovery: msg`The provider describes itself`,
  client: msg`The provider knows the client and its proof`,
  keys: msg`The keys that it signs with are there`,
  connect: msg`The directory can be reached, over TLS`,
  bind: msg`The account that searches may sign in`,
  search: msg`People are found below the base`,
  person: msg`The person may come in`,
}

/** What stood in the way: of a directory, or of a person in it. */
const FAILURE_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  dns: msg`The name of the host is not known.`,
  not_allowed: msg`The host is in a network that the operator has not opened.`,
  network: msg`The host does not take connections, or ended one.`,
  timeout: msg`The host does not answer in time.`,
  tls: msg`The certificate is not trusted, is for another name, or has ended.`,
  start_tls: msg`The directory does not begin TLS when it is asked to.`,
  malformed: msg`What came back cannot be understood.`,
  too_large: msg`More came back than is taken.`,
  bind: msg`The directory refuses the account that searches: check its name and password.`,
  base: msg`There is no entry where the search begins: check "People are below".`,
  filter: msg`The directory does not take the filter.`,
  referral: msg`The directory points to another one, which is not followed: name that one.`,
  no_group: msg`The group whose members come in is not there, or cannot be read: check its name.`,
  shows_nobody: msg`The account that searches sees nobody: check its rights.`,
  refused: msg`The directory refuses what was asked.`,
  busy: msg`The directory is too busy.`,
  away: msg`It did not answer a moment ago, and is asked again soon.`,
  directory_away: msg`The directory does not answer.`,
  unknown_there: msg`Nobody of that name is there.`,
  ambiguous: msg`Several people fit that name.`,
  no_id: msg`The entry has no attribute that identifies it for ever.`,
  disabled: msg`The account there is switched off.`,
  expired: msg`The account there has expired.`,
  locked: msg`The account there is locked.`,
  must_change: msg`The password has to be changed there first.`,
  not_in_group: msg`The person is not in the group that may come in.`,
}

/** A reason that has no words is shown as the server writes it: it can be searched for. */
export const failureText = (reason: string, i18n: I18n): string => {
  const words = FAILURE_WORDS[reason]
  if (words) return i18n._(words)
  return causeSaid(reason, i18n)?.what ?? reason
}
