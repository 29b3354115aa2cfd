/**
 * Mails to people through the operator's SMTP server. TLS is verified; STARTTLS is required beyond
 * this machine.
 */
import { createTransport, type Transporter } from 'nodemailer'
import type { Secret } from '#base/secret.ts'
import type { Mail } from './words.ts'

const TIMEOUT_MS = 15_000

export type Mailer = AsyncDisposable & {
  /** @throws Error when the server did not take it */
  send(to: string, mail: Mail): Promise<void>
  /** Signs in and says nothing. @throws Error */
  check(): Promise<void>
}

/** @param url `smtp://` (STARTTLS) or `smtps://`, with user and password if the server wants them */
export function smtpMailer({ url, from }: { url: Secret; from: string }): Mailer {
  const { hostname, protocol } = new URL(url.reveal())
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  const transport: Transporter = createTransport({
    url: url.reveal(),
    requireTLS: protocol === 'smtp:' && !local,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0])
  return {
    async send(to, { subject, text }) {
      // An object, not a header text: an address can never become two.
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    async check() {
      await transport.verify()
    },
    async [Symbol.asyncDispose]() {
      transport.close()
    },
  }
}
