/**
 * Passkeys and security keys (WebAuthn Level 3): what the browser is asked, and what it answered.
 *
 * The name that keys are bound to is the host of the public URL; only its own pages are answered,
 * never a frame of another site. No attestation is asked for: which make a key is of is not our
 * business, and nothing that names certificates to fetch is ever read.
 */
import { isIP } from 'node:net'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import { utf8 } from '#base/bytes.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { User } from '#store/users.ts'
import type { IdentityNeeds } from '../needs.ts'
import { CHALLENGE_LIFE, challengeFits } from './webauthn-challenge.ts'

/** EdDSA, ES256, RS256 (COSE): what browsers and keys have between them. */
const ALGORITHMS = [-8, -7, -257]
/** What comes when no attestation was asked for: nothing, or a signature by the key itself. */
const ATTESTATIONS: ReadonlySet<string> = new Set(['none', 'packed'])

/** What a key answered, as it came: base64url. */
export type Assertion = {
  readonly credentialId: string
  readonly clientData: string
  readonly authenticatorData: string
  readonly signature: string
  readonly userHandle: string | null
}
export type Attestation = {
  readonly credentialId: string
  readonly clientData: string
  readonly attestation: string
  readonly transports: readonly string[]
}

/** JSON of second_factor.details. `synced`: it may be on several devices, by its maker's cloud. */
export type KeyDetails = { readonly transports: readonly string[]; readonly synced: boolean }

export type KeyRefusal =
  | 'wrong_challenge'
  | 'wrong_origin'
  | 'cross_origin'
  | 'wrong_key'
  | 'counter_went_back'

export type KeyAnswer =
  | {
      readonly ok: true
      readonly challenge: Uint8Array
      readonly counter: number
      verified: boolean
    }
  | { readonly ok: false; readonly why: Exclude<KeyRefusal, 'counter_went_back'> }
  | { readonly ok: false; readonly why: 'counter_went_back'; readonly challenge: Uint8Array }

export type NewKey = {
  readonly challenge: Uint8Array
  readonly credentialId: string
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly details: KeyDetails
}

const rpIdOf = (origin: string): string => new URL(origin).hostname
/** Keys are bound to a name; an address is none. */
export const hasKeys = ({ origin }: Pick<IdentityNeeds, 'origin'>): boolean =>
  isIP(rpIdOf(origin).replace(/^\[(.*)\]$/, '$1')) === 0

/** PublicKeyCredentialRequestOptionsJSON. `keys` empty: any passkey for this server. */
export const keyRequest = (
  { origin }: Pick<IdentityNeeds, 'origin'>,
  challenge: Buffer,
  keys: readonly SecondFactorRow[],
  userVerification: 'required' | 'preferred',
) => ({
  challenge: challenge.toString('base64url'),
  rpId: rpIdOf(origin),
  timeout: CHALLENGE_LIFE,
  userVerification,
  allowCredentials: keys.map(descriptorOf),
})

/** PublicKeyCredentialCreationOptionsJSON. The person's other keys are not made a second time. */
export const keyCreation = (
  { origin }: Pick<IdentityNeeds, 'origin'>,
  challenge: Buffer,
  user: Pick<User, 'id' | 'name' | 'display_name'>,
  keys: readonly SecondFactorRow[],
) => ({
  challenge: challenge.toString('base64url'),
  rp: { id: rpIdOf(origin), name: 'Passerelle' },
  user: { id: handleOf(user.id), name: user.name, displayName: user.display_name },
  pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
  timeout: CHALLENGE_LIFE,
  attestation: 'none' as const,
  excludeCredentials: keys.map(descriptorOf),
  authenticatorSelection: {
    residentKey: 'preferred' as const,
    requireResidentKey: false as const,
    userVerification: 'preferred' as const,
  },
  extensions: { credProps: true as const },
})

/** How a key knows the person: what it gives back with a passkey. */
const handleOf = (userId: string): string => Buffer.from(userId).toString('base64url')

