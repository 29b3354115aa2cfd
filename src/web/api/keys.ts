/**
 * Passkeys and security keys: what the browser is asked (WebAuthn Level 3), in the flat shapes of the
 * contract.
 */
import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { Answer, BodyIn } from '#api/contract.ts'
import { ApiProblem } from './problem.ts'

type Request = Answer<'POST /sign-in/passkey/options'>
type Creation = Answer<'POST /me/second-factors/webauthn'>['options']
type Assertion = BodyIn<'POST /sign-in/passkey'>
type Attestation = Omit<BodyIn<'POST /me/second-factors/:id/verify'>, 'code'>

/** Whether this browser knows keys at all. */
export const keysWork = (): boolean => browserSupportsWebAuthn()
/** Whether it offers passkeys among the names that it fills in. */
export const fillsInKeys = async (): Promise<boolean> => await browserSupportsWebAuthnAutofill()

/**
 * Asks for a key that exists. A request that waits already ends by this one.
 * @param quietly the browser offers the keys where it offers names, and waits for as long as it takes
 * @throws ApiProblem `key_declined`, `key_failed`
 */
export async function askKey(request: Request, quietly = false): Promise<Assertion> {
  const optionsJSON = request as PublicKeyCredentialRequestOptionsJSON
  const { id, response } = await asked(() =>
    startAuthentication({ optionsJSON, useBrowserAutofill: quietly }),
  )
  return {
    credentialId: id,
    clientData: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
    ...(response.userHandle ? { userHandle: response.userHandle } : {}),
  }
}

/**
 * Lets the browser make a new key.
 * @throws ApiProblem `key_known` where the key has one for this server already, and as `askKey`
 */
export async function makeKey(creation: Creation): Promise<Attestation> {
  const optionsJSON = creation as PublicKeyCredentialCreationOptionsJSON
  const { id, response } = await asked(() => startRegistration({ optionsJSON }))
  return {
    credentialId: id,
    clientData: response.clientDataJSON,
    attestation: response.attestationObject,
    ...(response.transports ? { transports: response.transports } : {}),
  }
}

/** Ends a request that waits. */
export const stopAsking = (): void => WebAuthnAbortService.cancelCeremony()

/** Browsers do not tell "the person declined" from "no key was there in time" (§14.5.2). */
async function asked<T>(ceremony: () => Promise<T>): Promise<T> {
  try {
    return await ceremony()
  } catch (thrown) {
    const { name = '', message = '' } = thrown as Partial<Error>
    const declined = name === 'NotAllowedError' || name === 'AbortError'
    const code = declined
      ? 'key_declined'
      : name === 'InvalidStateError'
        ? 'key_known'
        : 'key_failed'
    throw new ApiProblem(code, `${name}: ${message}`)
  }
}
