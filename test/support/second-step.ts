/**
 * The second step of a sign-in, and Ada, who has an authenticator app.
 */
import assert from 'node:assert/strict'
import type { Secret } from '#base/secret.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import type { CodeGiven } from '#identity/factors/given-factor.ts'
import { giveSecondFactor, type SecondAnswer, type SecondStep } from '#identity/second-factor.ts'
import {
  addUser,
  current,
  HOME,
  kept,
  newBrowser,
  setUpTotp,
  tryPassword,
  type App,
  type Browser,
} from './identity.ts'

/** The step with a code of an authenticator app, from a browser that nobody knows. */
export const totp = (code: Secret): SecondStep => ({
  given: { kind: 'totp', code },
  remember: false,
  deviceToken: null,
})

/** Gives a code in a browser; it keeps the cookies that it is given. */
export async function give(
  needs: IdentityNeeds,
  browser: Browser,
  code: Secret,
  kind: CodeGiven['kind'] = 'totp',
  remember = false,
): Promise<SecondAnswer> {
  const given = { given: { kind, code }, remember, deviceToken: browser.device }
  const session = await current(needs, browser)
  return kept(browser, await giveSecondFactor(needs, session, given, browser.from))
}

/** Ada with an authenticator app, signed in completely in this browser. */
export async function ada(
  needs: IdentityNeeds,
): Promise<{ laptop: Browser; app: App; id: string }> {
  const { id } = await addUser(needs, 'ada')
  const laptop = newBrowser()
  await tryPassword(needs, laptop, 'ada')
  return { laptop, app: await setUpTotp(needs, laptop), id }
}

/** A browser in which ada has given the password. */
export async function halfIn(needs: IdentityNeeds, from = HOME): Promise<Browser> {
  const browser = newBrowser(from)
  assert.equal((await tryPassword(needs, browser, 'ada')).ok, true)
  return browser
}
