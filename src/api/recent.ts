/**
 * A recent sign-in: sensitive actions need one, with the second factor where the person has one.
 */
import { MINUTE } from '#base/clock.ts'
import type { Session } from '#store/sessions.ts'

const RECENT_MS = 10 * MINUTE

/** Until when this session counts as just signed in; null when it no longer does. */
export function recentUntil(
  session: Pick<Session, 'authenticated_at'>,
  now: number,
): number | null {
  const until = session.authenticated_at + RECENT_MS
  return now < until && now >= session.authenticated_at ? until : null
}
