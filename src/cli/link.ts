/**
 * One-time links from the command line: for a person, and for an administrator after all were lost.
 */
import { linkForAdministrator, linkForUser } from '#changes/links.ts'
import { mailLink } from '#mail/link-mails.ts'
import { smtpMailer } from '#mail/mailer.ts'
import type { Call, Command } from './command.ts'
import { withHost, type Host } from './host.ts'
import { timeText } from './table.ts'

const MAILED = {
  sent: 'It was mailed as well.',
  failed: 'It could NOT be mailed: hand it over.',
  off: 'Hand it over: no mail is configured.',
} as const

/** Makes the link, mails it where that can be done, and shows it: to nobody else, and once. */
export async function invite(call: Call, host: Host, user: { id: string }): Promise<void> {
  const needs = { ...host.identity, origin: host.config.origin }
  const made = await linkForUser(needs, host.caller, user.id)
  await using mailer = host.config.mail && smtpMailer(host.config.mail)
  const mailed = await mailLink(mailer, made, host.log)
  const url = made.url.reveal()
  call.answer(
    `For ${made.user.name}, once, until ${timeText(made.expiresAt)}:\n${url}\n${MAILED[mailed]}`,
    { id: made.user.id, kind: made.kind, url, expiresAt: made.expiresAt, mailed },
  )
}

export const recover: Command = {
  words: 'admin recover',
  takes: [],
  options: {},
  about:
    'Makes a one-time link with which a new administrator is set up, for an operator whose administrators are all gone or locked out.',
  run: async (call) =>
    await withHost(async (host) => {
      const needs = { ...host.identity, origin: host.config.origin }
      const made = await linkForAdministrator(needs, host.caller, 'recover_administrator')
      const url = made.url.reveal()
      call.answer(
        `Opens once, until ${timeText(made.expiresAt)}, and makes a new administrator:\n${url}`,
        { url, expiresAt: made.expiresAt },
      )
    }),
}
