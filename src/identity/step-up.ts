/**
 * Confirming who one is before a sensitive action: the password, and the second factor where there
 * is one, again. The session gets a new token.
 */
import type { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import {
  methodWith,
  renewSession,
  type CurrentSession,
  type OpenedSession,
} from './browser-session.ts'
import { deviceOf, findDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { kindOf, takeCode } from './second-factor.ts'
import { checked } from './sign-in.ts'
import { countTry, forgetFailures } from './throttled.ts'

/** `code_needed`: the person has a second factor, and no code came along. Nothing was checked. */
export type ConfirmAnswer =
  | ({ readonly ok: true } & OpenedSession)
  | { readonly ok: false; readonly why: 'refused' | 'code_needed' }

/** @throws Problem `busy`, `unavailable` */
export async function confirm(
  needs: IdentityNeeds,
  current: CurrentSession,
  given: { password: Secret; code: Secret | null; deviceToken: Secret | null },
  from: From,
): Promise<ConfirmAnswer> {
  const { session, user, policy, factors } = current
  const needsCode = factors.length > 0 && policy.second_factor !== 'off'
  if (needsCode && given.code === null) return { ok: false, why: 'code_needed' }
  // The session itself is proof enough to have tries of its own.
  const device = deviceOf(await findDevice(needs, given.deviceToken), user.id) ?? session.id
  const trier = { account: user.id, ip: from.ip, device }
  const event = (reason: string | null): AuditEvent =>
    eventOf('session.step_up', user, from, reason, { as: user })
  const refused = async (reason: string): Promise<ConfirmAnswer> => {
    await writeDown(needs, event(reason))
    return { ok: false, why: 'refused' }
  }
  const passwordTry = await countTry(needs, 'password', trier, event('locked'))
  const stored = passwordTry.allowed ? user.password_hash : null
  const fits = await checked(needs, stored, given.password, passwordTry)
  if (!passwordTry.allowed) return await refused('locked')
  if (!fits) return await refused('wrong_password')
  const codeTry = needsCode ? await countTry(needs, 'code', trier, event('locked')) : null
  if (codeTry?.allowed === false) return await refused('locked')
  try {
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null))
      const still = await tables.users.find(user.id)
      if (still?.state !== 'active') throw new Overtaken('disabled')
      if (still.password_changed_at !== user.password_changed_at)
        throw new Overtaken('wrong_password')
      if (codeTry && given.code) {
        const code = { kind: kindOf(given.code), code: given.code }
        if (!(await takeCode(needs, tables, user, code))) throw new Overtaken('wrong_code')
      }
      await forgetFailures(tables, passwordTry, ...(codeTry ? [codeTry] : []))
      const opened = await renewSession(needs, tables, session, {
        stage: session.stage,
        policy,
        proves: true,
        ...(codeTry && given.code ? { method: methodWith(session, kindOf(given.code)) } : {}),
      })
      if (!opened) throw new Overtaken('session_ended')
      return { ok: true, ...opened }
    })
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refused(thrown.reason)
    throw thrown
  }
}
