/**
 * Configuration: the environment, read once, into checked values. The only reader of `process.env`.
 *
 * All mistakes are reported together; a name that is not known is a mistake, not a default.
 * docs/reference/configuration.md is printed from here.
 */
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { hasControls } from '#base/bytes.ts'
import { LOG_LEVELS, type LogLevel } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { LANGUAGES, type Language } from '#domain/user.ts'
import type { StoreAddress } from '#store/store.ts'
import {
  mailContradictions,
  mailGateways,
  MAIL_SETTINGS,
  type MailGateways,
} from './config/mail-gateways.ts'
import {
  anyOf,
  isLoopback,
  path,
  paths,
  readDatabase,
  readListen,
  readNetworks,
  readOrigin,
  readSender,
  readSmtp,
  reading,
  refused,
  type Listen,
} from './config/values.ts'

export const PREFIX = 'PASSERELLE_'
const FILE_SUFFIX = '_FILE'
/** The folder `data` beside the program, whatever folder a command is given in. */
const DATA_DIR = resolve(import.meta.dirname, '..', 'data')
const MIN_METRICS_TOKEN = 16

/** Files with a certificate chain and its private key (PEM). */
export type KeyPairFiles = { readonly certFile: string; readonly keyFile: string }

export type Config = {
  /** The public origin, such as `https://files.example.org`: scheme, host and port, no slash at the end. */
  readonly origin: string
  readonly listen: Listen
  /** Whether the HTTP listener speaks TLS itself. */
  readonly listenTls: boolean
  /** Certificates and their keys, for HTTP and mail. None: nothing here ends TLS. */
  readonly tls: readonly KeyPairFiles[]
  /** Networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** Networks that are not public and may be connected to all the same. */
  readonly allowPrivateNetworks: readonly string[]
  readonly dataDir: string
  readonly database: StoreAddress
  /** `mayCreate`: nobody named the file, so the first start makes it. */
  readonly masterKey: { readonly file: string; readonly mayCreate: boolean }
  readonly driveDir: string
  readonly mailGateways: MailGateways
  readonly mail: { readonly url: Secret; readonly from: string } | null
  readonly logLevel: LogLevel
  readonly metricsToken: Secret | null
  readonly defaultLanguage: Language
}

type Env = Readonly<Record<string, string | undefined>>

/** Every setting, without its prefix. What `.describe()` says is the reference page. */
export const SETTINGS = {
  URL: reading(readOrigin).describe(
    'The public origin under which people and applications reach the server, without a path. It has to be https unless the host is this machine itself. Links in mails are made from it, whatever a request says.',
  ),
  LISTEN: reading(readListen).describe(
    'Address and port of the HTTP listener: `127.0.0.1:8080`, `[::]:443`. Beyond this machine it needs `TLS_CERT_FILE` or `TRUSTED_PROXIES`, because passwords must not travel in the clear.',
  ),
  LISTEN_TLS: anyOf(['on', 'off']).describe(
    '`off`: the HTTP listener does not speak TLS although certificates are named, because they are for the mail listeners, and a proxy in `TRUSTED_PROXIES` ends TLS for HTTP.',
  ),
  TLS_CERT_FILE: paths.describe(
    'File with the certificate chain (PEM). With it the HTTP listener speaks TLS itself, and so do the mail listeners. Several, separated by commas: the name that a client asks for chooses the first that is for it; the first of all is for clients that ask for another name, or for none. Read again when it changes, without a restart.',
  ),
  TLS_KEY_FILE: paths.describe(
    'File with the private key (PEM) of the certificate; as many, in the same order.',
  ),
  TRUSTED_PROXIES: reading(
    readNetworks('would believe everybody; name only the networks of the proxies.'),
  ).describe(
    'Networks of the reverse proxies in front, separated by commas: `127.0.0.1, ::1, 10.0.0.0/24`. Only their `X-Forwarded-For` is believed. It has to be set when a proxy ends TLS.',
  ),
  ...MAIL_SETTINGS,
  ALLOW_PRIVATE_NETWORKS: reading(
    readNetworks('would open everything; name only the networks that providers are in.'),
  ).describe(
    'Networks beyond the public internet in which providers of OAuth 2, directories and mail servers may be, separated by commas: `10.20.0.0/16, fd00:1::/32`. Unset: only public addresses are connected to, so that nobody can use the form of an application to reach this machine, its network or the metadata service of a cloud.',
  ),
  DATA_DIR: path.describe(
    'Folder for everything that has no setting of its own: database, master key, drive, anchor of the audit. Made on first start.',
  ),
  DATABASE_URL: reading(readDatabase).describe(
    '`sqlite:PATH`, or `postgres://user:password@host/database` for several nodes.',
  ),
  MASTER_KEY_FILE: path.describe(
    'File with the master key. Only its owner may read it. A file that is named here has to exist; the default one is made on first start. Keep a copy apart from the backups.',
  ),
  DRIVE_DIR: path.describe('Folder for the files of the drive, kept as plain files.'),
  SMTP_URL: reading(readSmtp).describe(
    'Server for mails to people: `smtp://host:587` (STARTTLS) or `smtps://user:password@host:465`. Unset: no mails; pages show the notices and links are handed over.',
  ),
  MAIL_FROM: reading(readSender).describe(
    'Sender of those mails: an address, or `Name <address>`. Needed with `SMTP_URL`.',
  ),
  LOG_LEVEL: anyOf(LOG_LEVELS).describe('Least level that is logged: debug, info, warn or error.'),
  METRICS_TOKEN: reading((text) =>
    text.length < MIN_METRICS_TOKEN || hasControls(text)
      ? refused(`has to have at least ${MIN_METRICS_TOKEN} characters.`)
      : new Secret(text),
  ).describe(
    'Bearer token for `/metrics`. Unset: only programs on this machine that come without a proxy get an answer.',
  ),
  DEFAULT_LANGUAGE: anyOf(LANGUAGES).describe(
    'Language for people who have chosen none: en or fr.',
  ),
} as const

