/**
 * The contract: the HTTP gateway through which SMS codes are sent.
 */
import { z } from 'zod'
import { SmsGatewayView, SmsTestView } from '../factor-views.ts'
import { Nothing, type Route } from './route.ts'

export const smsGatewayRoutes = {
  'GET /sms-gateway': {
    access: 'auditor',
    about: 'The SMS gateway; null: none, and SMS codes are not offered.',
    answer: SmsGatewayView.nullable(),
  },
  'PUT /sms-gateway': {
    access: 'administrator',
    about:
      'Sets the SMS gateway. {{number}}, {{text}} and {{secret}} in address, headers and body are filled in for each message, written as the content type asks.',
    recent: true,
    body: z.strictObject({
      url: z.string().max(2048).describe('https. {{number}} and {{text}} can stand in its query.'),
      method: z.enum(['POST', 'PUT', 'GET']),
      headers: z
        .array(z.string().max(1024))
        .max(20)
        .describe('`Name: value`; {{secret}} belongs here or in the body.'),
      contentType: z.enum(['json', 'form', 'text', 'none']).describe('none: there is no body.'),
      body: z.string().max(4096),
      secret: z
        .string()
        .max(1024)
        .nullable()
        .optional()
        .describe('Unless given it stays; null: none.'),
    }),
    answer: SmsGatewayView,
  },
  'DELETE /sms-gateway': {
    access: 'administrator',
    about: 'Removes the SMS gateway. Factors of kind SMS stay, and no code can be sent to them.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'POST /sms-gateway/test': {
    access: 'administrator',
    about: 'Sends one message to a number through the gateway as it is stored.',
    recent: true,
    body: z.strictObject({ number: z.string().max(64).describe('E.164: +33612345678.') }),
    answer: SmsTestView,
    problems: ['not_found', 'busy'],
  },
} as const satisfies Record<string, Route>
