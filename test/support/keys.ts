/**
 * Passkeys and security keys of people: set up in a browser's session, and used there.
 */
import assert from 'node:assert/strict'
import type { Secret } from '#base/secret.ts'
import { sessionBound } from '#identity/factors/given-factor.ts'
import { beginKey } from '#identity/factors/key-set-up.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { askForPasskey, signInWithPasskey, type PasskeyAnswer } from '#identity/passkey-sign-in.ts'
import { giveSecondFactor, type SecondAnswer } from '#identity/second-factor.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import { mintChallenge } from '#identity/factors/webauthn-challenge.ts'
import { keyRequest, type Assertion } from '#identity/factors/webauthn.ts'
import { SoftKey, type KeyAnswered, type Lie } from './authenticator.ts'
import { current, kept, ORIGIN, type Browser } from './identity.ts'

export const assertionOf = (answered: KeyAnswered): Assertion => ({ userHandle: null, ...answered })

/** Sets a key up in the browser's session. */
export async function setUpKey(
  needs: IdentityNeeds,
  browser: Browser,
  key = new SoftKey({ origin: ORIGIN }),
): Promise<SoftKey & { factorId: string }> {
  const { id, options } = await beginKey(needs, await current(needs, browser), undefined)
  const answer = { id, code: null, attestation: key.create(options), deviceToken: browser.device }
  const finished = await endSetUp(needs, await current(needs, browser), answer, browser.from)
  assert.ok(finished.ok, 'the key was not taken')
  kept(browser, finished)
  return Object.assign(key, { factorId: id })
}

/** What the browser's session asks a key for. */
export async function asked(needs: IdentityNeeds, browser: Browser) {
  const session = await current(needs, browser)
  const keys = session.factors.filter(({ kind }) => kind === 'webauthn')
  return keyRequest(needs, mintChallenge(needs, sessionBound(session)), keys, 'preferred')
}

/** Gives an answer of a key as the second factor. */
export async function giveAnswer(
  needs: IdentityNeeds,
  browser: Browser,
  answered: KeyAnswered,
  remember = false,
): Promise<SecondAnswer> {
  const given = { kind: 'webauthn', assertion: assertionOf(answered) } as const
  const step = { given, remember, deviceToken: browser.device }
  const session = await current(needs, browser)
  return kept(browser, await giveSecondFactor(needs, session, step, browser.from))
}

/** Asks, and gives what the key answers. */
export async function giveKey(
  needs: IdentityNeeds,
  browser: Browser,
  key: SoftKey,
  lie: Lie = {},
): Promise<SecondAnswer> {
  return await giveAnswer(needs, browser, key.get(await asked(needs, browser), lie))
}

/** Signs in with a passkey alone. */
export async function signInByKey(
  needs: IdentityNeeds,
  browser: Browser,
  key: SoftKey,
  lie: Lie = {},
  { cookie }: { cookie?: Secret | null } = {},
): Promise<PasskeyAnswer> {
  const { browser: minted, options } = askForPasskey(needs, null)
  const attempt = {
    assertion: assertionOf(key.get(options, lie)),
    browser: cookie === undefined ? minted : cookie,
    deviceToken: browser.device,
    sessionToken: browser.session,
  }
  return kept(browser, await signInWithPasskey(needs, attempt, browser.from))
}
