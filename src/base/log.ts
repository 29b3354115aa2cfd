/**
 * Logs: one JSON object a line, to a stream that is given. Secrets cannot pass.
 *
 * A `Secret` prints itself as "[secret]"; names that carry secrets in other people's objects
 * (headers, URLs with a password) are redacted here, whatever their value.
 */
import { inspect } from 'node:util'
import type { Clock } from './clock.ts'
import { Problem } from './problem.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
export type Fields = Readonly<Record<string, unknown>>
export type Log = Record<LogLevel, (event: string, fields?: Fields) => void>

const SECRET_NAME = /pass(word|wd)?$|secret|token|cookie|authori[sz]ation|recovery|^code$|^key$/i
const USER_INFO_IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi
const MAX_TEXT = 4096

/** `write` gets whole lines. `event` is `area.what_happened`; a field may be anything. */
export function createLog(write: (line: string) => void, clock: Clock, least: LogLevel): Log {
  const from = LOG_LEVELS.indexOf(least)
  const at =
    (level: LogLevel) =>
    (event: string, fields: Fields = {}): void => {
      if (LOG_LEVELS.indexOf(level) < from) return
      const time = new Date(clock.now()).toISOString()
      write(`${JSON.stringify({ time, level, event, ...(plain(fields, 0) as Fields) })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export const silentLog: Log = createLog(() => {}, { now: () => 0 }, 'error')

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return errorFields(value, depth)
  if (depth > 4) return '[deep]'
  if (Array.isArray(value)) return value.slice(0, 50).map((one) => plain(one, depth + 1))
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (!isPlainObject(value)) return text(inspect(value, { depth: 0 }))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRET_NAME.test(name) && one !== null && one !== undefined && typeof one !== 'boolean'
        ? '[secret]'
        : plain(one, depth + 1),
    ]),
  )
}

function errorFields(error: Error, depth: number): unknown {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    name: error.name,
    message: text(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error instanceof Problem ? {} : { stack: text(error.stack ?? '') }),
    ...(error.cause === undefined || depth > 4 ? {} : { cause: plain(error.cause, depth + 1) }),
  }
}

const text = (value: string): string =>
  value.slice(0, MAX_TEXT).replaceAll(USER_INFO_IN_URL, '$1[secret]@')

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
