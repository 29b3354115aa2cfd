/**
 * The end of a set-up, whatever is being set up: a first code, or the answer of a new key.
 */
import { invalid } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { CurrentSession } from '../browser-session.ts'
import { proofOfCode } from './code-set-up.ts'
import { finishSetUp, setUpUnderWay, type Proof, type SetUpFinished } from './factor-set-up.ts'
import { proofOfKey } from './key-set-up.ts'
import type { From, IdentityNeeds } from '../needs.ts'
import { firstStep } from './totp.ts'
import type { Attestation } from './webauthn.ts'

export type SetUpAnswer = {
  readonly id: string
  readonly code: Secret | null
  readonly attestation: Attestation | null
  readonly deviceToken: Secret | null
}

/** @throws Problem `not_found` when no such set-up is under way, `invalid` when it was answered otherwise */
export async function endSetUp(
  needs: IdentityNeeds,
  current: CurrentSession,
  { id, deviceToken, ...answer }: SetUpAnswer,
  from: From,
): Promise<SetUpFinished> {
  const row = await setUpUnderWay(needs, current.user.id, id)
  const proof = await proofOf(needs, current, row, answer)
  return await finishSetUp(needs, current, { row, proof, deviceToken }, from)
}

async function proofOf(
  needs: IdentityNeeds,
  current: CurrentSession,
  row: SecondFactorRow,
  { code, attestation }: Pick<SetUpAnswer, 'code' | 'attestation'>,
): Promise<Proof> {
  if (row.kind === 'webauthn') {
    if (!attestation)
      throw invalid('attestation', 'needed', 'The answer of the new key is missing.')
    return await proofOfKey(needs, current, row, attestation)
  }
  if (!code) throw invalid('code', 'needed', 'The code is missing.')
  if (row.kind !== 'totp') return await proofOfCode(needs, current, row, code)
  const step = firstStep(needs, row, code)
  if (step === null) return null
  return async ({ secondFactors }) => await secondFactors.takeStep(row.id, step, needs.clock.now())
}
