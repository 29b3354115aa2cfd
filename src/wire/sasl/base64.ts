/**
 * Strict base64 (RFC 4648 §4): one text for each value, so that nothing is read that was not sent.
 */

/**
 * Canonical base64 → its bytes; null for anything else: spaces, line breaks, the alphabet of URLs,
 * padding that is missing, misplaced or has bits set. No text at all is no bytes at all.
 */
export function readBase64(text: Uint8Array | string): Buffer | null {
  const written = typeof text === 'string' ? text : Buffer.from(text).toString('latin1')
  const bytes = Buffer.from(written, 'base64')
  return bytes.toString('base64') === written ? bytes : null
}
