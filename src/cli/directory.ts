/**
 * Command `directory test`: how far a directory comes, and why no further.
 */
import { userKey } from '#domain/user.ts'
import { cannot, type Command } from './command.ts'
import { withHost } from './host.ts'
import { table } from './table.ts'

const test: Command = {
  words: 'directory test',
  takes: ['NAME'],
  options: { person: { value: 'PERSON', about: 'Looks this person up, as at a sign-in.' } },
  about:
    'Tries a directory by its name: each server, the account that searches, the search, and a person where one is named. Exit code 1 when something fails.',
  run: async (call) =>
    await withHost(async ({ store, directories }) => {
      const name = call.operand(0, 'NAME')
      const row = await store.tables.identityProviders.findByKey(userKey(name))
      if (row?.kind !== 'ldap') throw cannot(`There is no directory "${name}".`)
      const checks = await directories.check(row, call.text('person') ?? null)
      const rows = checks.map(({ check, ok, reason, found }) => [
        ok ? 'ok' : 'FAULT',
        check,
        reason,
        found,
      ])
      call.answer(table(['', 'STEP', 'REASON', 'FOUND'], rows), checks)
      return checks.every(({ ok }) => ok) ? 0 : 1
    }),
}

export const directoryCommands: readonly Command[] = [test]
