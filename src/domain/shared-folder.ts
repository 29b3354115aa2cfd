/**
 * Shared folders: what they may be called beside "Home", and what a member may do.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'

export const ACCESSES = ['read', 'write'] as const
export type Access = (typeof ACCESSES)[number]

/** The person's own folder; it stands beside the shared ones, so none of them can have its name. */
export const HOME = 'Home'

const MAX_NAME = 64

/**
 * A folder's name as it is stored and shown: 1 to 64 characters that every client can display.
 * @throws Problem `invalid`, field `name`: `empty`, `too_long`, `characters` or `reserved`
 */
export function folderName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '') throw invalid('name', 'empty', 'Give the folder a name.')
  if ([...name].length > MAX_NAME)
    throw invalid('name', 'too_long', `The name has more than ${MAX_NAME} characters.`)
  // What Windows cannot show, Explorer hides; a dot in front hides it elsewhere.
  if (hasControls(name) || /[/\\:*?"<>|\p{Cs}\p{Cf}]/u.test(name) || /^\.|\.$/.test(name))
    throw invalid('name', 'characters', 'The name has characters that a folder cannot have.')
  if (folderKey(name) === folderKey(HOME))
    throw invalid('name', 'reserved', `"${HOME}" is everybody's own folder.`)
  return name
}

/** Two names that a person would call the same have one key, and only one of them can exist. */
export const folderKey = (name: string): string =>
  name.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
