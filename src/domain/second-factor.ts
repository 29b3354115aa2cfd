/**
 * Second factors: what a person may call one, and how many there may be.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'

const MAX_NAME = 64
/** Each more is one more code that a guess can hit. */
export const MOST_FACTORS = 5

/** The name of a factor. @throws Problem `invalid`, field `name` */
export function factorName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '' || [...name].length > MAX_NAME || hasControls(name))
    throw invalid('name', 'characters', `A name has 1 to ${MAX_NAME} characters.`)
  return name
}
