/**
 * The mail that carries a one-time link to the person whom it is for.
 */
import type { Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'
import { LANGUAGES } from '#domain/user.ts'
import type { Mailer } from './mailer.ts'
import { linkMail } from './words.ts'

type ForUser = {
  readonly kind: 'invitation' | 'password_reset'
  readonly user: { readonly id: string; readonly name: string; email: string; language: string }
  readonly url: Secret
  readonly expiresAt: number
}

/** `off`: no mail is configured. A link that was not mailed can still be handed over. */
export async function mailLink(
  mailer: Pick<Mailer, 'send'> | null,
  { kind, user, url, expiresAt }: ForUser,
  log: Log,
): Promise<'sent' | 'failed' | 'off'> {
  if (!mailer) return 'off'
  const language = LANGUAGES.find((one) => one === user.language) ?? 'en'
  try {
    await mailer.send(user.email, linkMail(kind, language, user.name, url.reveal(), expiresAt))
    return 'sent'
  } catch (cause) {
    log.warn('mail.not_sent', { kind, user: user.id, cause })
    return 'failed'
  }
}