/** Checks everything but that the challenge was not used before, which the transaction does. */
export async function readAssertion(
  needs: Pick<IdentityNeeds, 'clock' | 'keyring' | 'origin'>,
  answer: Assertion,
  { boundTo, key, publicKey }: { boundTo: string; key: SecondFactorRow; publicKey: Uint8Array },
): Promise<KeyAnswer> {
  const said = readClientData(needs, answer.clientData, boundTo)
  if (!said.ok) return said
  const wrong = { ok: false, why: 'wrong_key' } as const
  if (answer.credentialId !== key.credential_id) return wrong
  if (answer.userHandle !== null && answer.userHandle !== handleOf(key.user_id)) return wrong
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: answer.credentialId,
        rawId: answer.credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: answer.clientData,
          authenticatorData: answer.authenticatorData,
          signature: answer.signature,
        },
      },
      expectedChallenge: said.text,
      expectedOrigin: needs.origin,
      expectedRPID: rpIdOf(needs.origin),
      // The counter is compared below, when it is known that the key itself said it.
      credential: { id: answer.credentialId, publicKey: new Uint8Array(publicKey), counter: -1 },
      requireUserVerification: false,
    })
    if (!verified) return wrong
    const { newCounter: counter, userVerified } = authenticationInfo
    // WebAuthn §7.2 step 22: two keys answer as one. 0: the key does not count.
    if ((counter !== 0 || key.counter !== 0) && counter <= key.counter)
      return { ok: false, why: 'counter_went_back', challenge: said.challenge }
    return { ok: true, challenge: said.challenge, counter, verified: userVerified }
  } catch {
    return wrong // whatever the library says: what came was no answer of this key
  }
}

/** @returns null when it is no answer to this challenge by this site */
export async function readAttestation(
  needs: Pick<IdentityNeeds, 'clock' | 'keyring' | 'origin'>,
  answer: Attestation,
  boundTo: string,
): Promise<NewKey | null> {
  const said = readClientData(needs, answer.clientData, boundTo)
  if (!said.ok) return null
  try {
    const bytes = new Uint8Array(Buffer.from(answer.attestation, 'base64url'))
    if (!ATTESTATIONS.has(decodeAttestationObject(bytes).get('fmt'))) return null
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id: answer.credentialId,
        rawId: answer.credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: answer.clientData, attestationObject: answer.attestation },
      },
      expectedChallenge: said.text,
      expectedOrigin: needs.origin,
      expectedRPID: rpIdOf(needs.origin),
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified || registrationInfo.credential.id !== answer.credentialId) return null
    const { credential, credentialDeviceType } = registrationInfo
    return {
      challenge: said.challenge,
      credentialId: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      details: {
        transports: answer.transports.filter((one) => /^[a-z-]{1,32}$/.test(one)),
        synced: credentialDeviceType === 'multiDevice',
      },
    }
  } catch {
    return null // whatever the library says: what came was no new key
  }
}

type Said =
  | { readonly ok: true; readonly text: string; readonly challenge: Uint8Array }
  | { readonly ok: false; readonly why: 'wrong_challenge' | 'wrong_origin' | 'cross_origin' }

/** CollectedClientData (§5.8.1): what the browser says of itself, before any signature is looked at. */
function readClientData(
  needs: Pick<IdentityNeeds, 'clock' | 'keyring' | 'origin'>,
  encoded: string,
  boundTo: string,
): Said {
  const data = parsed(utf8(Buffer.from(encoded, 'base64url')))
  const text = typeof data['challenge'] === 'string' ? data['challenge'] : ''
  const challenge = Buffer.from(text, 'base64url')
  // The text is compared as well: base64url has several texts for the same bytes.
  if (challenge.toString('base64url') !== text || !challengeFits(needs, challenge, boundTo))
    return { ok: false, why: 'wrong_challenge' }
  if (data['origin'] !== needs.origin) return { ok: false, why: 'wrong_origin' }
  // A page of another site that shows ours in a frame could have its visitors press a key for it.
  if ((data['crossOrigin'] ?? false) !== false || 'topOrigin' in data)
    return { ok: false, why: 'cross_origin' }
  return { ok: true, text, challenge }
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const descriptorOf = (row: SecondFactorRow) => ({
  id: row.credential_id ?? '',
  type: 'public-key' as const,
  transports: [...(JSON.parse(row.details) as KeyDetails).transports],
})
