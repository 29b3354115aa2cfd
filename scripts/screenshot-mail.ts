/**
 * Mail for the pictures: gateways under the names that a company gives them, mailboxes and what is
 * connected to them. There is no provider: what it would have said stands in the store.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Dialogue } from '../test/support/dialogue.ts'
import { freePort, type Product } from '../test/support/product.ts'
import { applicationRow, newId } from '../test/support/rows.ts'
import { accountRow } from '../test/support/sealed.ts'
import { localhostTls } from '../test/support/tls.ts'

export type MailPorts = { readonly imaps: number; readonly submissions: number }

/** Settings of the gateways; the certificate is written into the folder. */
export async function mailGateways(
  folder: string,
): Promise<{ ports: MailPorts; env: Record<string, string> }> {
  const { key, cert } = localhostTls()
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  const ports = { imaps: await freePort(), submissions: await freePort() }
  const env = {
    IMAPS_LISTEN: `127.0.0.1:${ports.imaps}`,
    SUBMISSIONS_LISTEN: `127.0.0.1:${ports.submissions}`,
    MAIL_HOST: 'mail.example.org',
    MAIL_PORTS: 'imaps=993, submissions=465',
    TLS_CERT_FILE: certFile,
    TLS_KEY_FILE: keyFile,
    LISTEN_TLS: 'off',
  }
  return { ports, env }
}

/** A mailbox that works, and a shared one whose owner has to sign in again. */
export async function mailboxes(on: Product, userId: string): Promise<void> {
  const { mailAccounts, oauthApplications } = on.ground.store.tables
  const application = applicationRow('Microsoft365', { designation: 'Microsoft 365' })
  await oauthApplications.insert(application)
  const now = on.clock.now()
  for (const more of [
    { identifier: 'ada', email: 'ada@example.org', is_default: 1 },
    {
      identifier: 'sales',
      email: 'sales@example.org',
      designation: 'Sales department',
      shared: 1,
      delegate_email: 'ada@example.org',
      state: 'reconsent',
      state_reason: 'token_expired AADSTS700082',
    },
  ]) {
    const { is_default, ...said } = { is_default: 0, ...more }
    const row = accountRow(application.id, { ...said, email_key: said.email, state_at: now })
    await mailAccounts.insert(row)
    await mailAccounts.setUsers(row.id, [userId])
    if (is_default === 1) await mailAccounts.setDefault(userId, row.id)
  }
}

/** A mail program signs in: as far as the provider, who is not there. */
export async function signInToMail(
  { imaps }: MailPorts,
  user: string,
  password: string,
  program: readonly [name: string, version: string],
): Promise<void> {
  using dialogue = await Dialogue.open(imaps, { tls: true })
  await dialogue.play(`
    S: * OK …
    C: i ID ("name" "${program[0]}" "version" "${program[1]}")
    S: * ID …
    S: i OK …
    C: a LOGIN ${user} ${password}
    S: a NO …`)
}

/** Connections of that person, as the node that holds them would write them. */
export async function connected(
  on: Product,
  userId: string,
  appPasswordId: string,
  client: string,
): Promise<void> {
  const { liveConnections, mailAccounts } = on.ground.store.tables
  const [node] = await liveConnections.nodes(0, 0)
  const account = (await mailAccounts.ofUser(userId)).find(({ is_default }) => is_default === 1)
  const row = {
    node: node?.name ?? '',
    user_id: userId,
    app_password_id: appPasswordId,
    account_id: account?.id ?? null,
    gateway: 'imap',
    ip: '192.0.2.17',
    client,
    closing: 0,
  }
  const minutes = (count: number): number => on.clock.now() - count * 60_000
  await liveConnections.put([
    { ...row, id: newId(), opened_at: minutes(26), bytes_in: 41_200, bytes_out: 18_640_000 },
    { ...row, id: newId(), opened_at: minutes(3), bytes_in: 2_900, bytes_out: 7_300 },
  ])
}
