/**
 * API: the HTTP gateway through which SMS codes are sent.
 */
import {
  deleteSmsGateway,
  setSmsGateway,
  testSmsGateway,
  type SmsNeeds,
} from '#changes/sms-gateway.ts'
import { LANGUAGES } from '#domain/user.ts'
import { testSms } from '#mail/code-words.ts'
import type { SmsGatewayRow } from '#store/schema.ts'
import { templateOf } from '#vault/sms-gateway.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /sms-gateway'
  | 'PUT /sms-gateway'
  | 'DELETE /sms-gateway'
  | 'POST /sms-gateway/test'

export function smsGatewayHandlers(needs: SmsNeeds): HandlersOf<Names> {
  return {
    'GET /sms-gateway': async () => {
      const row = await needs.store.tables.smsGateways.find()
      return row ? view(row) : null
    },

    'PUT /sms-gateway': async ({ caller, body }) => view(await setSmsGateway(needs, caller, body)),

    'DELETE /sms-gateway': async ({ caller }) => {
      await deleteSmsGateway(needs, caller)
      return null
    },

    'POST /sms-gateway/test': async ({ caller, user, body }) => {
      const language = LANGUAGES.find((one) => one === user.language) ?? 'en'
      const text = testSms(language)
      return await testSmsGateway(needs, caller, { number: body.number, text })
    },
  }
}

/** Without the secret. */
function view(row: SmsGatewayRow): Answer<'PUT /sms-gateway'> {
  const { headers, ...template } = templateOf(row)
  return {
    ...template,
    headers: [...headers],
    secretSetAt: row.secret_set_at,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}