export type SettingName = keyof typeof SETTINGS
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** Settings that carry a secret. Each can also be given as a file: `PASSERELLE_SMTP_URL_FILE`. */
export const SECRET_SETTINGS = ['DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN'] as const

/** What holds where a setting is not given, as the reference page says it. */
export const DEFAULTS: Readonly<Partial<Record<SettingName, string>>> = {
  URL: '`http://localhost` with the port of `LISTEN`',
  LISTEN: '127.0.0.1:8080',
  MAIL_HOST: 'the host of `URL`',
  MAIL_PORTS: 'the ports of the listeners',
  OLD_SMTP_TLS: 'off',
  LISTEN_TLS: '`on` where certificates are named',
  DATA_DIR: '`data` beside the program',
  DATABASE_URL: 'sqlite: `passerelle.db` in `DATA_DIR`',
  MASTER_KEY_FILE: '`master.key` in `DATA_DIR`',
  DRIVE_DIR: '`drive` in `DATA_DIR`',
  LOG_LEVEL: 'info',
  DEFAULT_LANGUAGE: 'en',
}

type Values = { -readonly [name in SettingName]?: z.output<(typeof SETTINGS)[name]> }

/** @throws Error that lists every mistake, one a line, and never shows a secret's value */
export function readConfig(env: Env = process.env): Config {
  const mistakes: string[] = []
  const given = ours(env, mistakes)
  const values: Values = {}
  for (const name of SETTING_NAMES) {
    const found = SETTINGS[name].safeParse(given.get(name) ?? plainDefault(name))
    if (found.success) Object.assign(values, { [name]: found.data })
    else if (given.has(name)) mistakes.push(`${PREFIX}${name} ${found.error.issues[0]?.message}`)
  }
  const config = withDefaults(values)
  mistakes.push(...contradictions(values, given), ...keyFileMistakes(config.masterKey))
  if (mistakes.length > 0)
    throw new Error(`The configuration has mistakes:\n${mistakes.map((m) => `- ${m}`).join('\n')}`)
  return config
}

/** Defaults that are themselves written like a value. */
function plainDefault(name: SettingName): string | undefined {
  const text = DEFAULTS[name]
  return text?.includes('`') ? undefined : text
}

/** Every PASSERELLE_* that is set, files read. A misspelt name is not a default. */
function ours(env: Env, mistakes: string[]): Map<SettingName, string> {
  const given = new Map<SettingName, string>()
  const known = new Set<string>(SETTING_NAMES)
  const secrets = new Map<string, SettingName>(SECRET_SETTINGS.map((n) => [n + FILE_SUFFIX, n]))
  for (const [full, value] of Object.entries(env)) {
    if (!full.startsWith(PREFIX) || value === undefined) continue
    const name = full.slice(PREFIX.length)
    const secret = secrets.get(name)
    if (known.has(name)) given.set(name as SettingName, value)
    else if (secret === undefined) mistakes.push(`${full} is not known.${nearest(name)}`)
    else if (env[PREFIX + secret] !== undefined)
      mistakes.push(`${full} and ${PREFIX}${secret} are both set; keep one.`)
    else readInto(given, secret, full, value, mistakes)
  }
  return given
}

function readInto(
  given: Map<SettingName, string>,
  name: SettingName,
  full: string,
  file: string,
  mistakes: string[],
): void {
  try {
    given.set(name, readFileSync(file, 'utf8').replace(/\r?\n$/, ''))
  } catch (cause) {
    mistakes.push(`${full} names "${file}", which cannot be read (${codeOf(cause)}).`)
  }
}

