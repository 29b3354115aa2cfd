/**
 * What wrong credentials are called. Unknown, wrong, locked and disabled are not told apart.
 */
import { msg } from '@lingui/core/macro'
import type { PROBLEM_WORDS } from '../words/problems.ts'

type SomeWords = Partial<typeof PROBLEM_WORDS>

export const WRONG_WORDS: SomeWords = {
  unauthenticated: {
    what: msg`That does not fit.`,
    todo: msg`Check each field and try again. Capital and small letters count in the password, and a code is good for a short time, and only once. If it keeps failing, ask your administrator.`,
  },
}

const AWAY: SomeWords = {
  unavailable: {
    what: msg`Where your account comes from does not answer now.`,
    todo: msg`Nothing is wrong with your password, and your application passwords go on working. Try again in a few minutes. If it stays like this, tell your administrator.`,
  },
}

export const SIGN_IN_WORDS: SomeWords = {
  ...AWAY,
  unauthenticated: {
    what: msg`The name and the password do not belong together.`,
    todo: msg`Check both and try again: capital and small letters count in the password. An application password is not accepted here. If it keeps failing, ask your administrator.`,
  },
}

export const PASSKEY_WORDS: SomeWords = {
  unauthenticated: {
    what: msg`This passkey opens nothing here.`,
    todo: msg`It may have been removed, or belong to another server. Sign in another way; if nothing works, ask your administrator.`,
  },
}

/** What a provider is asked for before the browser goes there. */
export const PROVIDER_WORDS: SomeWords = {
  ...AWAY,
  conflict: {
    what: msg`Nobody can sign in by this provider now.`,
    todo: msg`Sign in another way, or tell your administrator.`,
  },
  not_found: {
    what: msg`Nobody can sign in by this provider now.`,
    todo: msg`Sign in another way, or tell your administrator.`,
  },
}

export const NOT_SENT_WORDS: SomeWords = {
  conflict: {
    what: msg`No code could be sent there.`,
    todo: msg`Use another second factor, or a recovery code. If you have none, ask your administrator.`,
  },
  unavailable: {
    what: msg`The code could not be sent now.`,
    todo: msg`Try again in a minute, or use another second factor. If it stays like this, tell your administrator.`,
  },
  busy: {
    what: msg`Too many codes were sent there.`,
    todo: msg`Type the last one that has come, or wait a little.`,
  },
}
