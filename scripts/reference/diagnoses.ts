/**
 * Reference page: what the error doctor knows, from src/vault/cause.ts and src/domain/cause-words.ts.
 */
import { causeWords } from '#domain/cause-words.ts'
import { CAUSE_NAMES, CAUSES } from '#vault/cause.ts'
import { code, table } from './markdown.ts'

const EFFECT = {
  definite: 'ends the permission, when the provider says `invalid_grant`',
  application: 'alarm of the application; no mail account is touched',
  passing: 'nothing; it is tried again',
} as const

export function diagnosesPage(): string {
  const rows = CAUSE_NAMES.map((cause) => [
    code(cause),
    causeWords(cause, 'en'),
    CAUSES[cause].who,
    EFFECT[CAUSES[cause].kind],
  ])
  const commands = CAUSE_NAMES.flatMap((cause) => {
    const { command = null } = { ...CAUSES[cause] } as { command?: string }
    return command === null ? [] : [`${code(cause)}:\n\n\`\`\`powershell\n${command}\n\`\`\``]
  })
  return `# Diagnoses

What a provider or a mail server answers becomes a cause: a word in the API, the audit and the log, with a sentence in the language of the person on pages and in mails. The provider's own code, such as \`AADSTS700082\` or \`535 5.7.139\`, stands beside it.

${table(['cause', 'what is said', 'who can mend it', 'what it does to tokens'], rows)}

## Commands

Filled in with the account and the application on the account's page.

${commands.join('\n\n')}`
}
