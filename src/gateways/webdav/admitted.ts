/**
 * Who asks: Basic credentials through the one admission, and the same answer to everybody else.
 */
import { Problem } from '#base/problem.ts'
import { passes, REFUSALS } from '#domain/admission.ts'
import type { IncomingMessage } from 'node:http'
import { challenge, readBasic } from '#wire/http/basic.ts'
import type { Door } from '../http/door.ts'
import { reply, type Reply } from './reply.ts'
import type { WebdavNeeds, Who } from './request.ts'

const MAX_CLIENT = 200
/** Alike for unknown, wrong, expired, disabled, and for nobody at all. */
const ASK: Reply = reply(401, { 'WWW-Authenticate': challenge('Passerelle') })

export const clientOf = (req: IncomingMessage): string =>
  (req.headers['user-agent'] ?? '').slice(0, MAX_CLIENT)

/** @throws Problem `unavailable` or `busy`: then nobody is let in, and nobody is asked for a new password */
export async function admitted(
  { admit, log }: Pick<WebdavNeeds, 'admit' | 'log'>,
  req: IncomingMessage,
  door: Pick<Door, 'ip'>,
): Promise<Who | Reply> {
  const basic = readBasic(req.headers.authorization)
  if (basic.read === 'malformed') return reply(400)
  if (basic.read === 'nothing') return ASK
  const attempt = {
    username: basic.username,
    password: basic.password,
    gateway: 'drive',
    ip: door.ip,
    client: clientOf(req),
  } as const
  const signIn = await admit(attempt)
  if (signIn.ok) return signIn
  log.warn('gateway.refused', {
    gateway: 'drive',
    reason: signIn.reason,
    meaning: REFUSALS[signIn.reason],
    ip: door.ip,
    client: attempt.client,
  })
  if (passes(signIn.reason))
    throw new Problem('unavailable', 'Nobody can be let in at the moment. Try again later.')
  return ASK
}
