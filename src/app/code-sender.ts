/**
 * Sends codes: mails through the operator's SMTP server, SMS through the gateway of the settings.
 */
import type { Log } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { MINUTE } from '#base/clock.ts'
import { CODE_LIFE, type CodeMessage, type CodeSender } from '#identity/factors/sent-code.ts'
import { codeMail, codeSms } from '#mail/code-words.ts'
import type { Mailer } from '#mail/mailer.ts'
import type { Tables } from '#store/store.ts'
import type { Outbound } from '#vault/outbound.ts'
import type { Sealer } from '#vault/seal.ts'
import { sendSms } from '#vault/sms-gateway.ts'

export type SenderNeeds = {
  readonly tables: Pick<Tables, 'smsGateways'>
  /** null: the operator has configured none. */
  readonly mailer: Pick<Mailer, 'send'> | null
  readonly outbound: Outbound
  readonly sealer: Sealer
  /** The host of the public URL, by which people know the server. */
  readonly host: string
  readonly log: Log
}

export function codeSender(needs: SenderNeeds): CodeSender {
  return {
    async kinds() {
      const gateway = await needs.tables.smsGateways.find()
      return [...(needs.mailer ? ['email' as const] : []), ...(gateway ? ['sms' as const] : [])]
    },
    send: async (kind, message) =>
      kind === 'email' ? await byMail(needs, message) : await bySms(needs, message),
  }
}

async function byMail({ mailer, host, log }: SenderNeeds, message: CodeMessage): Promise<boolean> {
  const { to, why, language } = message
  try {
    await mailer?.send(to, codeMail(why, language, told(host, message)))
    return mailer !== null
  } catch (cause) {
    log.warn('code.not_sent', { kind: 'email', cause })
    return false
  }
}

async function bySms(needs: SenderNeeds, message: CodeMessage): Promise<boolean> {
  const gateway = await needs.tables.smsGateways.find()
  if (!gateway) return false
  const text = new Secret(codeSms(message.language, told(needs.host, message)))
  const { outcome, status } = await sendSms(needs, gateway, { number: message.to, text })
  if (outcome !== 'sent') needs.log.warn('code.not_sent', { kind: 'sms', outcome, status })
  return outcome === 'sent'
}

const told = (host: string, { code, ip }: CodeMessage) => ({
  code: code.reveal(),
  host,
  ip,
  minutes: CODE_LIFE / MINUTE,
})
