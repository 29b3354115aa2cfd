/**
 * Mails that notices ask for: each sent by one node, tried again for a day, never twice on purpose.
 */
import { DAY, HOUR, MINUTE, type Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { NoticeKind } from '#domain/notice.ts'
import { LANGUAGES, type Language } from '#domain/user.ts'
import type { Tables } from '#store/store.ts'
import type { Mailer } from './mailer.ts'
import { noticeMail, type Params } from './words.ts'

const AT_ONCE = 50
/** Longer than a mail can take: a node that dies in between leaves it to another. */
const CLAIMED_FOR = 5 * MINUTE
/** Older ones would only confuse; the profile shows them. */
const TOO_OLD = DAY

export type NoticeMailNeeds = {
  readonly tables: Pick<Tables, 'notices'>
  readonly mailer: Pick<Mailer, 'send'>
  readonly clock: Clock
  readonly log: Log
  readonly profileUrl: string
}

/** Sends what is due. @returns how many were sent */
export async function sendDueNotices({
  tables,
  mailer,
  clock,
  log,
  profileUrl,
}: NoticeMailNeeds): Promise<number> {
  let sent = 0
  for (const notice of await tables.notices.due(clock.now(), AT_ONCE)) {
    const now = clock.now()
    if (!(await tables.notices.claim(notice.id, notice.mail_next_at, now + CLAIMED_FOR))) continue
    if (now - notice.created_at > TOO_OLD) {
      await tables.notices.mailed(notice.id, 'failed', now)
      continue
    }
    const language =
      LANGUAGES.find((one) => one === notice.user_language) ?? ('en' satisfies Language)
    const mail = noticeMail(
      notice.kind as NoticeKind,
      JSON.parse(notice.params) as Params,
      language,
      profileUrl,
    )
    try {
      await mailer.send(notice.user_email, mail)
      await tables.notices.mailed(notice.id, 'sent', now)
      sent++
    } catch (cause) {
      const wait = Math.min(HOUR, MINUTE * 2 ** Math.min(notice.mail_tries, 6))
      await tables.notices.mailed(notice.id, 'pending', now + wait)
      log.warn('mail.not_sent', {
        notice: notice.id,
        kind: notice.kind,
        tries: notice.mail_tries + 1,
        cause,
      })
    }
  }
  return sent
}
