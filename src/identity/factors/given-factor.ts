/**
 * A second factor that is given, of any kind: whether it is right, and what uses it up.
 *
 * What takes long or asks the store is done before the transaction; `use` inside it makes sure that
 * of all who send the same, on all nodes, one is taken.
 */
import type { Secret } from '#base/secret.ts'
import type { SecondKind } from '#domain/second-factor.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { kindsAsked, type CurrentSession } from '../browser-session.ts'
import { secretPlace } from './factor-set-up.ts'
import type { From, IdentityNeeds } from '../needs.ts'
import { looksLikeRecoveryCode, takeRecoveryCode } from './recovery-codes.ts'
import { looksLikeSentCode, matchSentCode } from './sent-code.ts'
import { takeTotp } from './totp.ts'
import { takeChallenge } from './webauthn-challenge.ts'
import { readAssertion, type Assertion, type KeyAnswer } from './webauthn.ts'

/** `sent`: by e-mail or SMS, whichever it was. */
export type CodeGiven = {
  readonly kind: Exclude<SecondKind, 'webauthn'> | 'sent'
  readonly code: Secret
}
export type KeyGiven = { readonly kind: 'webauthn'; readonly assertion: Assertion }
export type SecondGiven = CodeGiven | KeyGiven

/** `kind`: what was given. `verified`: a key that asked for a PIN or a fingerprint. `wrong`: the word for the audit. */
export type Prepared =
  | {
      readonly ok: true
      readonly kind: SecondKind
      readonly verified: boolean
      readonly wrong: string
      use(tables: Tables): Promise<boolean>
    }
  | { readonly ok: false; readonly why: string }

/** What a key of this session has to answer. */
export const sessionBound = ({ session }: Pick<CurrentSession, 'session'>): string =>
  `session ${session.id}`

export async function prepareSecond(
  needs: IdentityNeeds,
  current: CurrentSession,
  given: SecondGiven,
  from: From,
): Promise<Prepared> {
  const asked = kindsAsked(current)
  const notTaken = { ok: false, why: 'kind_not_taken' } as const
  const code = { ok: true, verified: false, wrong: 'wrong_code' } as const
  const { user } = current
  switch (given.kind) {
    case 'webauthn':
      if (!asked.includes('webauthn')) return notTaken
      return await prepareKey(needs, current, given.assertion)
    case 'totp':
      if (!asked.includes('totp')) return notTaken
      return {
        ...code,
        kind: 'totp',
        use: (tables) => takeTotp(needs, tables, user.id, given.code),
      }
    case 'recovery_code':
      if (asked.length === 0) return notTaken
      return {
        ...code,
        kind: 'recovery_code',
        use: (tables) => takeRecoveryCode(needs, tables, user.id, given.code, from),
      }
    case 'email':
    case 'sms':
    case 'sent': {
      const sent = await matchSentCode(needs, current.session.id, given.code)
      const factor = current.factors.find(({ id }) => id === sent?.factor_id)
      const kind = asked.find((one) => one === factor?.kind)
      if (!sent || !factor || (given.kind !== 'sent' && given.kind !== factor.kind))
        return { ok: false, why: 'wrong_code' }
      if (kind === undefined) return notTaken
      return {
        ...code,
        kind,
        use: async ({ sentCodes, secondFactors }) => {
          await secondFactors.used(factor.id, needs.clock.now())
          return await sentCodes.take(sent.id)
        },
      }
    }
  }
}

async function prepareKey(
  needs: IdentityNeeds,
  current: CurrentSession,
  assertion: Assertion,
): Promise<Prepared> {
  const key = current.factors.find(
    ({ kind, credential_id }) => kind === 'webauthn' && credential_id === assertion.credentialId,
  )
  if (!key) return { ok: false, why: 'wrong_key' }
  const answer = await answerOf(needs, assertion, key, sessionBound(current))
  if (!answer.ok) return answer
  const { verified } = answer
  return {
    ok: true,
    kind: 'webauthn',
    verified,
    wrong: 'wrong_key',
    use: (tables) => useKey(needs, tables, key, answer),
  }
}

/** Reads a key's answer; where its counter went back its owner is told. */
export async function answerOf(
  needs: IdentityNeeds,
  assertion: Assertion,
  key: SecondFactorRow,
  boundTo: string,
): Promise<KeyAnswer> {
  const publicKey = needs.sealer.open(key.secret, secretPlace(key.id)).revealBytes()
  const answer = await readAssertion(needs, assertion, { boundTo, key, publicKey })
  if (answer.ok || answer.why !== 'counter_went_back') return answer
  // The same answer a second time, as when somebody presses twice, is no copy of the key.
  if (!(await takeChallenge(needs, needs.store.tables, answer.challenge)))
    return { ok: false, why: 'wrong_challenge' }
  await tellCopied(needs, key)
  return answer
}

/** Inside the transaction: true for exactly one of all who send this answer. */
export async function useKey(
  needs: Pick<IdentityNeeds, 'clock'>,
  tables: Tables,
  key: SecondFactorRow,
  { challenge, counter }: KeyAnswer & { ok: true },
): Promise<boolean> {
  return (
    (await takeChallenge(needs, tables, challenge)) &&
    (await tables.secondFactors.takeCounter(key, counter, needs.clock.now()))
  )
}

/** Once for each state of the counter: who repeats it fills nobody's mailbox. */
async function tellCopied(
  { store, newId, clock }: IdentityNeeds,
  { id, user_id: userId, name, counter }: SecondFactorRow,
): Promise<void> {
  const onceKey = `second_factor_copied:${id}:${counter}`
  const notice = { userId, kind: 'second_factor_copied', onceKey, params: { name } } as const
  await store.tables.notices.add(newId(), notice, clock.now())
}

/** Which kind was typed, where one field takes all. */
export function kindOfCode(code: Secret): CodeGiven['kind'] {
  if (looksLikeRecoveryCode(code)) return 'recovery_code'
  return looksLikeSentCode(code) ? 'sent' : 'totp'
}
