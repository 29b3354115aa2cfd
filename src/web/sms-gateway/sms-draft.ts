/**
 * The SMS gateway as it is typed, what of it is sent, and how a message would look.
 */
import type { BodyIn } from '#api/contract.ts'
import type { SmsGateway } from '../api/types.ts'

export type Draft = {
  url: string
  method: SmsGateway['method']
  /** One on a line. */
  headers: string
  contentType: SmsGateway['contentType']
  body: string
  /** Empty: the one that is there stays. */
  secret: string
}

/** As most services want it. */
export const EMPTY: Draft = {
  url: '',
  method: 'POST',
  headers: 'Authorization: Bearer {{secret}}',
  contentType: 'json',
  body: '{"to": "{{number}}", "text": "{{text}}"}',
  secret: '',
}

export const draftOf = ({ headers, ...gateway }: SmsGateway): Draft => ({
  url: gateway.url,
  method: gateway.method,
  contentType: gateway.contentType,
  body: gateway.body,
  headers: headers.join('\n'),
  secret: '',
})

export const sentOf = ({ secret, headers, ...draft }: Draft): BodyIn<'PUT /sms-gateway'> => ({
  ...draft,
  headers: headers
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
  ...(secret === '' ? {} : { secret }),
})

const EXAMPLE = { number: '+33612345678', secret: '••••••' }
type Escape = (text: string) => string
const ESCAPE: Record<Draft['contentType'], Escape> = {
  json: (text) => JSON.stringify(text).slice(1, -1),
  form: encodeURIComponent,
  text: (text) => text,
  none: (text) => text,
}

/** What would be sent for one message, with an example filled in. */
export function preview(draft: Draft, text: string): string {
  const filled = (template: string, escape: Escape): string =>
    template.replaceAll(/\{\{(number|text|secret)\}\}/g, (_, place: string) => {
      if (place === 'secret') return EXAMPLE.secret
      return escape(place === 'number' ? EXAMPLE.number : text)
    })
  const head = [
    `${draft.method} ${filled(draft.url, encodeURIComponent)}`,
    ...draft.headers
      .split('\n')
      .filter((one) => one.trim() !== '')
      .map((one) => filled(one, (value) => value)),
  ]
  const body = draft.contentType === 'none' ? '' : filled(draft.body, ESCAPE[draft.contentType])
  return body === '' ? head.join('\n') : [...head, '', body].join('\n')
}
