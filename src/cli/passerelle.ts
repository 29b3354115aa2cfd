/**
 * The command line: finds the command, reads its options, runs it, and answers with an exit code.
 *
 * 0: done. 1: it could not be done. 2: the command was given wrongly.
 */
import { parseArgs } from 'node:util'
import { Problem } from '#base/problem.ts'
import { VERSION } from '#version.ts'
import { Call, UsageError, type Command } from './command.ts'
import { COMMANDS } from './commands.ts'
import { helpFor, overview, usageOf } from './help.ts'

const ALWAYS = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } } as const

process.stdout.on('error', () => {}) // whoever read it (`… | head`) has seen enough
process.exitCode = await passerelle(process.argv.slice(2))

async function passerelle(typed: readonly string[]): Promise<number> {
  const [first] = typed
  if (first === '--version' || first === '-v') return say(VERSION)
  if (first === undefined) return complain(overview())
  if (first === 'help' || first === '--help' || first === '-h') return help(typed.slice(1))
  const command = find(typed)
  if (!command) return unknown(typed)
  return await run(command, typed.slice(command.words.split(' ').length))
}

async function run(command: Command, typed: readonly string[]): Promise<number> {
  const json = typed.includes('--json')
  try {
    const { values, positionals } = parse(command, typed)
    if (values['help'] === true) return say(helpFor(command))
    if (positionals.length > command.takes.length)
      throw new UsageError(`"${positionals[command.takes.length]}" is more than it takes.`)
    const missing = command.takes.slice(positionals.length).find((name) => !name.startsWith('['))
    if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
    const call = new Call(positionals, values, (text) => process.stdout.write(text))
    return (await command.run(call)) ?? 0
  } catch (thrown) {
    return failed(thrown, command, json)
  }
}

function parse(command: Command, typed: readonly string[]) {
  const own = Object.entries(command.options).map(
    ([name, { value }]) =>
      [name, { type: value === undefined ? ('boolean' as const) : ('string' as const) }] as const,
  )
  try {
    const options = { ...Object.fromEntries(own), ...ALWAYS }
    return parseArgs({ args: [...typed], options, allowPositionals: true })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'Wrong options.', { cause })
  }
}

/** The longest words that fit: `user list` before `user`. */
function find(typed: readonly string[]): Command | undefined {
  return COMMANDS.filter(({ words }) => words.split(' ').every((w, i) => w === typed[i])).toSorted(
    (a, b) => b.words.length - a.words.length,
  )[0]
}

function help(words: readonly string[]): number {
  if (words.length === 0) return say(overview())
  const command = find(words)
  if (command) return say(helpFor(command))
  const group = COMMANDS.filter((one) => one.words.startsWith(`${words[0]} `))
  return group.length > 0 ? say(group.map(usageOf).join('\n')) : unknown(words)
}

function unknown(typed: readonly string[]): number {
  const group = COMMANDS.filter((one) => one.words.startsWith(`${typed[0]} `))
  if (typed.includes('--help') && group.length > 0) return say(group.map(usageOf).join('\n'))
  return complain(
    group.length > 0
      ? `Which one?\n${group.map((one) => `  ${usageOf(one)}`).join('\n')}`
      : `There is no command "${typed[0]}". All commands: passerelle help`,
  )
}

/** What was foreseen is said in a sentence; of a mistake of our own the stack helps who reports it. */
function failed(thrown: unknown, command: Command, json: boolean): number {
  const usage = thrown instanceof UsageError
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const code = usage ? 'usage' : thrown instanceof Problem ? thrown.code : 'broken'
  if (json) process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`)
  else process.stderr.write(`${sentences(thrown).join('\n  because: ')}\n`)
  if (usage && !json) process.stderr.write(`Usage: ${usageOf(command)}\n`)
  return usage ? 2 : 1
}

function sentences(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [String(thrown)]
  const foreseen = thrown instanceof Problem || thrown instanceof UsageError
  if (!foreseen && thrown.constructor !== Error) return [thrown.stack ?? thrown.message]
  const because = thrown instanceof Problem && thrown.cause instanceof Error ? thrown.cause : null
  return [thrown.message, ...(because ? [because.message] : [])]
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`)
  return 2
}
