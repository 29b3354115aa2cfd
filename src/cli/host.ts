/**
 * What a command works with: the database of the server that may run beside it, opened as the
 * operator. Everything that it changes is written to the audit with the name of the system's user.
 */
import { existsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { systemClock, systemEntropy } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { checkAuditTail } from '#changes/audit-check.ts'
import type { Caller } from '#changes/door.ts'
import { readConfig, type Config } from '#config.ts'
import { openGround, type Ground } from '#ground.ts'
import { cannot } from './command.ts'

export type Host = Ground & { readonly caller: Caller }

/**
 * `begins`: a database that is not there yet is made, and one of an earlier version is brought to
 * this one. The master key has to be there in any case.
 */
export type Opening = { readonly migrates?: boolean; readonly begins?: boolean }

/** @throws Error when there is nothing to work with, in words that say what to do */
export async function withHost<T>(
  act: (host: Host) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  await using ground = await openHost(readConfig(), opening)
  const { store, keyring, anchor, log } = ground
  if (!opening.begins) await checkAuditTail({ tables: store.tables, keyring, anchor }, log)
  return await act({ ...ground, caller: operator() })
}

/** Only what is there already: a command never makes a master key. */
export async function openHost(
  config: Config,
  { migrates = false, begins = false }: Opening,
): Promise<Ground> {
  requireFile('master key', config.masterKey.file)
  if (config.database.kind === 'sqlite' && (!begins || existsSync(config.database.file)))
    requireFile('database', config.database.file)
  const log = createLog((line) => process.stderr.write(line), systemClock, 'warn')
  const world = { clock: systemClock, entropy: systemEntropy, log }
  return await openGround(config, world, { migrates: migrates || begins })
}

function requireFile(what: string, file: string): void {
  if (!existsSync(file))
    throw cannot(
      `There is no ${what} at ${file}. The first start makes it (passerelle serve). If there was one, look at PASSERELLE_DATA_DIR, or for its backup.`,
    )
  refuseOtherOwner(file)
}

/** SQLite's files made by root beside the server's could not be written by the server any more. */
function refuseOtherOwner(file: string): void {
  const me = process.getuid?.()
  const { uid } = statSync(file)
  if (me !== undefined && uid !== me)
    throw cannot(`${file} belongs to another user. Run this as that user: sudo -u '#${uid}' …`)
}

/** The person at the host's terminal, as the system calls them. */
export function operator(): Caller {
  const actor = { kind: 'operator', id: null, name: systemUser() } as const
  return { actor, role: 'operator', ip: null, client: 'passerelle', sessionId: null }
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}` // a container often has no name for it
  }
}
