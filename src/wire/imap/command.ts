/**
 * One command of an IMAP client (RFC 9051 §9), as far as commands before login go: tag, verb, and
 * arguments that are atoms, quoted strings, literals or one level of lists.
 *
 * Nothing is repaired: two spaces, a number with leading zeros or an unknown escape is no command.
 */

export type Argument =
  | { readonly is: 'atom'; readonly text: string }
  | { readonly is: 'string'; readonly bytes: Buffer }
  | { readonly is: '(' }
  | { readonly is: ')' }

export type Command = {
  readonly tag: string
  /** In capitals. */
  readonly verb: string
  readonly args: readonly Argument[]
}

export type CommandStep =
  | { readonly next: 'done'; readonly command: Command }
  /** `waits`: the client sends the octets only after a continuation (RFC 9051 §4.3). */
  | {
      readonly next: 'literal'
      readonly tag: string
      readonly size: number
      readonly waits: boolean
    }
  /** `lost`: the client may have sent octets that cannot be told from commands; close. */
  | { readonly next: 'bad'; readonly tag: string | null; readonly lost: boolean }

export type CommandReader = {
  /** A line without its CRLF. */
  line(bytes: Buffer): CommandStep
  /** The octets that were asked for; the line that goes on follows. */
  literal(bytes: Buffer): void
}

/** ASTRING-CHAR: without `( ) {`, space, controls, `% *`, quotes and backslash, 8-bit. */
const ASTRING = /[!#-$&-',-[\]-z|}~+]+/y
const TAG = /^[!#-$&-',-[\]-z|}~]+$/
const VERB = /^[A-Za-z]{1,32}$/
/** No leading zeros, and no more digits than a literal that is taken can have. */
const LITERAL = /\{(0|[1-9]\d{0,3})(\+?)\}$/y
/** RFC 7888: the client sends what follows without waiting, whatever is wrong with the size. */
const SENDS_ON = /\+\}$/
const MAX_ARGUMENTS = 64

/** Of one command: octets of one literal, and how many literals. */
export type CommandLimits = { readonly maxLiteralBytes: number; readonly maxLiterals: number }

/** Reads one command from its lines and literals; a new reader for each command. */
export function commandReader({ maxLiteralBytes, maxLiterals }: CommandLimits): CommandReader {
  const args: Argument[] = []
  let head: { tag: string; verb: string } | null = null
  let literals = 0
  let deep = false

  /** Arguments from `at` on, one space before each. null: none that can be. */
  const read = (text: string, from: number): 'end' | { size: number; waits: boolean } | null => {
    for (let at = from; at < text.length;) {
      const opened = args.at(-1)?.is === '('
      if (text[at] === ')' && deep) {
        deep = false
        args.push({ is: ')' })
        at++
        continue
      }
      if (!opened && text[at++] !== ' ') return null
      if (args.length >= MAX_ARGUMENTS) return null
      if (text[at] === '(' && !deep) {
        deep = true
        args.push({ is: '(' })
        at++
        continue
      }
      LITERAL.lastIndex = at
      const literal = LITERAL.exec(text)
      if (literal) return { size: Number(literal[1]), waits: literal[2] === '' }
      const taken = text[at] === '"' ? quoted(text, at) : atom(text, at)
      if (taken === null) return null
      args.push(taken.argument)
      at = taken.end
    }
    return deep ? null : 'end'
  }

  return {
    line(bytes) {
      const text = bytes.toString('latin1')
      let at = 0
      if (head === null) {
        const first = text.indexOf(' ')
        const tag = first === -1 ? text : text.slice(0, first)
        const after = text.indexOf(' ', first + 1)
        const verb = first === -1 ? '' : text.slice(first + 1, after === -1 ? undefined : after)
        const lost = SENDS_ON.test(text)
        if (!TAG.test(tag)) return { next: 'bad', tag: null, lost }
        if (!VERB.test(verb)) return { next: 'bad', tag, lost }
        head = { tag, verb: verb.toUpperCase() }
        at = after === -1 ? text.length : after
      }
      const bad: CommandStep = { next: 'bad', tag: head.tag, lost: SENDS_ON.test(text) }
      const found = read(text, at)
      if (found === null) return bad
      if (found === 'end') return { next: 'done', command: { ...head, args } }
      if (found.size > maxLiteralBytes || ++literals > maxLiterals) return bad
      return { next: 'literal', tag: head.tag, ...found }
    },
    literal(bytes) {
      args.push({ is: 'string', bytes })
    },
  }
}

type Taken = { readonly argument: Argument; readonly end: number }

function atom(text: string, at: number): Taken | null {
  ASTRING.lastIndex = at
  const found = ASTRING.exec(text)?.[0]
  return found === undefined
    ? null
    : { argument: { is: 'atom', text: found }, end: at + found.length }
}

/** 8-bit octets stay as they are: whether they are UTF-8 is for who reads the string. */
function quoted(text: string, at: number): Taken | null {
  let value = ''
  for (let i = at + 1; i < text.length; i++) {
    const character = text[i]!
    if (character === '"')
      return { argument: { is: 'string', bytes: Buffer.from(value, 'latin1') }, end: i + 1 }
    if (character !== '\\') value += character
    else {
      const escaped = text[++i]
      if (escaped !== '"' && escaped !== '\\') return null
      value += escaped
    }
  }
  return null
}
