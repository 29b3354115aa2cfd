/**
 * Signing in with a passkey alone: it says whose it is, and asked for a PIN or a fingerprint.
 *
 * What the browser is asked names no key and no person, so that the answer to it tells nothing of
 * who has an account here.
 */
import type { Secret } from '#base/secret.ts'
import { passkeySuffices } from '#domain/sign-in-method.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import type { Entered } from './browser-session.ts'
import { enter, prepareEntry } from './entrance.ts'
import { answerOf, useKey } from './factors/given-factor.ts'
import { deviceOf, findDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { mintToken } from './opaque-token.ts'
import { countTry, forgetFailures } from './throttled.ts'
import { mintChallenge } from './factors/webauthn-challenge.ts'
import { hasKeys, keyRequest, type Assertion } from './factors/webauthn.ts'

/** The cookies that came along; `browser` is the one that the question gave. */
export type PasskeyAttempt = {
  readonly assertion: Assertion
  readonly browser: Secret | null
  readonly deviceToken: Secret | null
  readonly sessionToken: Secret | null
}

export type PasskeyAnswer = ({ readonly ok: true } & Entered) | { readonly ok: false }

/** @param browser the cookie of an earlier question: two tabs have the same */
export function askForPasskey(
  needs: Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring' | 'origin'>,
  browser: Secret | null,
): { readonly browser: Secret; readonly options: ReturnType<typeof keyRequest> } {
  const cookie = browser ?? mintToken(needs.entropy)
  const challenge = mintChallenge(needs, boundTo(cookie))
  return { browser: cookie, options: keyRequest(needs, challenge, [], 'required') }
}

/** Whether the sign-in page offers it: policy of everybody takes it, and the server has a name. */
export const offersPasskeys = async (
  needs: Pick<IdentityNeeds, 'origin' | 'policyOf'>,
): Promise<boolean> => hasKeys(needs) && passkeySuffices(await needs.policyOf(null))

/** @throws Problem `busy`, `unavailable` */
export async function signInWithPasskey(
  needs: IdentityNeeds,
  attempt: PasskeyAttempt,
  from: From,
): Promise<PasskeyAnswer> {
  const { tables } = needs.store
  const key = await tables.secondFactors.findByCredential(attempt.assertion.credentialId)
  const user = key ? await tables.users.find(key.user_id) : null
  const device = await findDevice(needs, attempt.deviceToken)
  const trier = { account: '', ip: from.ip, device: deviceOf(device, user?.id) }
  const event = (reason: string | null, stage?: string) =>
    eventOf('session.create', user, from, reason, {
      details: { method: METHOD, ...(stage === undefined ? {} : { stage }) },
    })
  const refused = async (reason: string): Promise<PasskeyAnswer> => {
    await writeDown(needs, event(reason))
    return { ok: false }
  }
  const counted = await countTry(needs, 'passkey', trier, event('locked'))
  if (!key || !user) return await refused('unknown_key')
  const judged = await judge(needs, attempt, key, user)
  if (!judged.ok) return await refused(judged.why)
  const entry = await prepareEntry(needs, user, METHOD, device)
  // Policy is the person's own, which is known only now.
  if (!passkeySuffices(entry.policy)) return await refused('kind_not_taken')
  try {
    return await needs.store.transaction(async (inside) => {
      await inside.audit.append(event(null, entry.stage))
      if (!(await useKey(needs, inside, key, judged))) throw new Overtaken('wrong_key')
      await forgetFailures(inside, counted)
      const arrival = { device, sessionToken: attempt.sessionToken, from }
      return { ok: true, ...(await enter(needs, inside, user.id, entry, arrival)) }
    })
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refused(thrown.reason)
    throw thrown
  }
}

const METHOD = 'passkey+user_verification'
const boundTo = (browser: Secret): string => `sign_in ${browser.reveal()}`

async function judge(
  needs: IdentityNeeds,
  { assertion, browser }: PasskeyAttempt,
  key: SecondFactorRow,
  user: User,
) {
  const wrong = (why: string) => ({ ok: false, why }) as const
  if (user.state !== 'active') return wrong(user.state)
  if (!browser) return wrong('wrong_challenge')
  const answer = await answerOf(needs, assertion, key, boundTo(browser))
  if (!answer.ok) return answer
  // Without it a key that was only meant as the second factor would be enough when it is found.
  return answer.verified ? answer : wrong('user_verification')
}
