/**
 * The SMS gateway as an administrator writes it: a request with places to fill in for each message.
 *
 * {{number}}, {{text}} and {{secret}} are written as the place asks that they stand in: nothing that
 * is filled in can end a JSON string, add a field to a form, or add a header.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid, type Fault, type Problem } from '#base/problem.ts'

export const SMS_METHODS = ['POST', 'PUT', 'GET'] as const
export const SMS_CONTENT_TYPES = ['json', 'form', 'text', 'none'] as const
export type SmsContentType = (typeof SMS_CONTENT_TYPES)[number]

/** `headers`: `Name: value`. The address and the rest are templates. */
export type SmsTemplate = {
  readonly url: string
  readonly method: (typeof SMS_METHODS)[number]
  readonly headers: readonly string[]
  readonly contentType: SmsContentType
  readonly body: string
}
export type SmsValues = { readonly number: string; readonly text: string; readonly secret: string }

const MEDIA: Record<Exclude<SmsContentType, 'none'>, string> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
}
const PLACE = /\{\{([^{}]*)\}\}/g
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)$/ // RFC 9110 §5.1, §5.5
/** They say how the message is framed or where it goes; that is not the administrator's. */
const OWN_HEADERS = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'accept-encoding',
])
/** Looks like what will be filled in, and has everything that has to be escaped. */
const SAMPLE: SmsValues = {
  number: '+33612345678',
  text: 'a"b\\c&d=e\nf{{text}}é',
  secret: 'x"\\&=',
}

/** What a request is made of, with everything filled in. */
export type SmsRequest = {
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string | null
}

export function smsRequest(template: SmsTemplate, values: SmsValues): SmsRequest {
  const { url, method, contentType, body } = template
  const headers = template.headers.map((line): [string, string] => {
    const [, name = '', value = ''] = HEADER.exec(line) ?? []
    return [name, fill(value, values, (text) => text)]
  })
  if (contentType === 'none')
    return { url: fill(url, values, encodeURIComponent), method, headers, body: null }
  return {
    url: fill(url, values, encodeURIComponent),
    method,
    headers: [...headers, ['Content-Type', MEDIA[contentType]]],
    body: fill(body, values, ESCAPE[contentType]),
  }
}

const ESCAPE: Record<Exclude<SmsContentType, 'none'>, (text: string) => string> = {
  json: (text) => JSON.stringify(text).slice(1, -1),
  form: encodeURIComponent,
  text: (text) => text,
}

/** One pass: what was filled in is not looked at again. */
const fill = (template: string, values: SmsValues, escape: (text: string) => string): string =>
  template.replaceAll(PLACE, (_, name: keyof SmsValues) => escape(values[name] ?? ''))

/**
 * Checks a template. The address itself is checked by `upstreamUrl` with everything filled in.
 * @throws Problem `invalid`, field `url`, `headers`, `body`, `method`
 */
export function checkSmsTemplate(template: SmsTemplate): void {
  const { url, method, headers, contentType, body } = template
  if ((contentType === 'none') !== (method === 'GET'))
    throw refused('method', 'form', 'GET has no body, and the others have one.')
  if (contentType === 'none' && body !== '')
    throw refused('body', 'form', 'There is no body with content type none.')
  for (const [field, text] of [
    ['url', url],
    ['body', body],
    ...headers.map((line) => ['headers', line] as const),
  ] as const)
    checkPlaces(field, text)
  for (const line of headers) checkHeader(line)
  const said = `${url} ${body}`
  for (const name of ['number', 'text'])
    if (!said.includes(`{{${name}}}`))
      throw refused(contentType === 'none' ? 'url' : 'body', 'needed', `{{${name}}} is missing.`)
  if (/^[^/?#]*\/\/[^/?#]*\{\{/.test(url))
    throw refused('url', 'host', 'The host of the address cannot be filled in.')
  if (contentType === 'json') checkJson(template)
}

/** A secret goes into headers as well. @throws Problem `invalid`, field `secret` */
export function checkSmsSecret(secret: string): void {
  if (secret === '' || !/^[\x20-\x7e]+$/.test(secret))
    throw refused('secret', 'characters', 'The secret has characters that no header can have.')
}

function checkPlaces(field: string, text: string): void {
  const known = (name: string): boolean => name === 'number' || name === 'text' || name === 'secret'
  for (const [whole, name = ''] of text.matchAll(PLACE))
    if (!known(name)) throw refused(field, 'unknown', `There is nothing to fill in for ${whole}.`)
}

function checkHeader(line: string): void {
  const [, name = ''] = HEADER.exec(line) ?? []
  if (name === '' || hasControls(line))
    throw refused('headers', 'form', 'Write a header as Name: value.')
  if (OWN_HEADERS.has(name.toLowerCase()))
    throw refused('headers', 'reserved', `The header ${name} is not yours to set.`)
  if (line.includes('{{text}}'))
    throw refused('headers', 'form', 'The text cannot stand in a header.')
}

/** Filled in, it has to be JSON that says what was filled in: the places stand inside strings. */
function checkJson(template: SmsTemplate): void {
  const { body } = smsRequest(template, SAMPLE)
  let value: unknown
  try {
    value = JSON.parse(body ?? '')
  } catch {
    throw refused('body', 'form', 'Filled in, the body is not JSON. Places stand inside strings.')
  }
  const strings = JSON.stringify(value)
  const said = JSON.stringify(SAMPLE.text).slice(1, -1)
  if (template.body.includes('{{text}}') && !strings.includes(said))
    throw refused('body', 'form', 'The text has to stand inside a string.')
}

const refused = (field: string, fault: Fault, message: string): Problem =>
  invalid(field, fault, message)
