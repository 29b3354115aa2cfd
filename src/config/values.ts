/**
 * The grammars of configuration values: a text of the environment → what it means, or why it is none.
 */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { hasControls } from '#base/bytes.ts'
import { parseNetwork } from '#base/network.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { emailAddress } from '#domain/user.ts'
import type { StoreAddress } from '#store/store.ts'

export type Listen = { readonly host: string; readonly port: number }

/** A text that is read into a value, or refused with a sentence that begins behind the name. */
export function reading<T>(read: (text: string) => T | Refused) {
  return z.string().transform((text, context): T => {
    const value = text === '' ? refused('is empty; give it a value or leave it out.') : read(text)
    if (!(value instanceof Refused)) return value
    context.addIssue({ code: 'custom', message: value.why })
    return z.NEVER
  })
}

export class Refused {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}
export const refused = (why: string): Refused => new Refused(why)
export const anyOf = <T extends string>(words: readonly T[]) =>
  reading((text) => words.find((w) => w === text) ?? refused(`is not one of ${words.join(', ')}.`))
export const path = reading((text) =>
  text.includes('\0') ? refused('is not a path.') : resolve(text),
)
export const paths = reading((text) => {
  const parts = text.split(',').map((one) => one.trim())
  return parts.some((one) => one === '' || one.includes('\0'))
    ? refused('is not a path, or several separated by commas.')
    : parts.map((one) => resolve(one))
})

export function readOrigin(text: string): string | Refused {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return refused('is not an address such as https://files.example.org.')
  if (url.username !== '' || url.password !== '' || `${url.origin}/` !== url.href)
    return refused('has to be an origin only: scheme, host and port, no path.')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return refused('has to begin with https: passwords must not travel in the clear.')
  return url.origin
}

export function readListen(text: string): Listen | Refused {
  const [, six, four, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = six ?? four
  if (host === undefined || Number(digits) > 65535 || (six !== undefined && isIP(six) !== 6))
    return refused('is not an address and a port, such as 127.0.0.1:8080 or [::]:8080.')
  if (four !== undefined && four !== 'localhost' && isIP(four) !== 4)
    return refused('has to name an address of this machine, such as 0.0.0.0:8080.')
  return { host, port: Number(digits) }
}

/** @param everything why a network of all addresses is not taken */
export const readNetworks =
  (everything: string) =>
  (text: string): readonly string[] | Refused => {
    const networks = text.split(',').map((one) => one.trim())
    const wrong = networks.find((one) => parseNetwork(one) === null)
    if (wrong !== undefined) return refused(`has "${wrong}", which is no address or network.`)
    return networks.some((one) => parseNetwork(one)?.prefix === 0) ? refused(everything) : networks
  }

export function readDatabase(text: string): StoreAddress | Refused {
  const file = /^sqlite:(.+)$/s.exec(text)?.[1]
  if (file !== undefined) return { kind: 'sqlite', file: resolve(file) }
  return /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)
    ? { kind: 'postgres', url: new Secret(text) }
    : refused('is neither sqlite:PATH nor postgres://user:password@host/database.')
}

export function readSmtp(text: string): Secret | Refused {
  const url = URL.parse(text)
  return url && /^smtps?:$/.test(url.protocol) && url.hostname !== ''
    ? new Secret(text)
    : refused('is not smtp://host:port or smtps://user:password@host:port.')
}

export function readSender(text: string): string | Refused {
  const address = /^[^<>"]*<([^<>]*)>$/.exec(text)?.[1] ?? text
  try {
    emailAddress(address)
    return hasControls(text) ? refused('has control characters.') : text
  } catch (cause) {
    if (cause instanceof Problem) return refused('is not an address or Name <address>.')
    throw cause
  }
}

/** Whether that host is this machine itself. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return (
    bare === 'localhost' ||
    bare.endsWith('.localhost') ||
    bare === '::1' ||
    (isIP(bare) === 4 && bare.startsWith('127.'))
  )
}