function nearest(name: string): string {
  const likely = SETTING_NAMES.find((one) => one.includes(name) || name.includes(one))
  return likely === undefined || name === '' ? '' : ` Is ${PREFIX}${likely} meant?`
}

/** Without `URL`, whoever is at this machine reaches the port that is listened on. */
function originOf({ URL: given, LISTEN }: Values): string {
  return given ?? new URL(`http://localhost:${LISTEN?.port ?? 0}`).origin
}

function withDefaults(values: Values): Config {
  const dataDir = values.DATA_DIR ?? DATA_DIR
  return {
    origin: originOf(values),
    listen: values.LISTEN ?? { host: '', port: 0 },
    listenTls: values.TLS_CERT_FILE !== undefined && values.LISTEN_TLS !== 'off',
    tls: (values.TLS_CERT_FILE ?? []).flatMap((certFile, i) => {
      const keyFile = values.TLS_KEY_FILE?.[i]
      return keyFile === undefined ? [] : [{ certFile, keyFile }]
    }),
    mailGateways: mailGateways(values, originOf(values)),
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    allowPrivateNetworks: values.ALLOW_PRIVATE_NETWORKS ?? [],
    dataDir,
    database: values.DATABASE_URL ?? { kind: 'sqlite', file: join(dataDir, 'passerelle.db') },
    masterKey:
      values.MASTER_KEY_FILE === undefined
        ? { file: join(dataDir, 'master.key'), mayCreate: true }
        : { file: values.MASTER_KEY_FILE, mayCreate: false },
    driveDir: values.DRIVE_DIR ?? join(dataDir, 'drive'),
    mail:
      values.SMTP_URL !== undefined && values.MAIL_FROM !== undefined
        ? { url: values.SMTP_URL, from: values.MAIL_FROM }
        : null,
    logLevel: values.LOG_LEVEL ?? 'info',
    metricsToken: values.METRICS_TOKEN ?? null,
    defaultLanguage: values.DEFAULT_LANGUAGE ?? 'en',
  }
}

/** What is right by itself and wrong together. What could not be read is not judged again. */
function contradictions(values: Values, given: ReadonlyMap<SettingName, string>): string[] {
  const found: string[] = []
  const needs = (has: SettingName, other: SettingName): void => {
    if (given.has(has) && !given.has(other)) found.push(`${PREFIX}${has} needs ${PREFIX}${other}.`)
  }
  needs('TLS_CERT_FILE', 'TLS_KEY_FILE')
  needs('TLS_KEY_FILE', 'TLS_CERT_FILE')
  needs('SMTP_URL', 'MAIL_FROM')
  needs('MAIL_FROM', 'SMTP_URL')
  const [certs, keys] = [values.TLS_CERT_FILE, values.TLS_KEY_FILE]
  if (certs && keys && certs.length !== keys.length)
    found.push(`${PREFIX}TLS_CERT_FILE and ${PREFIX}TLS_KEY_FILE name not as many files.`)
  const files = given.has('TLS_CERT_FILE') || given.has('TLS_KEY_FILE')
  const tls = files && values.LISTEN_TLS !== 'off'
  const inTheClear = !tls && !given.has('TRUSTED_PROXIES')
  const https = originOf(values).startsWith('https:')
  if (!https && tls)
    found.push(`${PREFIX}URL begins with http, but the listener speaks TLS; write https.`)
  if (values.LISTEN && !isLoopback(values.LISTEN.host) && inTheClear)
    found.push(
      `${PREFIX}LISTEN is open beyond this machine, where passwords would travel in the clear. Set ${PREFIX}TLS_CERT_FILE and ${PREFIX}TLS_KEY_FILE, or name the reverse proxy that ends TLS in ${PREFIX}TRUSTED_PROXIES.`,
    )
  else if (https && inTheClear)
    found.push(
      `${PREFIX}URL begins with https, but nothing here ends TLS. Set ${PREFIX}TLS_CERT_FILE and ${PREFIX}TLS_KEY_FILE, or name the reverse proxy in ${PREFIX}TRUSTED_PROXIES (on this machine: 127.0.0.1, ::1).`,
    )
  return [...found, ...mailContradictions(values, given, values.LISTEN, files, PREFIX)]
}

/** Whoever reads the key reads every secret at rest, so others on the host must not. */
function keyFileMistakes({ file, mayCreate }: Config['masterKey']): string[] {
  try {
    const { mode } = statSync(file)
    return process.platform === 'win32' || (mode & 0o077) === 0
      ? []
      : [`The master key "${file}" can be read by others than its owner; chmod 600 it.`]
  } catch (cause) {
    if (mayCreate && codeOf(cause) === 'ENOENT') return []
    return [`The master key "${file}" cannot be read (${codeOf(cause)}).`]
  }
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
