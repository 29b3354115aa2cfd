/**
 * Changes to the SMS gateway: set, remove, try out.
 */
import { invalid, Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { phoneNumber } from '#domain/contact.ts'
import {
  checkSmsSecret,
  checkSmsTemplate,
  smsRequest,
  type SmsTemplate,
} from '#domain/sms-gateway.ts'
import { smsTests } from '#domain/throttle.ts'
import type { SmsGatewayRow } from '#store/schema.ts'
import type { Outbound } from '#vault/outbound.ts'
import type { MayReach } from '#vault/reachable.ts'
import type { Sealer } from '#vault/seal.ts'
import { sendSms, smsSecretPlace, templateOf, type SmsOutcome } from '#vault/sms-gateway.ts'
import { upstreamUrl } from '#vault/upstream-url.ts'
import { change, nameOf, type Caller, type DoorNeeds } from './door.ts'

export type SmsNeeds = DoorNeeds & {
  readonly sealer: Sealer
  readonly outbound: Outbound
  readonly mayReach: MayReach
}

/** There is one. */
const ID = 'sms'
const TARGET = { kind: 'sms_gateway', id: ID, name: null } as const
/** Stands where a number, a text and a secret will, when an address is checked. */
const SAMPLE = { number: '+33612345678', text: 'text', secret: 'secret' }

/** @param secret undefined: it stays; null: there is none any more */
export type SmsForm = SmsTemplate & { readonly secret?: string | null | undefined }

/** @throws Problem `invalid` with the field */
export async function setSmsGateway(
  needs: SmsNeeds,
  caller: Caller,
  { secret: typed, ...template }: SmsForm,
): Promise<SmsGatewayRow> {
  checkSmsTemplate(template)
  const { origin } = new URL(upstreamUrl(filledUrl(template), 'url', needs.mayReach))
  if (typeof typed === 'string') checkSmsSecret(typed)
  const before = await needs.store.tables.smsGateways.find()
  // Otherwise whoever may change the address could have the secret sent to themselves.
  if (
    typed === undefined &&
    before?.secret &&
    origin !== new URL(filledUrl(templateOf(before))).origin
  )
    throw invalid('secret', 'again', 'The host has changed: give the secret again.')
  const now = needs.clock.now()
  const kept = { secret: before?.secret ?? null, secret_set_at: before?.secret_set_at ?? null }
  const fresh =
    typeof typed === 'string'
      ? { secret: needs.sealer.seal(new Secret(typed), smsSecretPlace(ID)), secret_set_at: now }
      : { secret: null, secret_set_at: null }
  const row: SmsGatewayRow = {
    id: ID,
    url: template.url.trim(),
    method: template.method,
    headers: JSON.stringify(template.headers),
    content_type: template.contentType,
    body: template.body,
    ...(typed === undefined ? kept : fresh),
    updated_at: now,
    updated_by: nameOf(caller),
  }
  const places = [template.url, template.body, ...template.headers].join(' ')
  if (places.includes('{{secret}}') && row.secret === null)
    throw invalid('secret', 'needed', 'The secret is missing.')
  const details = { host: new URL(origin).host, secret: typed !== undefined }
  const said = { action: 'sms_gateway.update', target: TARGET, details } as const
  return await change(needs, caller, said, async ({ smsGateways }) => {
    await smsGateways.put(row)
    return row
  })
}

/** @throws Problem `not_found` */
export async function deleteSmsGateway(needs: DoorNeeds, caller: Caller): Promise<void> {
  const said = { action: 'sms_gateway.delete', target: TARGET } as const
  await change(needs, caller, said, async ({ smsGateways }) => {
    if (!(await smsGateways.delete())) throw new Problem('not_found', 'There is no SMS gateway.')
  })
}

/**
 * Sends one message, as it would be sent to a person, without a code in it.
 * @throws Problem `not_found` (no gateway), `invalid` (number), `busy`
 */
export async function testSmsGateway(
  needs: SmsNeeds,
  caller: Caller,
  { number: typed, text }: { number: string; text: string },
): Promise<SmsOutcome> {
  const number = phoneNumber(typed)
  const gateway = await needs.store.tables.smsGateways.find()
  if (!gateway) throw new Problem('not_found', 'There is no SMS gateway.')
  await change(
    needs,
    caller,
    { action: 'sms_gateway.test', target: TARGET },
    async ({ throttle }) => {
      const counted = await throttle.count([smsTests], needs.clock.now())
      if ((counted.get(smsTests.key) ?? 0) > smsTests.tries)
        throw new Problem('busy', 'The SMS gateway was tested too often. Try again later.')
    },
  )
  return await sendSms(needs, gateway, { number, text: new Secret(text) })
}

const filledUrl = (template: SmsTemplate): string => smsRequest(template, SAMPLE).url
