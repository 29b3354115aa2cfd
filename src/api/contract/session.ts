/**
 * The contract: signing in and out, and one-time links.
 */
import { z } from 'zod'
import { LANGUAGES } from '#domain/user.ts'
import { LinkView, SessionView } from '../views.ts'
import { Nothing, code, name, password, token, type Route } from './route.ts'

const Credentials = z.strictObject({ name, password })
export const sessionRoutes = {
  'GET /session': {
    access: 'anyone',
    about: 'Who is signed in, and how far.',
    answer: SessionView,
  },
  'POST /session': {
    access: 'anyone',
    about: 'Signs in with name (or e-mail) and main password.',
    body: Credentials,
    answer: SessionView,
    status: 201,
    problems: ['unauthenticated', 'busy'],
  },
  'DELETE /session': { access: 'half', about: 'Signs out.', answer: Nothing, status: 204 },
  'POST /session/second-factor': {
    access: 'second_factor',
    about: 'Gives the second factor: a code of the authenticator app, or a recovery code.',
    body: z.strictObject({ kind: z.enum(['totp', 'recovery_code']), code }),
    answer: SessionView,
    problems: ['unauthenticated', 'busy'],
  },
  'POST /session/confirm': {
    access: 'user',
    about:
      'Confirms who one is before a sensitive action: password, and second factor where there is one.',
    body: z.strictObject({ password, code: code.optional() }),
    answer: SessionView,
    problems: ['unauthenticated', 'busy'],
  },
  'POST /links/inspect': {
    access: 'anyone',
    about: 'What a one-time link is for. Does not use it up.',
    body: z.strictObject({ token }),
    answer: LinkView,
    problems: ['link_dead', 'busy'],
  },
  'POST /links/accept': {
    access: 'anyone',
    about:
      'Uses a one-time link: sets the main password and signs in. Name and e-mail are for links that make an administrator.',
    body: z.strictObject({
      token,
      password,
      name: name.optional(),
      email: name.optional(),
      language: z.enum(LANGUAGES).optional(),
    }),
    answer: SessionView,
    status: 201,
    problems: ['link_dead', 'conflict', 'busy'],
  },
} as const satisfies Record<string, Route>
