/**
 * Commands for application passwords: list a person's, delete one or all. None can be created here:
 * only the person sees one.
 */
import {
  ENDED_SHOWN_FOR,
  revokeAllAppPasswords,
  revokeAppPassword,
} from '#changes/app-passwords.ts'
import type { AppPasswordRow } from '#store/schema.ts'
import { cannot, UsageError, type Command } from './command.ts'
import { withHost } from './host.ts'
import { table, timeText } from './table.ts'
import { person } from './user.ts'

const list: Command = {
  words: 'app-password list',
  takes: ['USER'],
  options: {},
  about: 'Lists the application passwords of a user with last use and end.',
  run: async (call) => {
    await withHost(async (host) => {
      const user = await person(host, call.operand(0, 'USER'))
      const now = host.clock.now()
      const rows = await host.store.tables.appPasswords.listOf(user.id, now - ENDED_SHOWN_FOR)
      const head = ['ID', 'NAME', 'OPENS', 'LAST USE', 'BY', 'FROM', 'VALID UNTIL']
      const lines = rows.map((row) => [
        row.id,
        row.name,
        row.gateways,
        timeText(row.last_used_at),
        row.last_client,
        row.last_ip,
        timeText(row.expires_at) + (row.expires_at <= now ? ' (ended)' : ''),
      ])
      call.answer(table(head, lines), rows.map(shown))
    })
  },
}

const revoke: Command = {
  words: 'app-password revoke',
  takes: ['[ID]'],
  options: {
    user: { value: 'USER', about: 'Whose, together with --all.' },
    all: { about: 'All of that user.' },
  },
  about: 'Deletes an application password by its id, or all of a user; live connections end.',
  run: async (call) => {
    const typed = call.text('user')
    if (typed === undefined && !call.flag('all'))
      return await revokeOne(call.operand(0, 'ID'), call)
    if (typed === undefined || !call.flag('all'))
      throw new UsageError('Give an ID, or both --user and --all.')
    return await withHost(async (host) => {
      const user = await person(host, typed)
      const ended = await revokeAllAppPasswords(host, host.caller, user)
      call.answer(`Deleted ${ended} application passwords of ${user.name}.`, { ended })
    })
  },
}

const revokeOne = async (id: string, call: Parameters<Command['run']>[0]): Promise<void> =>
  await withHost(async (host) => {
    const row = await host.store.tables.appPasswords.findById(id)
    const owner = row && (await host.store.tables.users.find(row.user_id))
    if (!row || !owner || row.revoked_at !== null)
      throw cannot(
        `There is no application password "${id}". List: passerelle app-password list USER`,
      )
    await revokeAppPassword(host, host.caller, owner, id)
    call.answer(`Deleted "${row.name}" of ${owner.name}.`, { ended: 1 })
  })

export const appPasswordCommands: readonly Command[] = [list, revoke]

const shown = (row: AppPasswordRow): Record<string, unknown> => ({
  id: row.id,
  name: row.name,
  application: row.application,
  gateways: row.gateways.split(' '),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  lastIp: row.last_ip,
  lastGateway: row.last_gateway,
  lastClient: row.last_client,
})
