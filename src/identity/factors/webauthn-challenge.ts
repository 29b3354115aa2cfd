/**
 * Challenges of passkeys and security keys: bound to one session or browser, and taken once.
 *
 * A challenge says until when it is good, and carries a keyed hash over that and over whom it is
 * for. So none is stored before it is answered, and nobody who only asks fills a table; an answered
 * one is stored, as a hash, until it would have ended.
 */
import { createHash } from 'node:crypto'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { Tables } from '#store/store.ts'
import type { IdentityNeeds } from '../needs.ts'

/** How long a person may look for the key, or the sign-in page may stay open. */
export const CHALLENGE_LIFE = 15 * MINUTE
const TIME = 6
const RANDOM = 16
const LENGTH = TIME + RANDOM + 32

type Needs = Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring'>

/** @param boundTo what only the one who may answer it has: the id of a session, or a cookie */
export function mintChallenge({ clock, entropy, keyring }: Needs, boundTo: string): Buffer {
  const time = Buffer.alloc(TIME)
  time.writeUIntBE(clock.now() + CHALLENGE_LIFE, 0, TIME)
  const open = Buffer.concat([time, entropy(RANDOM)])
  return Buffer.concat([open, keyring.hash('challenge', signed(open, boundTo))])
}

/** Whether it was made for this one, and not longer ago than it lives. */
export function challengeFits(
  { clock, keyring }: Pick<IdentityNeeds, 'clock' | 'keyring'>,
  challenge: Uint8Array,
  boundTo: string,
): boolean {
  if (challenge.length !== LENGTH) return false
  const open = Buffer.from(challenge.subarray(0, TIME + RANDOM))
  const left = open.readUIntBE(0, TIME) - clock.now()
  // A clock that was far ahead may have made it; it does not live longer for that.
  if (left <= 0 || left > 2 * CHALLENGE_LIFE) return false
  const tag = new Secret(challenge.subarray(TIME + RANDOM))
  const fitting = keyring.hashes('challenge', signed(open, boundTo))
  return fitting.some((hash) => new Secret(hash).equals(tag))
}

/** Inside the transaction that it opens something in: true for exactly one of all answers to it. */
export async function takeChallenge(
  { clock }: Pick<IdentityNeeds, 'clock'>,
  { seenTokens }: Pick<Tables, 'seenTokens'>,
  challenge: Uint8Array,
): Promise<boolean> {
  // Its own hash has no key: it is the same one after the master key was changed.
  const hash = createHash('sha256').update(challenge).digest()
  return await seenTokens.addOnce(hash, clock.now() + 2 * CHALLENGE_LIFE)
}

const signed = (open: Uint8Array, boundTo: string): Secret =>
  new Secret(Buffer.concat([open, Buffer.from(boundTo)]))
