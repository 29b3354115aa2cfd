/**
 * Bodies of SCIM requests: JSON objects within bounds.
 */
import { utf8 } from '#base/bytes.ts'
import { invalid, Problem } from '#base/problem.ts'
import { isObject, type ScimObject } from '#wire/scim/attribute.ts'

/** A group with ten thousand members fits. */
const MAX_BODY = 1024 * 1024
/** A resource, a list in it, an object in that; and the operations of a patch around them. */
const MAX_DEPTH = 10

/** @throws Problem `invalid`, field `body`; `too_large` */
export async function readBody(request: Request): Promise<ScimObject> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(scim\+)?json(\s*;.*)?$/i.test(type))
    throw invalid('body', 'form', 'Send the request as application/scim+json.')
  const text = utf8(await bounded(request))
  if (text === null || isTooDeep(text)) throw notJson()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notJson()
  }
  if (!isObject(value)) throw notJson()
  return value
}

const notJson = (): Problem =>
  invalid('body', 'form', 'The request is no JSON object that can be one of SCIM.')

/** Looked at before it is read, outside of texts. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (piece === '[' || piece === '{') depth++
    else if (piece === ']' || piece === '}') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

async function bounded(request: Request): Promise<Uint8Array> {
  const tooLarge = new Problem('too_large', `The request has more than ${MAX_BODY} bytes.`)
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) throw tooLarge
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BODY) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
