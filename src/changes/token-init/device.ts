/**
 * Device codes under way: the provider is asked by one node at a time, never before its interval.
 */
import { SECOND } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { TokenInitRow } from '#store/schema.ts'
import { afterPoll, pollParameters } from '#vault/device-code.ts'
import { diagnose, reasonOf } from '#vault/diagnosis.ts'
import { OutboundError } from '#vault/outbound.ts'
import { readTokenAnswer, tokenRequest, type TokenAnswer } from '#vault/token-endpoint.ts'
import type { OAuthClient } from '#vault/client.ts'
import { endWithTokens, refused } from './end.ts'
import { accountRows, NOWHERE, patientOf, type AccountRows, type InitNeeds } from './needs.ts'
import { openSecrets } from './row.ts'

const POLL_TIMEOUT = 15 * SECOND
const DEFAULT_INTERVAL_S = 5
const AT_ONCE = 20

/** Asks for every code whose interval is over; on every node, every few seconds. */
export async function pollDevices(needs: InitNeeds): Promise<void> {
  const due = await needs.store.tables.tokenInits.duePolls(needs.clock.now(), AT_ONCE)
  const asked = await Promise.allSettled(due.map((row) => pollDevice(needs, row)))
  for (const one of asked)
    if (one.status === 'rejected') needs.log.error('mail_account.device', { thrown: one.reason })
}

/** Asks once, if it is time and no other node does. */
export async function pollDevice(needs: InitNeeds, init: TokenInitRow): Promise<void> {
  const { tokenInits } = needs.store.tables
  const now = needs.clock.now()
  if (init.used_at !== null || init.next_poll_at === null || init.next_poll_at > now) return
  // Nothing is asked any more for a code that has ended: the page says so by the time alone.
  if (init.expires_at <= now) return await tokenInits.update(init.id, { next_poll_at: null })
  const interval = init.interval_s ?? DEFAULT_INTERVAL_S
  const busy = now + Math.max(interval * SECOND, POLL_TIMEOUT)
  if (!(await tokenInits.claimPoll(init, busy))) return
  const secrets = openSecrets(needs.sealer, init)
  if (!secrets.device) return
  const { deviceCode } = secrets.device
  const rows = await accountRows(needs, init.account_id)
  const { client, answer } = await ask(needs, rows, deviceCode)
  if (!answer.ok) {
    const next = afterPoll(answer.answer, interval)
    if (next !== 'ended') {
      const at = needs.clock.now() + next.wait * SECOND
      return await tokenInits.update(init.id, { interval_s: next.wait, next_poll_at: at })
    }
  }
  if (!(await tokenInits.take(init.id, needs.clock.now()))) return
  const by = { id: secrets.userId, name: init.created_by }
  const actor = { kind: secrets.userId === null ? 'operator' : 'user', ...by } as const
  const ending = { init, secrets, account: rows, actor, from: NOWHERE }
  const patient = patientOf(needs, rows.row, rows.application)
  try {
    if (!(await mayStill(needs, secrets.userId)))
      await refused(needs, ending, null, 'refused', 'session_over')
    else if (!answer.ok)
      await refused(needs, ending, null, 'refused', reasonOf(diagnose(answer.answer, patient)))
    else if (client) await endWithTokens(needs, { ...ending, account: { ...rows, client } }, answer)
  } catch (thrown) {
    if (!(thrown instanceof OutboundError)) throw thrown
    const found = diagnose({ failure: thrown.failure }, patient)
    await refused(needs, ending, null, 'refused', reasonOf(found))
  }
}

/** Who began it may have been disabled meanwhile; the operator (null) is always there. */
async function mayStill({ store }: InitNeeds, userId: string | null): Promise<boolean> {
  if (userId === null) return true
  const user = await store.tables.users.find(userId)
  return user?.state === 'active' && user.role === 'administrator'
}

/** No client: the provider could not be asked how it is asked. */
async function ask(
  needs: InitNeeds,
  { application }: AccountRows,
  deviceCode: Secret,
): Promise<{ client: OAuthClient | null; answer: TokenAnswer }> {
  try {
    const client = await needs.clientOf(application)
    const asked = tokenRequest(client, pollParameters(deviceCode), needs)
    const answer = await readTokenAnswer(await needs.outbound(asked, { timeoutMs: POLL_TIMEOUT }))
    return { client, answer }
  } catch (thrown) {
    if (!(thrown instanceof OutboundError)) throw thrown
    const answer: TokenAnswer = {
      ok: false,
      answer: { failure: thrown.failure },
      refreshToken: null,
    }
    return { client: null, answer }
  }
}
