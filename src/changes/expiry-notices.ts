/**
 * Notices before an application password ends: 14 and 3 days ahead, each once.
 */
import { DAY, type Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { NoticeKind } from '#domain/notice.ts'
import type { Tables } from '#store/store.ts'

const AHEAD: readonly { kind: NoticeKind; days: number }[] = [
  { kind: 'app_password_ends_3', days: 3 },
  { kind: 'app_password_ends_14', days: 14 },
]

type Needs = {
  readonly tables: Pick<Tables, 'appPasswords' | 'notices'>
  readonly clock: Clock
  readonly newId: NewId
}

/** Nobody hears "in 14 days" of what was made for less, or "in 14 days" two days ahead. */
export async function addExpiryNotices({ tables, clock, newId }: Needs): Promise<void> {
  const now = clock.now()
  for (const row of await tables.appPasswords.endingBefore(now, now + 14 * DAY)) {
    const due = AHEAD.find(({ days }) => row.expires_at - now <= days * DAY)
    if (!due || row.expires_at - row.created_at <= due.days * DAY) continue
    await tables.notices.add(
      newId(),
      {
        userId: row.user_id,
        kind: due.kind,
        onceKey: `${due.kind}:${row.id}`,
        params: { name: row.name, expiresAt: row.expires_at },
      },
      now,
    )
  }
}
