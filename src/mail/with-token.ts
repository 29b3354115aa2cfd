/**
 * A token that the mail server refuses is refreshed once, and tried once more: never a second time,
 * because a server that refuses a fresh token refuses for another reason.
 */
import type { Secret } from '#base/secret.ts'
import type { MailAnswer } from './mail-server.ts'

/** What hands tokens out. */
export type Tokens = {
  accessToken(accountId: string): Promise<{ readonly token: Secret }>
  refreshNow(accountId: string): Promise<{ readonly kind: string }>
}

/** @throws what asking for a token throws: there is none */
export async function withToken<T>(
  tokens: Tokens,
  accountId: string,
  attempt: (token: Secret) => Promise<MailAnswer<T>>,
): Promise<MailAnswer<T>> {
  const first = await attempt((await tokens.accessToken(accountId)).token)
  if (first.ok || first.stage !== 'sign_in') return first
  const { kind } = await tokens.refreshNow(accountId)
  if (kind !== 'refreshed') return first
  return await attempt((await tokens.accessToken(accountId)).token)
}
