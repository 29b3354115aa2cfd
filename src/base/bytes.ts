/**
 * Text that arrives as bytes: decoded strictly, or not at all.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 → text, or null. Invalid bytes are refused, never folded to U+FFFD (two inputs, one text). */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

/** C0 and C1 controls and DEL: never part of a name, a password or a header. */
export const hasControls = (text: string): boolean => /[\u0000-\u001f\u007f-\u009f]/.test(text)
