/**
 * Reference page: the command line, from src/cli/commands.ts.
 */
import { COMMANDS } from '#cli/commands.ts'
import { EXIT_CODES, helpFor } from '#cli/help.ts'

export function cliPage(): string {
  const commands = COMMANDS.map(
    (command) => `## ${command.words}\n\n\`\`\`text\n${helpFor(command)}\n\`\`\``,
  )
  return `# Command line

\`./passerelle\` in the folder of the program; run it as the user whom the server runs as, with the same environment; \`./passerelle --env-file=FILE COMMAND\` reads that from a file. ${EXIT_CODES} Every change is written to the audit with the name of the operating system's user.

${commands.join('\n\n')}`
}
