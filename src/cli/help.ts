/**
 * The help: every command in one list, and each with its options. docs/reference/cli.md is the same.
 */
import type { Command } from './command.ts'
import { COMMANDS } from './commands.ts'

export const EXIT_CODES = 'Exit codes: 0 done, 1 could not be done, 2 given wrongly.'

/** `passerelle user create NAME --email ADDRESS [--role ROLE]` */
export function usageOf(command: Command): string {
  const options = Object.entries(command.options).map(([name, { value }]) =>
    value === undefined ? `[--${name}]` : `[--${name} ${value}]`,
  )
  return ['passerelle', command.words, ...command.takes, ...options].join(' ')
}

export function helpFor(command: Command): string {
  const options: Command['options'] = {
    ...command.options,
    json: { about: 'Answer for programs.' },
  }
  const lines = Object.entries(options).map(([name, { value, about }]) => {
    const typed = value === undefined ? `--${name}` : `--${name} ${value}`
    return `  ${typed.padEnd(24)}${about}`
  })
  return [`${usageOf(command)}\n`, command.about, '', 'Options:', ...lines].join('\n')
}

export function overview(): string {
  const lines = COMMANDS.map(({ words, takes, about }) => {
    const head = [words, ...takes].join(' ').padEnd(34)
    return `  ${head}${about.split('. ')[0]?.replace(/\.$/, '')}`
  })
  return [
    'passerelle COMMAND',
    '',
    ...lines,
    '',
    'passerelle help COMMAND says more. --json answers for programs.',
    EXIT_CODES,
    'Settings come from the environment (PASSERELLE_…), or from a file: passerelle --env-file=FILE COMMAND',
  ].join('\n')
}
