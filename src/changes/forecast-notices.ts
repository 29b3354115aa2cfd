/**
 * Notices before a refresh token, a client secret or a certificate ends: 30, 14, 7 and 1 days ahead,
 * each once.
 */
import { DAY, type Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import { toldNow, type Ending } from '#domain/forecast.ts'
import type { NewNotice } from '#domain/notice.ts'
import type { Tables } from '#store/store.ts'
import { endingSoon } from './token-forecast.ts'

type Needs = {
  readonly tables: Pick<Tables, 'mailAccounts' | 'oauthApplications' | 'notices' | 'users'>
  readonly clock: Clock
  readonly newId: NewId
}

/** Administrators hear of everything, people of the mailboxes that they may use. */
export async function addForecastNotices({ tables, clock, newId }: Needs): Promise<void> {
  const now = clock.now()
  const due = (await endingSoon(tables, now)).flatMap((ending) => {
    const days = ending.what === 'consent' ? null : toldNow(ending, now)
    return days === null ? [] : [{ ending, days }]
  })
  if (due.length === 0) return
  const administrators = await tables.users.administratorIds()
  for (const { ending, days } of due) {
    const ofToken = ending.what === 'refresh_token'
    const people = ofToken ? await tables.mailAccounts.users(ending.id) : []
    const userIds = new Set([...administrators, ...people.map(({ user_id }) => user_id)])
    for (const userId of userIds)
      await tables.notices.add(
        newId(),
        notice(userId, ending, days, ending.account?.email ?? ''),
        now,
      )
  }
}

function notice(userId: string, ending: Ending, days: number, email: string): NewNotice {
  const { what, id, identifier, endsAt } = ending
  const kind = what === 'refresh_token' ? 'token_ends' : 'secret_ends'
  // By the day: an end that a provider says anew each time may be a second off.
  const onceKey = `${what}:${id}:${Math.floor(endsAt / DAY)}:${days}:${userId}`
  return { userId, kind, onceKey, params: { identifier, email, what, days, expiresAt: endsAt } }
}
