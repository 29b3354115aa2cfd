/**
 * The contract: mailboxes and live connections, one's own and those of others; the dashboard.
 */
import { ConnectionView, DashboardView, MailboxInitView, MailboxView } from '../gateway-views.ts'
import { TokenInitView } from '../oauth-views.ts'
import { Nothing, rows, type Route } from './route.ts'

export const gatewayRoutes = {
  'GET /me/mailboxes': {
    access: 'user',
    about: 'The own mailboxes: those that one may use, and those with the own e-mail.',
    answer: rows(MailboxView),
  },
  'PUT /me/mailboxes/:id/default': {
    access: 'user',
    about: "Makes it the mailbox that one's own name means at mail gateways.",
    answer: rows(MailboxView),
    problems: ['not_found'],
  },
  'POST /me/mailboxes/:id/init': {
    access: 'user',
    about: 'Begins to connect or renew the own mailbox, by signing in at the provider.',
    recent: true,
    answer: MailboxInitView,
    status: 201,
    problems: ['not_found', 'conflict'],
  },
  'GET /me/mailboxes/:id/init/:initId': {
    access: 'user',
    about: 'What became of it; only in the browser session that began it.',
    answer: TokenInitView,
    problems: ['not_found'],
  },
  'GET /me/connections': {
    access: 'user',
    about: 'What is connected with the own application passwords now.',
    answer: rows(ConnectionView),
  },
  'DELETE /me/connections/:id': {
    access: 'user',
    about: 'Ends a connection, on whichever node it is, within two seconds.',
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /users/:id/mailboxes': {
    access: 'auditor',
    about: "A person's mailboxes.",
    answer: rows(MailboxView),
    problems: ['not_found'],
  },
  'GET /users/:id/connections': {
    access: 'auditor',
    about: "What is connected with a person's application passwords now.",
    answer: rows(ConnectionView),
    problems: ['not_found'],
  },
  'DELETE /users/:id/connections/:connectionId': {
    access: 'administrator',
    about: "Ends a person's connection.",
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /dashboard': {
    access: 'auditor',
    about: 'Connections, traffic, sign-ins and refusals; what ends soon; what needs a look.',
    answer: DashboardView,
  },
} as const satisfies Record<string, Route>
