/**
 * What a command of the command line is: its words, what it takes, and what it does.
 */
import { Problem } from '#base/problem.ts'

export type Option = {
  /** The word for its value in the help; without one it is a switch. */
  readonly value?: string
  readonly about: string
}

export type Command = {
  /** `user create`: what is typed behind `passerelle`. */
  readonly words: string
  /** What follows, in order: `USER`; `[FILE]` may be left out. */
  readonly takes: readonly string[]
  readonly options: Readonly<Record<string, Option>>
  readonly about: string
  /** @returns the exit code; nothing means 0 */
  readonly run: (call: Call) => Promise<number | void>
}

/** A command was given wrongly: exit code 2, and the usage is shown. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** One use of a command: what was typed, and where answers go. */
export class Call {
  readonly #operands: readonly string[]
  readonly #options: Readonly<Record<string, string | boolean | undefined>>
  readonly #write: (text: string) => void
  readonly json: boolean

  constructor(
    operands: readonly string[],
    options: Readonly<Record<string, string | boolean | undefined>>,
    write: (text: string) => void,
  ) {
    this.#operands = operands
    this.#options = options
    this.#write = write
    this.json = options['json'] === true
  }

  /** What was typed at that place. @throws UsageError when nothing was */
  operand(index: number, name: string): string {
    const typed = this.#operands[index]
    if (typed === undefined || typed === '') throw new UsageError(`${name} is missing.`)
    return typed
  }

  text(option: string): string | undefined {
    const value = this.#options[option]
    return typeof value === 'string' ? value : undefined
  }

  flag(option: string): boolean {
    return this.#options[option] === true
  }

  /** One of a few words, or nothing when the option was not given. @throws UsageError */
  choice<T extends string>(option: string, words: readonly T[]): T | undefined {
    const text = this.text(option)
    const found = words.find((word) => word === text)
    if (text !== undefined && found === undefined)
      throw new UsageError(`--${option} is one of ${words.join(', ')}, not "${text}".`)
    return found
  }

  /** The answer: `data` for programs (--json), `sentence` for people. */
  answer(sentence: string, data: unknown): void {
    this.#write(this.json ? `${JSON.stringify(data, null, 2)}\n` : `${sentence}\n`)
  }
}

/** What cannot be done, in words for the operator: exit code 1. */
export const cannot = (message: string, cause?: unknown): Problem =>
  new Problem('conflict', message, { cause })
