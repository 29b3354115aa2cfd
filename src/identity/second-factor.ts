/**
 * The second step of a sign-in: a code, a passkey or security key, or a recovery code.
 */
import { SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { withSecond, type SessionMethod } from '#domain/sign-in-method.ts'
import type { Tables } from '#store/store.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import { renewSession, stageBy, type CurrentSession, type Entered } from './browser-session.ts'
import { prepareSecond, type SecondGiven } from './factors/given-factor.ts'
import { deviceOf, findDevice, rememberDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { countTry, forgetFailures } from './throttled.ts'

export type SecondAnswer = ({ readonly ok: true } & Entered) | { readonly ok: false }

/** `remember`: the person wants this browser to need no second factor for a while. */
export type SecondStep = {
  readonly given: SecondGiven
  readonly remember: boolean
  readonly deviceToken: Secret | null
}

/**
 * Only the server's own session says whose factor it is and that the first step was done before.
 * @throws Problem `forbidden` when no second factor is awaited, `busy`, `unavailable`
 */
export async function giveSecondFactor(
  needs: IdentityNeeds,
  current: CurrentSession,
  { given, remember, deviceToken }: SecondStep,
  from: From,
): Promise<SecondAnswer> {
  const { session, user, policy } = current
  if (session.stage !== 'second_factor')
    throw new Problem('forbidden', 'No second factor is awaited.')
  const device = await findDevice(needs, deviceToken)
  const trier = { account: user.id, ip: from.ip, device: deviceOf(device, user.id) }
  const event = (reason: string | null, marks = false) =>
    eventOf('session.second_factor', user, from, reason, {
      details: { kind: given.kind, ...(marks ? { remembered: true } : {}) },
    })
  const refused = async (reason: string): Promise<SecondAnswer> => {
    await writeDown(needs, event(reason))
    return { ok: false }
  }
  // A key cannot be guessed: who has used up the tries of codes does not stand in its way.
  const what = given.kind === 'webauthn' ? 'passkey' : 'code'
  const counted = await countTry(needs, what, trier, event('locked'))
  if (!counted.allowed) return await refused('locked')
  const prepared = await prepareSecond(needs, current, given, from)
  if (!prepared.ok) return await refused(prepared.why)
  const method = withSecond(session.method as SessionMethod, prepared.kind)
  const stage = stageBy(method, current)
  // A recovery code says that something was lost, and a factor that only leads to setting up another
  // does not suffice: the next sign-in is to show the new one.
  const suffices = stage === 'full' && prepared.kind !== 'recovery_code'
  const marks = remember && suffices && policy.remembered_device_ttl > 0
  try {
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null, marks))
      const still = await tables.users.find(user.id)
      if (still?.state !== 'active') throw new Overtaken('disabled')
      if (!(await prepared.use(tables))) throw new Overtaken(prepared.wrong)
      const opened = await renewSession(needs, tables, session, {
        stage,
        method,
        policy,
        proves: true,
      })
      if (!opened) throw new Overtaken('session_ended')
      await forgetFailures(tables, counted)
      const token = await rememberDevice(needs, tables, device, user.id, from, { marks })
      if (marks) await tellRemembered(needs, tables, current, from)
      await tables.users.update(user.id, { last_sign_in_at: needs.clock.now() })
      return { ok: true, ...opened, user, stage, deviceToken: token }
    })
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refused(thrown.reason)
    throw thrown
  }
}

async function tellRemembered(
  { clock, newId }: Pick<IdentityNeeds, 'clock' | 'newId'>,
  { notices }: Pick<Tables, 'notices'>,
  { user, policy }: Pick<CurrentSession, 'user' | 'policy'>,
  { ip, client }: From,
): Promise<void> {
  const id = newId()
  const now = clock.now()
  const expiresAt = now + policy.remembered_device_ttl * SECOND
  const params = { ip, client, expiresAt }
  const onceKey = `device_remembered:${id}`
  await notices.add(id, { userId: user.id, kind: 'device_remembered', onceKey, params }, now)
}
