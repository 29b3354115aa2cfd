/**
 * Sending an SMS through the gateway that the operator's administrator has written down.
 *
 * What the gateway answers is not shown to anybody: whoever may test the gateway must not be able to
 * read from the network that this server stands in.
 */
import type { Secret } from '#base/secret.ts'
import {
  SMS_CONTENT_TYPES,
  SMS_METHODS,
  smsRequest,
  type SmsTemplate,
} from '#domain/sms-gateway.ts'
import type { SmsGatewayRow } from '#store/schema.ts'
import { OutboundError, type Outbound, type OutboundFailure } from './outbound.ts'
import type { Sealer } from './seal.ts'

/** A person waits for it. */
const TIMEOUT_MS = 10_000
const MAX_ANSWER = 64 * 1024

/** `status`: of the gateway's answer; null where none came. */
export type SmsOutcome = {
  readonly outcome: 'sent' | 'refused' | OutboundFailure
  readonly status: number | null
}

export const smsSecretPlace = (row: string) =>
  ({ table: 'sms_gateway', column: 'secret', row }) as const

/** One try. A message that was perhaps sent is not sent again: the person asks for another code. */
export async function sendSms(
  { outbound, sealer }: { outbound: Outbound; sealer: Sealer },
  gateway: SmsGatewayRow,
  { number, text }: { number: string; text: Secret },
): Promise<SmsOutcome> {
  const secret = gateway.secret ? sealer.open(gateway.secret, smsSecretPlace(gateway.id)) : null
  const { url, method, headers, body } = smsRequest(templateOf(gateway), {
    number,
    text: text.reveal(),
    secret: secret?.reveal() ?? '',
  })
  const request = new Request(url, { method, headers: headers.map(([...pair]) => pair), body })
  try {
    const { status } = await outbound(request, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER })
    return { outcome: status >= 200 && status < 300 ? 'sent' : 'refused', status }
  } catch (thrown) {
    if (thrown instanceof OutboundError) return { outcome: thrown.failure, status: null }
    throw thrown
  }
}

/** As it was checked when it was stored. */
export const templateOf = (row: SmsGatewayRow): SmsTemplate => ({
  url: row.url,
  method: SMS_METHODS.find((one) => one === row.method) ?? 'POST',
  headers: JSON.parse(row.headers) as string[],
  contentType: SMS_CONTENT_TYPES.find((one) => one === row.content_type) ?? 'json',
  body: row.body,
})
