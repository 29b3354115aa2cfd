/**
 * Command `doctor`: examines everything that an installation needs, and says what to do.
 */
import { systemClock } from '#base/clock.ts'
import { readConfig, type Config } from '#config.ts'
import { smtpMailer } from '#mail/mailer.ts'
import type { Command } from './command.ts'
import { examineAddress } from './doctor/address.ts'
import { examineFolders, examineLeftovers, examineUsage } from './doctor/disk.ts'
import { fault, ok, reason, type Finding } from './doctor/finding.ts'
import { examineMailGateways } from './doctor/mail-gateways.ts'
import { examineStore } from './doctor/store.ts'
import { openHost } from './host.ts'
import { table } from './table.ts'

const MARK = { ok: 'ok', warning: 'LOOK', fault: 'FAULT' } as const

export const doctor: Command = {
  words: 'doctor',
  takes: [],
  options: {},
  about:
    'Examines configuration, certificates, mail gateways, master key, database, audit, folders, disk, clock and mail. Exit code 1 when there is a fault.',
  run: async (call) => {
    const findings = await examine()
    const rows = findings.map(({ part, state, says }) => [MARK[state], part, says])
    call.answer(table(['', 'PART', ''], rows), findings)
    return findings.some((finding) => finding.state === 'fault') ? 1 : 0
  },
}

/** One part that is broken does not hide the others. */
async function examine(): Promise<Finding[]> {
  let config: Config
  try {
    config = readConfig()
  } catch (cause) {
    return [fault('configuration', reason(cause))]
  }
  return [
    ok('configuration', 'No mistakes.'),
    ...(await examineAddress(config, systemClock.now())),
    ...examineMailGateways(config),
    ...(await examineFolders(config)),
    ...(await opened(config)),
    await mail(config),
  ]
}

async function opened(config: Config): Promise<Finding[]> {
  try {
    await using ground = await openHost(config, {})
    const { store } = ground
    return [
      ...(await examineStore(ground)),
      await examineUsage(config, store),
      await examineLeftovers(config, store),
    ]
  } catch (cause) {
    return [fault('database', reason(cause))]
  }
}

async function mail({ mail }: Config): Promise<Finding> {
  if (!mail) return ok('mail', 'Off: links are handed over, notices are on the pages.')
  await using mailer = smtpMailer(mail)
  try {
    await mailer.check()
    return ok('mail', 'The server takes mails from us.')
  } catch (cause) {
    return fault('mail', `The server does not take mails from us: ${reason(cause)}`)
  }
}
