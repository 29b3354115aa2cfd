/**
 * API: giving a second factor, confirming, and signing in with a passkey.
 */
import { invalid, Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { kindsAsked } from '#identity/browser-session.ts'
import { kindOfCode, sessionBound, type SecondGiven } from '#identity/factors/given-factor.ts'
import { askForPasskey, signInWithPasskey } from '#identity/passkey-sign-in.ts'
import { giveSecondFactor } from '#identity/second-factor.ts'
import { isCodeKind, sendCode } from '#identity/factors/sent-code.ts'
import { confirm } from '#identity/step-up.ts'
import { mintChallenge } from '#identity/factors/webauthn-challenge.ts'
import { keyRequest, type Assertion } from '#identity/factors/webauthn.ts'
import type { HandlersOf } from './call.ts'
import { viewAfter, type SessionNeeds } from './session.ts'

type Names =
  | 'POST /session/second-factor'
  | 'POST /session/codes'
  | 'POST /session/webauthn'
  | 'POST /session/confirm'
  | 'POST /sign-in/passkey/options'
  | 'POST /sign-in/passkey'

const wrong = (message: string): Problem => new Problem('unauthenticated', message)
const WRONG_CODE = 'The code is not right, or was used before.'
const WRONG_KEY = 'This passkey or security key is not taken here.'

export function givenFactorHandlers(needs: SessionNeeds): HandlersOf<Names> {
  const { identity } = needs
  return {
    'POST /session/second-factor': async ({ body, origin, cookies, ...current }) => {
      const given = givenBy(body, body.kind)
      const step = { given, remember: body.remember === true, deviceToken: origin.deviceToken }
      const entered = await giveSecondFactor(identity, current, step, origin)
      if (!entered.ok) throw wrong(given.kind === 'webauthn' ? WRONG_KEY : WRONG_CODE)
      cookies.setSession(entered.token)
      if (entered.deviceToken) cookies.setDevice(entered.deviceToken)
      return await viewAfter(needs, entered.token)
    },

    'POST /session/codes': async ({ body, origin, ...current }) => {
      const asked = kindsAsked(current)
      const factor = current.factors.find(({ id }) => id === body.factorId)
      const { kind = '' } = factor ?? {}
      // Nothing is sent that would not be taken.
      if (!factor || !isCodeKind(kind) || !asked.includes(kind))
        throw new Problem('not_found', 'There is no such second factor.')
      return await sendCode(identity, current, { ...factor, kind }, 'sign_in', origin)
    },

    'POST /session/webauthn': async ({ ...current }) => {
      const keys = current.factors.filter(({ kind }) => kind === 'webauthn')
      if (keys.length === 0) throw new Problem('conflict', 'No passkey or security key is set up.')
      return keyRequest(identity, mintChallenge(identity, sessionBound(current)), keys, 'preferred')
    },

    'POST /session/confirm': async ({ body, origin, cookies, ...current }) => {
      const { password, code } = body
      const kind = code === undefined ? 'webauthn' : kindOfCode(new Secret(code))
      const some = body.credentialId !== undefined || code !== undefined
      const second = some ? givenBy(body, kind) : null
      const given = {
        password: password === undefined ? null : new Secret(password),
        second,
        deviceToken: origin.deviceToken,
      }
      const confirmed = await confirm(identity, current, given, origin)
      if (!confirmed.ok)
        throw wrong(
          confirmed.why === 'code_needed'
            ? WRONG_CODE
            : 'The password, or the factor, is not right.',
        )
      cookies.setSession(confirmed.token)
      return await viewAfter(needs, confirmed.token)
    },

    'POST /sign-in/passkey/options': async ({ origin, cookies }) => {
      const { browser, options } = askForPasskey(identity, origin.passkeyToken)
      cookies.setPasskey(browser)
      return options
    },

    'POST /sign-in/passkey': async ({ body, origin, cookies }) => {
      const assertion = assertionOf(body)
      if (!assertion) throw invalid('credentialId', 'needed', 'The answer of the key is missing.')
      const { passkeyToken: browser, deviceToken, sessionToken } = origin
      const attempt = { assertion, browser, deviceToken, sessionToken }
      const entered = await signInWithPasskey(identity, attempt, origin)
      if (!entered.ok) throw wrong(WRONG_KEY)
      cookies.setSession(entered.token)
      if (entered.deviceToken) cookies.setDevice(entered.deviceToken)
      return await viewAfter(needs, entered.token)
    },
  }
}

type Given = { readonly [name in keyof Assertion]?: string | undefined } & {
  readonly code?: string | undefined
}

/** @throws Problem `invalid` when what belongs to the kind is missing */
function givenBy(body: Given, kind: SecondGiven['kind']): SecondGiven {
  if (kind !== 'webauthn') {
    if (body.code === undefined) throw invalid('code', 'needed', 'The code is missing.')
    return { kind, code: new Secret(body.code) }
  }
  const assertion = assertionOf(body)
  if (!assertion) throw invalid('credentialId', 'needed', 'The answer of the key is missing.')
  return { kind, assertion }
}

function assertionOf({
  credentialId,
  clientData,
  authenticatorData,
  signature,
  userHandle = null,
}: { readonly [name in keyof Assertion]?: string | null | undefined }): Assertion | null {
  if (!credentialId || !clientData || !authenticatorData || !signature) return null
  return { credentialId, clientData, authenticatorData, signature, userHandle }
}
