/**
 * API: one's own second factors and recovery codes.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { DoorNeeds } from '#changes/door.ts'
import { deleteSecondFactor, renameSecondFactor } from '#changes/second-factors.ts'
import { beginCodes } from '#identity/factors/code-set-up.ts'
import { beginKey } from '#identity/factors/key-set-up.ts'
import { makeRecoveryCodes, recoveryCodeFits } from '#identity/factors/recovery-codes.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import { beginTotp } from '#identity/factors/totp.ts'
import type { HandlersOf } from './call.ts'
import { factorView } from './factor-view.ts'
import { viewAfter, type SessionNeeds } from './session.ts'

type Names =
  | 'GET /me/second-factors'
  | 'POST /me/second-factors/totp'
  | 'POST /me/second-factors/webauthn'
  | 'POST /me/second-factors/email'
  | 'POST /me/second-factors/sms'
  | 'POST /me/second-factors/:id/verify'
  | 'PATCH /me/second-factors/:id'
  | 'DELETE /me/second-factors/:id'
  | 'POST /me/recovery-codes'
  | 'POST /me/recovery-codes/check'

const WRONG_CODE = 'The code is not right. A code of an app needs the right time on the phone.'
const WRONG_KEY = 'This is not the answer of a new passkey or security key.'

export function secondFactorHandlers(needs: DoorNeeds & SessionNeeds): HandlersOf<Names> {
  const { identity } = needs
  return {
    'GET /me/second-factors': async ({ factors }) => factors.map(factorView),

    'POST /me/second-factors/totp': async ({ body, ...current }) => {
      const { id, secret, uri } = await beginTotp(identity, current, body.name)
      return { id, secret: secret.reveal(), uri: uri.reveal() } // shown once, for the app to scan
    },

    'POST /me/second-factors/webauthn': async ({ body, ...current }) =>
      await beginKey(identity, current, body.name),

    'POST /me/second-factors/email': async ({ body, origin, ...current }) =>
      await beginCodes(
        identity,
        current,
        { kind: 'email', to: body.email, name: body.name },
        origin,
      ),

    'POST /me/second-factors/sms': async ({ body, origin, ...current }) =>
      await beginCodes(
        identity,
        current,
        { kind: 'sms', to: body.number, name: body.name },
        origin,
      ),

    'POST /me/second-factors/:id/verify': async ({ body, params, origin, cookies, ...current }) => {
      const { code, credentialId, clientData, attestation, transports = [] } = body
      const whole = credentialId && clientData && attestation
      const answer = {
        id: params.id,
        code: code === undefined ? null : new Secret(code),
        attestation: whole ? { credentialId, clientData, attestation, transports } : null,
        deviceToken: origin.deviceToken,
      }
      const finished = await endSetUp(identity, current, answer, origin)
      if (!finished.ok)
        throw new Problem('unauthenticated', answer.attestation ? WRONG_KEY : WRONG_CODE)
      cookies.setSession(finished.token)
      cookies.setDevice(finished.deviceToken)
      return await viewAfter(needs, finished.token)
    },

    'PATCH /me/second-factors/:id': async ({ caller, user, params, body }) =>
      factorView(await renameSecondFactor(needs, caller, user, params.id, body.name)),

    'DELETE /me/second-factors/:id': async ({ caller, user, params, policy }) => {
      await deleteSecondFactor(needs, caller, user, params.id, policy)
      return null
    },

    'POST /me/recovery-codes': async ({ origin, ...current }) => {
      const codes = await makeRecoveryCodes(identity, current, origin)
      return { codes: codes.map((code) => code.reveal()) } // shown once, hashes are stored
    },

    'POST /me/recovery-codes/check': async ({ user, body }) => ({
      fits: await recoveryCodeFits(identity, user.id, new Secret(body.code)),
    }),
  }
}
