/**
 * Groups of people: what one may be called.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'

const MAX_NAME = 128

/** The name of a group that is made here. @throws Problem `invalid`, field `name` */
export function groupName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '') throw invalid('name', 'empty', 'Give the group a name.')
  if ([...name].length > MAX_NAME)
    throw invalid('name', 'too_long', `The name has more than ${MAX_NAME} characters.`)
  if (hasControls(name)) throw invalid('name', 'controls', 'The name has control characters.')
  return name
}

/** Names are the same when a person would say so: case and compatibility forms do not count. */
export const groupKey = (name: string): string => name.normalize('NFKC').toLowerCase()
