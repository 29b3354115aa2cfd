/**
 * The words for people from outside: why a provider does not let them in.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { FrozenReason } from '../api/types.ts'

export const FROZEN_WORDS: Record<FrozenReason, MessageDescriptor> = {
  disabled: msg`The account there is switched off.`,
  expired: msg`The account there has expired.`,
  locked: msg`The account there is locked.`,
  deleted: msg`The account there was deleted.`,
  refused: msg`The provider no longer vouches for the account.`,
  inactive: msg`The account there was deactivated.`,
  not_in_group: msg`The account is no longer in the group that may come in.`,
}
