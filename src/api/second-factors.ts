/**
 * API: one's own second factors and recovery codes.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { DoorNeeds } from '#changes/door.ts'
import { deleteSecondFactor, renameSecondFactor } from '#changes/second-factors.ts'
import { makeRecoveryCodes, recoveryCodeFits } from '#identity/recovery-codes.ts'
import { beginTotp, finishTotp } from '#identity/totp.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { viewAfter, type SessionNeeds } from './session.ts'

type Names =
  | 'GET /me/second-factors'
  | 'POST /me/second-factors/totp'
  | 'POST /me/second-factors/:id/verify'
  | 'PATCH /me/second-factors/:id'
  | 'DELETE /me/second-factors/:id'
  | 'POST /me/recovery-codes'
  | 'POST /me/recovery-codes/check'

export function secondFactorHandlers(needs: DoorNeeds & SessionNeeds): HandlersOf<Names> {
  const { identity } = needs
  return {
    'GET /me/second-factors': async ({ factors }) => factors.map(factorView),

    'POST /me/second-factors/totp': async ({ body, ...current }) => {
      const { id, secret, uri } = await beginTotp(identity, current, body.name)
      return { id, secret: secret.reveal(), uri: uri.reveal() } // shown once, for the app to scan
    },

    'POST /me/second-factors/:id/verify': async ({ body, params, origin, cookies, ...current }) => {
      const given = { id: params.id, code: new Secret(body.code), deviceToken: origin.deviceToken }
      const finished = await finishTotp(identity, current, given, origin)
      if (!finished.ok)
        throw new Problem(
          'unauthenticated',
          'The code is not right. Is the clock of the phone right?',
        )
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

export const factorView = (row: SecondFactorRow): Answer<'PATCH /me/second-factors/:id'> => ({
  id: row.id,
  kind: 'totp',
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})
