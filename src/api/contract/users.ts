/**
 * The contract: what an administrator sees and changes of people.
 */
import { z } from 'zod'
import { LANGUAGES, ROLES, USER_ORDERS } from '#domain/user.ts'
import { DeviceView, SecondFactorView } from '../factor-views.ts'
import {
  AppPasswordView,
  BrowserSessionView,
  NoticeView,
  OneTimeLinkView,
  StaleUseView,
  UserView,
} from '../views.ts'
import { userFilter } from './bulk.ts'
import { Nothing, name, order, page, rows, type Route } from './route.ts'

export const userRoutes = {
  'GET /users': {
    access: 'auditor',
    about: 'Users, filtered and sorted, a page at a time.',
    query: z.strictObject({
      ...userFilter,
      sort: z.enum(USER_ORDERS).default('name'),
      order,
      ...page,
    }),
    answer: z.object({ rows: rows(UserView), total: z.int() }),
  },
  'POST /users': {
    access: 'administrator',
    about: 'Creates a user, who has to be invited.',
    recent: true,
    body: z.strictObject({
      name,
      email: name,
      displayName: name.optional(),
      role: z.enum(ROLES),
      language: z.enum(LANGUAGES),
      source: z
        .string()
        .max(64)
        .optional()
        .describe('local unless given, or the id of an identity provider.'),
    }),
    answer: UserView,
    status: 201,
    problems: ['conflict'],
  },
  'GET /users/:id': {
    access: 'auditor',
    about: 'One user.',
    answer: UserView,
    problems: ['not_found'],
  },
  'PATCH /users/:id': {
    access: 'administrator',
    about: 'Changes e-mail, shown name, role, language or quota.',
    recent: true,
    body: z.strictObject({
      email: name.optional(),
      displayName: name.optional(),
      role: z.enum(ROLES).optional(),
      language: z.enum(LANGUAGES).optional(),
      quotaBytes: z.int().min(0).nullable().optional(),
    }),
    answer: UserView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /users/:id': {
    access: 'administrator',
    about:
      'Deletes a user with sessions, factors and application passwords. Files stay on the disk until the operator removes them.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found', 'conflict'],
  },
  'POST /users/:id/disable': {
    access: 'administrator',
    about: 'Disables a user: sessions end, application passwords stop working.',
    recent: true,
    answer: UserView,
    problems: ['not_found', 'conflict'],
  },
  'POST /users/:id/enable': {
    access: 'administrator',
    about: 'Enables a user again.',
    recent: true,
    answer: UserView,
    problems: ['not_found'],
  },
  'POST /users/:id/link': {
    access: 'administrator',
    about:
      'Makes a one-time link (invitation, or a new main password) and mails it where mail is configured. Earlier links of the user end.',
    recent: true,
    answer: OneTimeLinkView,
    status: 201,
    problems: ['not_found', 'conflict'],
  },
  'GET /users/:id/second-factors': {
    access: 'auditor',
    about: "A person's second factors.",
    answer: rows(SecondFactorView),
    problems: ['not_found'],
  },
  'DELETE /users/:id/second-factors': {
    access: 'administrator',
    about: 'Removes all second factors and recovery codes of a user; ends the sessions.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /users/:id/sessions': {
    access: 'auditor',
    about: "A person's browser sessions.",
    answer: rows(BrowserSessionView),
    problems: ['not_found'],
  },
  'DELETE /users/:id/sessions': {
    access: 'administrator',
    about: 'Ends all browser sessions of a user.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /users/:id/devices': {
    access: 'auditor',
    about: "A person's browsers that need no second factor for now.",
    answer: rows(DeviceView),
    problems: ['not_found'],
  },
  'DELETE /users/:id/devices': {
    access: 'administrator',
    about: 'Forgets all remembered browsers of a user: each asks for the second factor again.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /users/:id/app-passwords': {
    access: 'auditor',
    about: "A person's application passwords with connection method and expiry.",
    answer: rows(AppPasswordView),
    problems: ['not_found'],
  },
  'DELETE /users/:id/app-passwords': {
    access: 'administrator',
    about: "Deletes all of a person's application passwords.",
    recent: true,
    answer: z.object({ ended: z.int() }),
    problems: ['not_found'],
  },
  'DELETE /users/:id/app-passwords/:appPasswordId': {
    access: 'administrator',
    about: 'Deletes one.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /users/:id/stale-uses': {
    access: 'auditor',
    about: 'Programs of this person that still send a password that has ended.',
    answer: rows(StaleUseView),
    problems: ['not_found'],
  },
  'GET /notices': {
    access: 'auditor',
    about: 'The newest notices to everybody that were not put away, at most 200.',
    answer: rows(NoticeView),
  },
} as const satisfies Record<string, Route>
