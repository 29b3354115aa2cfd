/**
 * Messages with a large attachment: made, put into a mailbox past all gateways, and found again.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Dovecot } from './mail-servers/dovecot.ts'

export const ATTACHMENT = 'photo album.bin'
const BYTES = 20 * 1024 * 1024

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Random, so that nothing on the way can make it smaller or guess it. */
export const largeAttachment = (): Buffer => randomBytes(BYTES)

/** A whole message (RFC 5322). */
export async function composed(
  from: string,
  to: string,
  subject: string,
  content: Buffer,
): Promise<Buffer> {
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    from,
    to,
    subject,
    text: 'With an attachment.\n',
    attachments: [{ filename: ATTACHMENT, content }],
  })
  assert.ok(Buffer.isBuffer(message))
  return message
}

/** Straight into the mailbox (LMTP). */
export async function deliver({ lmtp }: Dovecot, to: string, content: Buffer): Promise<void> {
  const from = 'sender@example.test'
  const raw = await composed(from, to, 'Album', content)
  const transport = createTransport({ host: '127.0.0.1', port: lmtp, lmtp: true, ignoreTLS: true })
  await transport.sendMail({ envelope: { from, to }, raw })
  transport.close()
}

/** Messages in a Maildir, the newest last. */
export function messagesIn(maildir: string): Buffer[] {
  return ['new', 'cur']
    .map((name) => join(maildir, name))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .toSorted()
    .map((file) => readFileSync(file))
}

/** The content of the one attachment (RFC 2045, base64). @throws AssertionError when there is none */
export function attachmentIn(message: Buffer): Buffer {
  const text = message.toString('latin1').replaceAll('\r\n', '\n')
  const head = text.slice(0, text.indexOf('\n\n'))
  const boundary = /boundary="?([^"\n;]+)"?/i.exec(head)?.[1]
  assert.ok(boundary !== undefined, 'The message has no parts.')
  for (const part of text.split(`\n--${boundary}`)) {
    const end = part.indexOf('\n\n')
    if (!/^content-disposition: attachment/im.test(part.slice(0, end))) continue
    assert.match(part.slice(0, end), /^content-transfer-encoding: base64$/im)
    return Buffer.from(part.slice(end), 'base64')
  }
  return assert.fail('The message has no attachment.')
}
