/**
 * What wrong credentials are called. Unknown, wrong, locked and disabled are not told apart.
 */
import { msg } from '@lingui/core/macro'
import type { PROBLEM_WORDS } from '../words/problems.ts'

export const WRONG_WORDS: Partial<typeof PROBLEM_WORDS> = {
  unauthenticated: {
    what: msg`That does not fit.`,
    todo: msg`Check each field and try again. Capital and small letters count in the password, and a code is good for half a minute, and only once. If it keeps failing, ask your administrator.`,
  },
}

export const SIGN_IN_WORDS: Partial<typeof PROBLEM_WORDS> = {
  unauthenticated: {
    what: msg`The name and the password do not belong together.`,
    todo: msg`Check both and try again: capital and small letters count in the password. An application password is not accepted here. If it keeps failing, ask your administrator.`,
  },
}
