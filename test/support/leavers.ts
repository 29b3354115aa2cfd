/**
 * People from outside with a mailbox and a drive, on two nodes over one PostgreSQL: what they have
 * open when their provider lets them go.
 */
import { once } from 'node:events'
import http from 'node:http'
import { join } from 'node:path'
import { systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { mintAppPassword } from '#domain/app-password.ts'
import type { LdapConfig } from '#domain/identity-provider.ts'
import { providerSecretPlace } from '#identity/outside/provider-config.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import type { Client } from './client.ts'
import { Dialogue } from './dialogue.ts'
import { addApplication, addMailbox } from './filled-mailboxes.ts'
import { freePort } from './free-port.ts'
import { openImapServer } from './imap.ts'
import { plain } from './mail-doors.ts'
import { openPop3Server } from './pop3-server.ts'
import { newDatabase } from './postgres.ts'
import { startProduct, type Product } from './product.ts'
import { applicationRow } from './refreshing.ts'
import { appPasswordRow, identityRow, newId, providerRow, userRow } from './rows.ts'
import { openSmtpServer } from './smtp-server.ts'
import { openTokenServer, type TokenServer } from './token-server.ts'

export const INTERVAL = 300_000
export const GRACE = 3_600_000
const PROTOCOLS = ['imap', 'pop3', 'smtp'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export type Leaver = {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly password: string
}
export type Open = { readonly imap: Dialogue; readonly upload: Upload }
export type Upload = { readonly ended: Promise<void> }

export type Leavers = AsyncDisposable & {
  /** Has the listeners, and everything that is open. */
  readonly holds: Product
  /** Is told. */
  readonly other: Product
  readonly ada: Client
  readonly server: TokenServer
  /** With a token endpoint that is `server`. */
  oidc(name: string, config?: object): Promise<IdentityProviderRow>
  directory(config: LdapConfig, password: string): Promise<IdentityProviderRow>
  /** Somebody of that provider, with a refresh token of `server`. */
  person(provider: IdentityProviderRow, name: string): Promise<Leaver>
  /** An application password and a mailbox for somebody who is there. */
  equipped(user: { id: string; name: string }): Promise<Leaver>
  identity(leaver: Leaver): Promise<IdentityRow>
  /** IMAP idles, and an upload is under way. */
  open(leaver: Leaver): Promise<Open>
  /** What the first line says that answers a sign-in. */
  signIn(protocol: Protocol, leaver: Leaver): Promise<string>
  /** The status of a PROPFIND, and its Retry-After. */
  drive(leaver: Leaver): Promise<{ status: number; retryAfter: string | null }>
  advance(ms: number): void
}

export async function openLeavers(): Promise<Leavers> {
  await using opened = new AsyncDisposableStack()
  const servers = {
    imap: opened.use(await openImapServer()),
    pop3: opened.use(await openPop3Server({})),
    smtp: opened.use(await openSmtpServer({})),
  }
  const server = opened.use(await openTokenServer({ tls: true }))
  const ports = { imap: await freePort(), pop3: await freePort(), smtp: await freePort() }
  const DATABASE_URL = opened.use(await newDatabase()).url
  const shared = { DATABASE_URL, ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' }
  const listening = {
    IMAP_LISTEN: `127.0.0.1:${ports.imap}`,
    POP3_LISTEN: `127.0.0.1:${ports.pop3}`,
    SUBMISSION_LISTEN: `127.0.0.1:${ports.smtp}`,
  }
  const holds = opened.use(await startProduct({ env: { ...shared, ...listening } }))
  const MASTER_KEY_FILE = join(holds.ground.config.dataDir, 'master.key')
  const ada = await holds.administrator()
  const other = opened.use(await startProduct({ env: { ...shared, MASTER_KEY_FILE } }))
  const mail = await addApplication(holds.ground, {
    imapPort: servers.imap.port,
    popPort: servers.pop3.port,
    smtpPort: servers.smtp.port,
    smtpSecurity: 'tls',
  })
  const { store, keyring, identity } = holds.ground
  const { tables } = store
  const basic = ({ name, password }: Leaver): string =>
    `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  const closing = opened.move()
  const leavers: Leavers = {
    holds,
    other,
    ada,
    server,
    oidc: async (name, config = {}) => {
      const application = applicationRow(server.url, 'stays_valid', { client_proof: 'none' })
      await tables.oauthApplications.insert(application)
      const provider = providerRow(name, {
        application_id: application.id,
        config: JSON.stringify({ intervalS: INTERVAL / 1000, graceS: GRACE / 1000, ...config }),
      })
      await tables.identityProviders.insert(provider)
      return provider
    },
    directory: async (config, password) => {
      const id = newId()
      const secret = identity.sealer.seal(new Secret(password), providerSecretPlace(id))
      const more = { id, kind: 'ldap', secret, config: JSON.stringify(config) }
      const provider = providerRow('Directory', more)
      await tables.identityProviders.insert(provider)
      return provider
    },
    person: async (provider, name) => {
      const user = userRow(name, { source: provider.id })
      const [id, now] = [newId(), holds.clock.now()]
      const token = new Secret(server.issue('stays_valid', name))
      await tables.users.insert(user)
      await tables.identities.insert(
        identityRow(user, provider, {
          id,
          subject: `https://issuer.example ${name}`,
          alive_at: now,
          alive_until: now + INTERVAL + GRACE,
          next_check_at: now + INTERVAL,
          refresh_token: identity.sealer.seal(token, identityRefreshTokenPlace(id)),
        }),
      )
      return await leavers.equipped(user)
    },
    equipped: async ({ id, name }) => {
      const password = mintAppPassword(systemEntropy)
      const row = {
        hash: keyring.hash('app-password', password),
        key_id: keyring.current,
        gateways: 'drive imap pop3 smtp',
        expires_at: holds.clock.now() + 1e10,
      }
      await tables.appPasswords.insert(appPasswordRow({ id }, 'Everything', row))
      const { email } = await addMailbox(holds.ground, mail, [id])
      return { id, name, email, password: password.reveal() }
    },
    identity: async ({ id }) => (await tables.identities.ofUser(id))!,
    open: async (leaver) => {
      const imap = await Dialogue.open(ports.imap)
      await imap.play(`
        S: * OK …
        C: a LOGIN ${leaver.email} ${leaver.password}
        S: a OK …`)
      return { imap, upload: await beginUpload(holds, basic(leaver)) }
    },
    signIn: async (protocol, { email, password }) => {
      using client = await Dialogue.open(ports[protocol])
      const greeting = '\nS: …'
      if (protocol === 'imap') await client.play(`${greeting}\nC: a LOGIN ${email} ${password}`)
      if (protocol === 'pop3')
        await client.play(`${greeting}\nC: USER ${email}\nS: +OK …\nC: PASS ${password}`)
      if (protocol === 'smtp')
        await client.play(
          `${greeting}\nC: HELO a\nS: 250 …\nC: AUTH PLAIN ${plain(email, password)}`,
        )
      return (await client.line()) ?? '<end>'
    },
    drive: async (leaver) => {
      const response = await fetch(`${holds.url}/dav/`, {
        method: 'PROPFIND',
        headers: { authorization: basic(leaver), depth: '0' },
      })
      await response.arrayBuffer()
      return { status: response.status, retryAfter: response.headers.get('retry-after') }
    },
    advance: (ms) => {
      for (const { clock } of [holds, other]) clock.advance(ms)
    },
    [Symbol.asyncDispose]: async () => await closing.disposeAsync(),
  }
  return leavers
}

/** A body that never ends, until the connection does. */
async function beginUpload({ url }: Product, authorization: string): Promise<Upload> {
  const req = http.request(`${url}/dav/Home/${newId()}.bin`, {
    method: 'PUT',
    agent: false,
    headers: { authorization, expect: '100-continue' },
  })
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  req.on('error', () => resolve())
  req.on('close', () => resolve())
  req.flushHeaders()
  await once(req, 'continue')
  const more = setInterval(() => req.write(Buffer.alloc(1024)), 100)
  return { ended: ended.finally(() => clearInterval(more)) }
}
