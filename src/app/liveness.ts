/**
 * Whether people from outside are still there: the rounds that ask, and who is asked by what.
 */
import { SECOND } from '#base/clock.ts'
import type { LivenessNeeds } from '#changes/liveness/needs.ts'
import { livenessRound } from '#changes/liveness/round.ts'
import { addSilenceNotices } from '#changes/liveness/scim-silence.ts'
import type { Round } from '#changes/rounds.ts'
import { directoryFailure } from '#identity/directory/directories.ts'
import type { Ground } from '../ground.ts'
import type { OAuth } from '../oauth.ts'

export function livenessRounds(
  ground: Ground,
  { clientOf, outbound, sealer, tokens }: OAuth,
  stopping: AbortSignal,
): Round[] {
  const { policy, directories } = ground
  const needs: LivenessNeeds = {
    ...ground,
    clientOf,
    outbound,
    sealer,
    tokens,
    policyOf: (userId) => policy.of(userId),
    accountStates: async (provider, subjects) =>
      await directories.accountStates(provider, subjects),
    whyAway: directoryFailure,
  }
  return [
    { name: 'liveness', everyMs: 5 * SECOND, run: livenessRound(needs, stopping) },
    { name: 'silence', everyMs: 10 * SECOND, run: () => addSilenceNotices(needs) },
  ]
}
