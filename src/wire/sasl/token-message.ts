/**
 * The mechanisms that take an access token: the client's one message, and what answers the challenge
 * that says why it was refused.
 */
import type { Secret } from '#base/secret.ts'
import { OAUTHBEARER_AFTER_FAILURE, oauthbearer } from './oauthbearer.ts'
import { xoauth2, XOAUTH2_AFTER_FAILURE } from './xoauth2.ts'

/** Neither is in base64 yet. */
export type TokenMessage = { readonly message: Secret; readonly afterFailure: string }
type At = { readonly host: string; readonly port: number }

/** @throws TypeError for what would change the fields of the message */
export const tokenMessage = (
  mechanism: 'OAUTHBEARER' | 'XOAUTH2',
  { user, token, at }: { readonly user: string; readonly token: Secret; readonly at: At },
): TokenMessage =>
  mechanism === 'XOAUTH2'
    ? { message: xoauth2(user, token), afterFailure: XOAUTH2_AFTER_FAILURE }
    : { message: oauthbearer(user, token, at), afterFailure: OAUTHBEARER_AFTER_FAILURE }
