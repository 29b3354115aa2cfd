/**
 * Command `migrate`: brings the database to this version. The server does the same when it starts.
 */
import type { Command } from './command.ts'
import { withHost } from './host.ts'

export const migrate: Command = {
  words: 'migrate',
  takes: [],
  options: {},
  about:
    'Brings the database to this version: whole or not at all. The server does the same when it starts.',
  run: async (call) => {
    await withHost(
      async ({ made }) => {
        const applied = made.migrations
        const says = applied.length === 0 ? 'Nothing to do.' : `Applied ${applied.join(', ')}.`
        call.answer(says, { applied })
      },
      { migrates: true },
    )
  },
}
