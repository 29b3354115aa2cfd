/**
 * The second step of a sign-in: a code of the authenticator app, or a recovery code.
 */
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import type { Tables } from '#store/store.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import { methodWith, renewSession, type CurrentSession, type Entered } from './browser-session.ts'
import { deviceOf, findDevice, rememberDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { looksLikeRecoveryCode, takeRecoveryCode } from './recovery-codes.ts'
import { countTry, forgetFailures } from './throttled.ts'
import { takeTotp } from './totp.ts'

export type CodeKind = 'totp' | 'recovery_code'

export type CodeAnswer = ({ readonly ok: true } & Entered) | { readonly ok: false }

/**
 * Only the server's own session says whose code it is and that the password was given before.
 * @throws Problem `forbidden` when no second factor is awaited, `unavailable`
 */
export async function giveSecondFactor(
  needs: IdentityNeeds,
  current: CurrentSession,
  given: { kind: CodeKind; code: Secret; deviceToken: Secret | null },
  from: From,
): Promise<CodeAnswer> {
  const { session, user, policy } = current
  if (session.stage !== 'second_factor')
    throw new Problem('forbidden', 'No second factor is awaited.')
  const device = await findDevice(needs, given.deviceToken)
  const trier = { account: user.id, ip: from.ip, device: deviceOf(device, user.id) }
  const details = { kind: given.kind }
  const event = (reason: string | null): AuditEvent =>
    eventOf('session.second_factor', user, from, reason, { details })
  const refused = async (reason: string): Promise<CodeAnswer> => {
    await writeDown(needs, event(reason))
    return { ok: false }
  }
  const counted = await countTry(needs, 'code', trier, event('locked'))
  if (!counted.allowed) return await refused('locked')
  try {
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null))
      const still = await tables.users.find(user.id)
      if (still?.state !== 'active') throw new Overtaken('disabled')
      if (!(await takeCode(needs, tables, user, given))) throw new Overtaken('wrong_code')
      const opened = await renewSession(needs, tables, session, {
        stage: 'full',
        method: methodWith(session, given.kind),
        policy,
        proves: true,
      })
      if (!opened) throw new Overtaken('session_ended')
      await forgetFailures(tables, counted)
      const deviceToken = await rememberDevice(needs, tables, device, user.id)
      await tables.users.update(user.id, { last_sign_in_at: needs.clock.now() })
      return { ok: true, ...opened, user, stage: 'full', deviceToken }
    })
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refused(thrown.reason)
    throw thrown
  }
}

/** Uses a code up: true for exactly one of all who send it, on all nodes. */
export async function takeCode(
  needs: IdentityNeeds,
  tables: Tables,
  user: { readonly id: string },
  { kind, code }: { kind: CodeKind; code: Secret },
): Promise<boolean> {
  return kind === 'totp'
    ? await takeTotp(needs, tables, user.id, code)
    : await takeRecoveryCode(needs, tables, user.id, code)
}

/** Which kind was typed, where one field takes both. */
export const kindOf = (code: Secret): CodeKind =>
  looksLikeRecoveryCode(code) ? 'recovery_code' : 'totp'
