/**
 * Confirming who one is before a sensitive action: the password, and the second factor where there
 * is one, again; or a passkey that asked for a PIN or a fingerprint. The session gets a new token.
 */
import { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { passkeySuffices, withSecond, type SessionMethod } from '#domain/sign-in-method.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import { passwordRefusal } from './checked-password.ts'
import { renewSession, type CurrentSession, type OpenedSession } from './browser-session.ts'
import { prepareSecond, type Prepared, type SecondGiven } from './factors/given-factor.ts'
import { deviceOf, findDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { countTry, forgetFailures, type Try } from './throttled.ts'

/** Checked where no password came along: it costs the same, and fits nobody. */
const NOTHING = new Secret('')

/** What came along. A key without a password stands for both. */
export type Confirmation = {
  readonly password: Secret | null
  readonly second: SecondGiven | null
  readonly deviceToken: Secret | null
}

/** `code_needed`: the person has a second factor, and none came along. Nothing was checked. */
export type ConfirmAnswer =
  | ({ readonly ok: true } & OpenedSession)
  | { readonly ok: false; readonly why: 'refused' | 'code_needed' }

/** @throws Problem `busy`, `unavailable` */
export async function confirm(
  needs: IdentityNeeds,
  current: CurrentSession,
  { password, second, deviceToken }: Confirmation,
  from: From,
): Promise<ConfirmAnswer> {
  const { session, user, policy, factors } = current
  const alone = password === null && second?.kind === 'webauthn'
  const needsSecond = factors.length > 0 && policy.second_factor !== 'off'
  if (needsSecond && second === null) return { ok: false, why: 'code_needed' }
  // The session itself is proof enough to have tries of its own.
  const device = deviceOf(await findDevice(needs, deviceToken), user.id) ?? session.id
  const trier = { account: user.id, ip: from.ip, device }
  const details = second ? { kind: second.kind } : {}
  const event = (reason: string | null): AuditEvent =>
    eventOf('session.step_up', user, from, reason, { as: user, details })
  const refused = async (reason: string): Promise<ConfirmAnswer> => {
    await writeDown(needs, event(reason))
    return { ok: false, why: 'refused' }
  }
  if (alone && !passkeySuffices(policy)) return await refused('kind_not_taken')
  const tries: Try[] = []
  if (!alone) {
    const counted = await countTry(needs, 'password', trier, event('locked'))
    const asked = { counted, from, event: event('locked') }
    const refusal = await passwordRefusal(needs, user, password ?? NOTHING, asked)
    if (refusal !== null) return await refused(refusal)
    tries.push(counted)
  }
  let prepared: Prepared | null = null
  if (second && (needsSecond || alone)) {
    const what = second.kind === 'webauthn' ? 'passkey' : 'code'
    const counted = await countTry(needs, what, trier, event('locked'))
    if (!counted.allowed) return await refused('locked')
    tries.push(counted)
    prepared = await prepareSecond(needs, current, second, from)
    if (!prepared.ok) return await refused(prepared.why)
    if (alone && !prepared.verified) return await refused('user_verification')
  }
  try {
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null))
      const still = await tables.users.find(user.id)
      if (still?.state !== 'active') throw new Overtaken('disabled')
      if (still.password_changed_at !== user.password_changed_at)
        throw new Overtaken('wrong_password')
      if (prepared?.ok && !(await prepared.use(tables))) throw new Overtaken(prepared.wrong)
      await forgetFailures(tables, ...tries)
      const method = session.method as SessionMethod
      const opened = await renewSession(needs, tables, session, {
        stage: session.stage,
        policy,
        proves: true,
        ...(prepared?.ok ? { method: withSecond(method, prepared.kind) } : {}),
      })
      if (!opened) throw new Overtaken('session_ended')
      return { ok: true, ...opened }
    })
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refused(thrown.reason)
    throw thrown
  }
}
