/**
 * The words for work on many users: deeds, and why one was not done to somebody.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { BulkFailure, BulkJob } from '../api/types.ts'

export const DEED_WORDS: Record<BulkJob['deed'], MessageDescriptor> = {
  enable: msg`Enable users`,
  disable: msg`Disable users`,
  require_second_factor: msg`Require a second factor`,
  settings: msg`Manage user settings`,
  group_add: msg`Add to a group`,
  group_remove: msg`Take out of a group`,
}

/** What the button says that does it. */
export const DEED_BUTTONS: Record<BulkJob['deed'], MessageDescriptor> = {
  enable: msg`Enable them`,
  disable: msg`Disable them`,
  require_second_factor: msg`Require it`,
  settings: msg`Do it`,
  group_add: msg`Add them`,
  group_remove: msg`Take them out`,
}

export const BULK_FAILURE_WORDS: Record<BulkFailure['reason'], MessageDescriptor> = {
  not_found: msg`The user was deleted meanwhile.`,
  yourself: msg`This is you: nobody disables their own account this way.`,
  last_administrator: msg`This is the last administrator who can sign in.`,
  group_gone: msg`The group was deleted meanwhile.`,
  forbidden: msg`Who began it is no administrator any more.`,
}
