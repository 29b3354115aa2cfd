/**
 * Request bodies: one flat JSON object (RFC 8259), read strictly and within bounds.
 *
 * No request of the contract nests deeper than a list of texts, so nothing deeper is read: no depth,
 * no prototypes, and a name that stands twice is refused, because two readers could take different
 * ones.
 */
import { utf8 } from '#base/bytes.ts'
import { Problem } from '#base/problem.ts'

/** Unless a route says otherwise: the longest request is a name, an e-mail and a password. */
export const MAX_BODY = 16 * 1024
const STRING_OR_NAME = /"(?:[^"\\]|\\.)*"(\s*:)?/gs

/** @throws Problem `invalid`, `too_large` */
export async function readJsonBody(
  request: Request,
  most: number = MAX_BODY,
): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i.test(type))
    throw new Problem('invalid', 'Send the request as application/json.')
  return parseFlatObject(await readBounded(request, most))
}

/** @throws Problem `invalid` */
export function parseFlatObject(bytes: Uint8Array): Record<string, unknown> {
  const text = utf8(bytes)
  if (text === null) throw new Problem('invalid', 'The request is not UTF-8.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Problem('invalid', 'The request is not JSON.', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem('invalid', 'The request is not a JSON object.')
  const entries = Object.entries(value)
  if (entries.some(([, one]) => typeof one === 'object' && one !== null && !isListOfTexts(one)))
    throw new Problem(
      'invalid',
      'The request is nested; every value is a text, number, boolean or null.',
    )
  const names = [...text.matchAll(STRING_OR_NAME)].filter(([, colon]) => colon !== undefined).length
  if (names !== entries.length) throw new Problem('invalid', 'A name stands twice in the request.')
  return Object.fromEntries(entries)
}

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

async function readBounded(request: Request, most: number): Promise<Uint8Array> {
  const tooLarge = new Problem('too_large', `The request has more than ${most} bytes.`)
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
