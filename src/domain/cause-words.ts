/**
 * What the error doctor says of a cause, in the languages of people.
 */
import { CAUSES_EN } from './cause-words-en.ts'
import { CAUSES_FR } from './cause-words-fr.ts'
import type { Language } from './user.ts'

export type Cause = keyof typeof CAUSES_EN

export const isCause = (text: string): text is Cause => Object.hasOwn(CAUSES_EN, text)

const WORDS: Readonly<Record<Language, Readonly<Record<Cause, string>>>> = {
  en: CAUSES_EN,
  fr: CAUSES_FR,
}

/** What happened, and what to do. */
export const causeWords = (cause: Cause, language: Language): string => WORDS[language][cause]
