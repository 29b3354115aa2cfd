/**
 * Commands `backup` and `restore`: the database to a file and back. The files of the drive are plain
 * files, and are not in it.
 */
import { connect } from 'node:net'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { backUp, restoreBackup } from '#changes/backups.ts'
import { readConfig, type Config } from '#config.ts'
import { cannot, type Command } from './command.ts'
import { withHost, type Host } from './host.ts'

const ANSWER_WITHIN_MS = 2000

const sum = (rows: Readonly<Record<string, number>>): number =>
  Object.values(rows).reduce((all, one) => all + one, 0)

export const backup: Command = {
  words: 'backup',
  takes: ['FILE'],
  options: {},
  about:
    'Writes the database to a new file while the server goes on. Neither the master key nor the files of the drive are in it.',
  run: async (call) =>
    await withHost(async (host) => {
      const file = resolve(call.operand(0, 'FILE'))
      const rows = await backUp(host, host.caller, file)
      call.answer(
        `Wrote ${sum(rows)} rows to ${file}. Keep the master key (${host.config.masterKey.file}) and the files of ${host.config.driveDir} elsewhere too.`,
        { file, rows },
      )
    }),
}

export const restore: Command = {
  words: 'restore',
  takes: ['FILE'],
  options: { replace: { about: 'What is in the database now may go.' } },
  about:
    'Puts a backup into the database: whole or not at all. The server must not run. The master key of that time has to be in place.',
  run: async (call) => {
    await refuseRunning(readConfig())
    await withHost(
      async (host) => {
        const file = resolve(call.operand(0, 'FILE'))
        const replaces = call.flag('replace')
        if (!replaces) await refuseUsed(host)
        const done = await restoreBackup(host, host.caller, file, { replaces })
        const { fault } = done
        const warns = fault
          ? ` The audit in it was not whole when it was made: row ${fault.seq} is ${fault.fault}.`
          : ''
        call.answer(
          `Restored ${sum(done.rows)} rows of ${done.createdAt}. Everybody has to sign in again, and what was deleted since then is valid again: look at passerelle user list and passerelle app-password list.${warns}`,
          { file, ...done },
        )
      },
      { begins: true },
    )
  },
}

async function refuseUsed({ store, config }: Host): Promise<void> {
  const page = { offset: 0, size: 1 }
  const { total } = await store.tables.users.list({}, { by: 'name', direction: 'asc' }, page, 0)
  if (total === 0) return
  const where = config.database.kind === 'sqlite' ? config.database.file : 'PASSERELLE_DATABASE_URL'
  throw cannot(`The database (${where}) has ${total} users. Add --replace to let them go.`)
}

/** A running server would go on with what it remembers of the database before. */
async function refuseRunning({ listen }: Config): Promise<void> {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listen.host] ?? listen.host
  const socket = connect({ host, port: listen.port, timeout: ANSWER_WITHIN_MS })
  const answers = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  if (answers)
    throw cannot(`Something listens at ${listen.host}:${listen.port}. Stop the server first.`)
}
