/**
 * Marked secrets, and looking for them in bytes that were written.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What a secret looks like in bytes that were written: as it is, and as encodings leave it. */
export const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
]

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
}

/** What stands before it, so that a failure says where without saying what. */
export const around = (text: string, form: string): string => {
  const at = text.indexOf(form)
  return text.slice(Math.max(0, at - 120), at).replaceAll(/[^\x20-\x7e]/g, '.')
}
