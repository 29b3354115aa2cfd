/**
 * The product as a mail program meets it: all gateways for mail, and a person with an application
 * password for a mailbox at a provider that takes nothing but tokens.
 */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EntraOptions } from './authority/entra.ts'
import type { Client } from './client.ts'
import { ALICE, openMailStory, type Account, type MailStory } from './mail-story.ts'
import { freePort } from './product.ts'
import { workFolder } from './program.ts'
import { localhostTls } from './tls.ts'

/** What a person types into a mail program, and where it connects. */
export type MailDoors = {
  readonly host: string
  readonly ports: Readonly<Record<Door, number>>
  readonly user: string
  readonly password: string
  /** The certificate of the gateways, PEM. */
  readonly caFile: string
}
export const DOORS = ['imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'] as const
export type Door = (typeof DOORS)[number]

export type MailGatewaysStory = MailStory &
  MailDoors & {
    /** The person. */
    readonly alice: Client & { readonly userId: string }
    /** The mailbox of the person, at the provider. */
    readonly mailbox: Account
    /** Its Maildir, past all gateways. */
    readonly maildir: string
  }

/** @param application what the declaration of the provider says differently */
export async function openMailGatewaysStory(
  env: Record<string, string> = {},
  entraOptions: EntraOptions = {},
  application: Parameters<MailStory['application']>[0] = {},
): Promise<MailGatewaysStory> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(workFolder()).path
  chmodSync(folder, 0o755) // some clients run as another user
  const { key, cert } = localhostTls()
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  const ports = {} as Record<Door, number>
  for (const door of DOORS) ports[door] = await freePort()
  const listeners = DOORS.map((door) => [
    `${door.toUpperCase()}_LISTEN`,
    `127.0.0.1:${ports[door]}`,
  ])
  const story = opened.use(
    await openMailStory({
      entraOptions,
      env: {
        ...(Object.fromEntries(listeners) as Record<string, string>),
        TLS_CERT_FILE: certFile,
        TLS_KEY_FILE: keyFile,
        LISTEN_TLS: 'off',
        MAIL_HOST: 'localhost',
        ...env,
      },
    }),
  )
  const { product, ada, dovecot } = story
  const contoso = await story.application({ popPort: dovecot.pop3s, ...application })
  const alice = await product.person(ada, 'alice')
  const { id } = await story.account(contoso.id, 'alice', ALICE, { userIds: [alice.userId] })
  await story.initInBrowser(id)
  const { password } = await alice.call('POST /me/app-passwords', {
    body: { name: 'Mail', application: 'mail_client' },
  })
  const mailbox = await story.look(id)
  const closing = opened.move()
  return {
    ...story,
    alice,
    host: 'localhost',
    ports,
    user: ALICE,
    password,
    caFile: certFile,
    mailbox,
    maildir: join(dovecot.mail, ALICE),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
