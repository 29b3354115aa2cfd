/**
 * Setting up a passkey or a security key.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { CurrentSession } from '../browser-session.ts'
import { beginSetUp, secretPlace, type Proof } from './factor-set-up.ts'
import type { IdentityNeeds } from '../needs.ts'
import { mintChallenge, takeChallenge } from './webauthn-challenge.ts'
import { hasKeys, keyCreation, readAttestation, type Attestation } from './webauthn.ts'

const DEFAULT_NAME = 'Passkey'

export type KeySetUp = { readonly id: string; readonly options: ReturnType<typeof keyCreation> }

/** @throws Problem `conflict` (policy; too many; the public URL has no name), `invalid` (name) */
export async function beginKey(
  needs: IdentityNeeds,
  current: CurrentSession,
  typedName: string | undefined,
): Promise<KeySetUp> {
  if (!hasKeys(needs)) throw new Problem('conflict', 'Passkeys need a name of this server.')
  const { user, factors } = current
  const row = await beginSetUp(needs, current, {
    kind: 'webauthn',
    name: typedName ?? DEFAULT_NAME,
    secret: new Secret(''), // the public key, once there is one
    details: { transports: [], synced: false },
  })
  const challenge = mintChallenge(needs, boundTo(current, row))
  const keys = factors.filter(({ kind }) => kind === 'webauthn')
  return { id: row.id, options: keyCreation(needs, challenge, user, keys) }
}

/** The public key is sealed: who can write the database cannot plant a key of their own. */
export async function proofOfKey(
  needs: IdentityNeeds,
  current: Pick<CurrentSession, 'session'>,
  row: SecondFactorRow,
  answer: Attestation,
): Promise<Proof> {
  const made = await readAttestation(needs, answer, boundTo(current, row))
  if (!made) return null
  const key = {
    credential_id: made.credentialId,
    secret: needs.sealer.seal(new Secret(made.publicKey), secretPlace(row.id)),
    counter: made.counter,
    details: JSON.stringify(made.details),
  }
  return async (tables) =>
    (await takeChallenge(needs, tables, made.challenge)) &&
    (await tables.secondFactors.setKey(row.id, key))
}

const boundTo = ({ session }: Pick<CurrentSession, 'session'>, { id }: SecondFactorRow): string =>
  `set_up ${session.id} ${id}`
