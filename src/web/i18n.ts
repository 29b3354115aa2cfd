/**
 * The language of the pages: the person's own, else what was chosen here, else the browser's.
 */
import { i18n } from '@lingui/core'
import type { Language } from './api/types.ts'

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', fr: 'Français' }
export const LANGUAGES = Object.keys(LANGUAGE_NAMES) as Language[]

const CHOICE = 'passerelle.language'
const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((one) => one === text)

/** The first language that the browser asks for and that exists; English otherwise. */
export function languageOfBrowser(wanted: readonly string[]): Language {
  return wanted.map((one) => one.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}

export function chosenLanguage(): Language {
  const chosen = localStorage.getItem(CHOICE)
  return isLanguage(chosen) ? chosen : languageOfBrowser(navigator.languages)
}

/** Shows the pages in a language; `remember` keeps it for the next visit of this browser. */
export async function speak(language: Language, remember: boolean): Promise<void> {
  if (remember) localStorage.setItem(CHOICE, language)
  if (i18n.locale === language) return
  const { messages } =
    language === 'fr' ? await import('./locales/fr.po') : await import('./locales/en.po')
  i18n.load(language, messages)
  i18n.activate(language)
  document.documentElement.lang = language
}
