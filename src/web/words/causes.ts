/**
 * The error doctor's words: what a provider's answer means, what to do, and who can. The sentences
 * are those of mails and commands (src/domain/cause-words.ts), put in by the build.
 */
import type { I18n, MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { CAUSE_WORDS } from 'virtual:cause-words'
import type { Diagnosis, Language } from '../api/types.ts'

export type CauseSaid = { readonly what: string; readonly todo: string }

/** Undefined for a word that is no cause. */
export const causeSaid = (cause: string, i18n: I18n): CauseSaid | undefined => {
  const words = CAUSE_WORDS[i18n.locale as Language]
  return Object.hasOwn(words, cause) ? words[cause] : undefined
}

/** What a diagnosis means, in one sentence. */
export const whatHappened = ({ cause }: Diagnosis, i18n: I18n): string =>
  causeSaid(cause, i18n)?.what ?? cause

export const WHO_WORDS: Record<Diagnosis['who'], MessageDescriptor> = {
  administrator: msg`an administrator of the tenant`,
  owner: msg`the owner of the mailbox`,
  operator: msg`the operator of this server`,
  provider: msg`the provider`,
  nobody: msg`nobody: it passes`,
}
