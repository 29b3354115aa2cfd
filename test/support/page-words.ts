/**
 * The words of the pages in a language, by what they are in English: from the same catalogs that
 * the pages are built with.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from './browser.ts'

const FOLDER = join(import.meta.dirname, '../../src/web/locales')
const ENTRY = /^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)/gm

/** `say('Sign in')` → "Se connecter". Words that no page has are a mistake of the test. */
export type Say = (english: string) => string

export function wordsOf(language: Language): Say {
  const catalog = readFileSync(join(FOLDER, `${language}.po`), 'utf8')
  const words = new Map(
    [...catalog.matchAll(ENTRY)].map(([, id = '', text = '']) => [plain(id), plain(text)]),
  )
  return (english) => {
    const said = words.get(english)
    if (!said) throw new Error(`No page says "${english}" in ${language}.`)
    return said
  }
}

/** The strings of one entry, joined: each line is a string as C and JSON write it. */
const plain = (lines: string): string =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string)
    .join('')
