/**
 * What the error doctor says of a cause, in the languages of people. Mails, commands and the
 * reference take it from here; the build of the pages puts it into them (vite.config.ts).
 */
import { CAUSES_EN } from './cause-words-en.ts'
import { CAUSES_FR } from './cause-words-fr.ts'
import type { Language } from './user.ts'

export type Cause = keyof typeof CAUSES_EN
/** What happened, and what to do: whole sentences. */
export type CauseSaid = { readonly what: string; readonly todo: string }

export const isCause = (text: string): text is Cause => Object.hasOwn(CAUSES_EN, text)

export const CAUSE_WORDS: Readonly<Record<Language, Readonly<Record<Cause, CauseSaid>>>> = {
  en: CAUSES_EN,
  fr: CAUSES_FR,
}

/** What happened, and what to do, in one text. */
export function causeWords(cause: Cause, language: Language): string {
  const { what, todo } = CAUSE_WORDS[language][cause]
  return `${what} ${todo}`
}
