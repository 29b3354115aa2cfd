/**
 * The words for what became of a visit to an identity provider: they stand behind the # of the page
 * that the browser comes back to.
 */
import { msg } from '@lingui/core/macro'
import type { MailboxOutcome, ProviderOutcome } from '../api/types.ts'
import type { Words } from './problems.ts'

export const PROVIDER_OUTCOME_WORDS: Record<ProviderOutcome, Words & { good?: true }> = {
  failed: {
    what: msg`Signing in at the provider did not work.`,
    todo: msg`Try again, and do not leave the page open for long on the way. If it stays like this, tell your administrator: the audit says why.`,
  },
  declined: {
    what: msg`The provider did not let you in, or you broke it off there.`,
    todo: msg`Try again. If the provider said why, give that to your administrator.`,
  },
  away: {
    what: msg`The provider does not answer now.`,
    todo: msg`Try again in a few minutes. Your application passwords go on working. If you have a passkey or a password here, sign in with that.`,
  },
  account_disabled: {
    what: msg`The provider says that your account there is closed.`,
    todo: msg`Ask your administrator. As soon as the account is open again, your application passwords work again as they are.`,
  },
  not_invited: {
    what: msg`Nobody has invited you here yet.`,
    todo: msg`Signing in at the provider worked, but only people who were invited come in. Ask your administrator for an invitation.`,
  },
  other_organisation: {
    what: msg`This account belongs to another organisation.`,
    todo: msg`Sign out at the provider, then sign in with the account of your own organisation.`,
  },
  guest: {
    what: msg`You are a guest in that organisation.`,
    todo: msg`Guests do not come in. Sign in with the account of your own organisation, or ask your administrator.`,
  },
  taken: {
    what: msg`Somebody here has this name or e-mail address already.`,
    todo: msg`If that is you, ask your administrator for a link: it ties your account here to the one at the provider.`,
  },
  no_email: {
    what: msg`The provider does not say your e-mail address.`,
    todo: msg`Without one no account can be made here. Tell your administrator.`,
  },
  disabled: {
    what: msg`You cannot sign in here now.`,
    todo: msg`Signing in at the provider worked. Ask your administrator.`,
  },
  link_dead: {
    what: msg`This link was used already, has ended, or never existed.`,
    todo: msg`Ask an administrator for a new one.`,
  },
  other_person: {
    what: msg`Somebody else has signed in at the provider.`,
    todo: msg`Sign out there, then try again with your own account.`,
  },
  not_fresh: {
    what: msg`The provider did not ask who you are, so nothing is confirmed.`,
    todo: msg`Try again. If it stays like this, sign out here and in again, or tell your administrator.`,
  },
  confirmed: {
    what: msg`You have confirmed who you are.`,
    todo: msg`Go on with what you wanted to do.`,
    good: true,
  },
  signed_out: {
    what: msg`You are signed out, here and at the provider.`,
    todo: msg`You can close this window.`,
    good: true,
  },
}

export const MAILBOX_OUTCOME_WORDS: Record<MailboxOutcome, Words & { good?: true }> = {
  connected: {
    what: msg`Your mailbox is connected.`,
    todo: msg`Mail programs can open it with an application password.`,
    good: true,
  },
  missing_scopes: {
    what: msg`Your mailbox is not connected: the provider was not allowed to open it.`,
    todo: msg`Connect it in your profile, and allow what the provider asks for.`,
  },
  no_mailbox: {
    what: msg`No mailbox was found for your account.`,
    todo: msg`If you have one, tell your administrator.`,
  },
  other_mailbox: {
    what: msg`The mailbox of your address belongs to somebody else here.`,
    todo: msg`Tell your administrator, who says who may use which mailbox.`,
  },
  failed: {
    what: msg`Your mailbox could not be connected.`,
    todo: msg`Try it again in your profile. If it stays like this, tell your administrator.`,
  },
}

const said = <T extends string>(
  hash: string,
  name: string,
  words: Record<T, unknown>,
): T | null => {
  const value = new URLSearchParams(hash.replace(/^#/, '')).get(name)
  return value !== null && Object.hasOwn(words, value) ? (value as T) : null
}

/** What stands behind `#provider=`; null for anything else. */
export const providerOutcome = (hash: string): ProviderOutcome | null =>
  said(hash, 'provider', PROVIDER_OUTCOME_WORDS)

/** What stands behind `#mailbox=`; null for anything else. */
export const mailboxOutcome = (hash: string): MailboxOutcome | null =>
  said(hash, 'mailbox', MAILBOX_OUTCOME_WORDS)
