/**
 * Ada, who has a key, and every lie that a key or its browser can tell of an answer.
 */
import type { IdentityNeeds } from '#identity/needs.ts'
import type { Lie, SoftKey } from './authenticator.ts'
import { addUser, audited, newBrowser, ORIGIN, tryPassword } from './identity.ts'
import { setUpKey } from './keys.ts'

/** Ada with a key, signed in completely in this browser. */
export async function adaWithKey(needs: IdentityNeeds, key?: SoftKey) {
  const { id } = await addUser(needs, 'ada')
  const laptop = newBrowser()
  await tryPassword(needs, laptop, 'ada')
  return { id, laptop, key: await setUpKey(needs, laptop, key) }
}

/** Why the last event was refused. */
export const lastReason = async (needs: IdentityNeeds): Promise<string> =>
  (await audited(needs)).at(-1)?.split(' ').at(-1) ?? ''

/** What each lie is refused as, wherever the answer is sent. */
export const LIES: Readonly<Record<string, { lie: Lie; reason: string }>> = {
  'another origin': { lie: { origin: 'https://files.example.com' }, reason: 'wrong_origin' },
  'a sibling host': { lie: { origin: 'https://evil.example.org' }, reason: 'wrong_origin' },
  'another port': { lie: { origin: `${ORIGIN}:8443` }, reason: 'wrong_origin' },
  http: { lie: { origin: ORIGIN.replace('https', 'http') }, reason: 'wrong_origin' },
  'another rpId': { lie: { rpId: 'example.org' }, reason: 'wrong_key' },
  'a frame of another site': { lie: { crossOrigin: true }, reason: 'cross_origin' },
  'a frame whose site is named': {
    lie: { crossOrigin: true, topOrigin: 'https://evil.example' },
    reason: 'cross_origin',
  },
  'a frame that says it is none': {
    lie: { topOrigin: 'https://evil.example' },
    reason: 'cross_origin',
  },
  'crossOrigin as a text': { lie: { crossOrigin: 'true' }, reason: 'cross_origin' },
  'nobody present': { lie: { userPresent: false }, reason: 'wrong_key' },
  'the answer to another question': { lie: { type: 'webauthn.create' }, reason: 'wrong_key' },
  'a payment': { lie: { type: 'payment.get' }, reason: 'wrong_key' },
  'no challenge': { lie: { challenge: '' }, reason: 'wrong_challenge' },
  'a challenge of its own': {
    lie: { challenge: Buffer.alloc(54, 7).toString('base64url') },
    reason: 'wrong_challenge',
  },
  'a counter that stands still': { lie: { counter: 1 }, reason: 'counter_went_back' },
  'a counter that goes back': { lie: { counter: 0 }, reason: 'counter_went_back' },
  "another person's handle": {
    lie: { userHandle: Buffer.from('nobody').toString('base64url') },
    reason: 'wrong_key',
  },
}
