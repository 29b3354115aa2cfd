/**
 * What the platform does in rounds: the audit's anchor, notices and their mails, forgetting, sums.
 */
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { addExpiryNotices } from '#changes/expiry-notices.ts'
import { forgetWhatEnded } from '#changes/forget.ts'
import type { Round } from '#changes/rounds.ts'
import type { Drive } from '#drive/drive.ts'
import type { Mailer } from '#mail/mailer.ts'
import { sendDueNotices } from '#mail/notice-mails.ts'
import type { Ground } from '../ground.ts'

/** What the platform does by itself, whatever is declared. */
export function platformRounds(
  { store, clock, newId, log, anchor, config }: Ground,
  mailer: Mailer | null,
  drive: Drive,
  stopping: AbortSignal,
): Round[] {
  const { tables } = store
  return [
    {
      name: 'audit-anchor',
      everyMs: SECOND,
      run: async () => anchor.moved(await tables.audit.head()),
    },
    {
      name: 'expiry-notices',
      everyMs: HOUR,
      run: () => addExpiryNotices({ tables, clock, newId }),
    },
    { name: 'forget', everyMs: HOUR, run: () => forgetWhatEnded(tables, clock) },
    { name: 'drive-usage', everyMs: DAY, run: () => recountDrive(drive, stopping) },
    ...(mailer
      ? [
          {
            name: 'mails',
            everyMs: MINUTE / 6,
            run: () =>
              sendDueNotices({
                tables,
                mailer,
                clock,
                log,
                profileUrl: `${config.origin}/profile`,
              }),
          },
        ]
      : []),
  ]
}

/** What the operator put into the folder or took out of it counts from the next start or day on. */
async function recountDrive(drive: Drive, stopping: AbortSignal): Promise<void> {
  for (const spaceId of drive.spaceIdsOnDisk()) if (!stopping.aborted) await drive.recount(spaceId)
}
