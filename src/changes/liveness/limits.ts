/**
 * The numbers of asking whether people are still there, and why they are what they are.
 */
import { MINUTE, SECOND } from '#base/clock.ts'

export type LivenessLimits = { readonly [name in keyof typeof LIVENESS_LIMITS]: number }

export const LIVENESS_LIMITS = {
  /** People of a directory that one question is about. */
  directoryBatch: 500,
  /** People whose tokens one look takes: no more than are asked about within the claim. */
  tokenBatch: 64,
  /** Questions to one provider at the same time, from one node. */
  atOnce: 16,
  /** Longer than all questions of a look can take. */
  claimMs: 2 * MINUTE,
  /** Who could not be asked about is asked about again after this, or after the interval. */
  againMs: 30 * SECOND,
  /** However long a provider wants to be left alone. */
  longestPauseMs: 10 * MINUTE,
  /** So many questions without an answer, one after the other, and the rest is not asked. */
  awayAfter: 3,
  /** How long a token that was given is tried to be stored. */
  storeMs: 20 * SECOND,
} as const
