/**
 * The words for a person's mailboxes: their states, and how connecting one ended.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { AccountState, Diagnosis, TokenInit } from '../api/types.ts'
import { WHO_WORDS } from './causes.ts'
import { STATE_ABOUT } from './mail-accounts.ts'

/** What a table of mailboxes says to who looks at it. */
export type MailboxWords = {
  readonly state: Record<AccountState, MessageDescriptor>
  /** Who can mend it. */
  readonly who: Record<Diagnosis['who'], MessageDescriptor>
  /** Mail programs of the person may not open it. */
  readonly notUsable: MessageDescriptor
}

export const OWN_WORDS: MailboxWords = {
  state: {
    new: msg`Nobody has signed in at the provider for it yet: connect it.`,
    active: msg`It is connected.`,
    degraded: msg`Keeping it connected failed the last time. It is tried again by itself.`,
    reconsent: msg`The provider wants you to sign in again: renew it.`,
    disabled: msg`An administrator has switched it off.`,
  },
  who: { ...WHO_WORDS, owner: msg`you, by renewing it` },
  notUsable: msg`Mail programs may not open it. Ask your administrator if you need that.`,
}

export const THEIR_WORDS: MailboxWords = {
  state: STATE_ABOUT,
  who: WHO_WORDS,
  notUsable: msg`Mail programs may not open it: its form does not name this person.`,
}

export const OWN_OUTCOME_WORDS: Record<TokenInit['outcome'], MessageDescriptor> = {
  pending: msg`Waiting for the sign-in at the provider…`,
  done: msg`The mailbox is connected. Nothing more has to be done.`,
  confirm_delegate: msg`Almost done: an administrator still has to confirm that you may open this mailbox.`,
  wrong_person: msg`Somebody else signed in at the provider than the mailbox belongs to. Nothing was stored. Sign out there, then connect it once more.`,
  missing_scopes: msg`Something was not allowed that is needed. Nothing was stored. Connect it once more, and allow everything that the provider asks.`,
  refused: msg`The provider refused. Nothing was stored.`,
  expired: msg`Nobody signed in in time. Begin anew.`,
}
