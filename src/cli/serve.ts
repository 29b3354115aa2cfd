/**
 * Command `serve`: the server, until a signal stops it.
 *
 * Loaded when it is asked for: the other commands need no HTTP.
 */
import type { Command } from './command.ts'

export const serve: Command = {
  words: 'serve',
  takes: [],
  options: {},
  about:
    'Runs the server until SIGTERM or SIGINT; requests that run then have 10 seconds. The pages have to be built (npm run build).',
  run: async () => await (await import('#serve.ts')).serve(),
}
