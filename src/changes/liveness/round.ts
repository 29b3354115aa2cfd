/**
 * The round that asks providers and directories whether people are still there.
 *
 * Every node does it, all the time: who is due is claimed by compare-and-set, so each person is asked
 * about once. A provider that does not answer is tried with one question at a time, and nothing
 * changes for anybody; leases run out by themselves.
 */
import { Problem } from '#base/problem.ts'
import { asksAbout, leaseTerms } from '#identity/outside/identity-state.ts'
import type { Claimed } from '#store/identity-checks.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import { diagnose, reasonOf } from '#vault/diagnosis.ts'
import { OutboundError } from '#vault/outbound.ts'
import type { OAuthClient } from '#vault/client.ts'
import { askAccount } from './ask-account.ts'
import { askByToken } from './ask-token.ts'
import { askDirectory } from './ask-directory.ts'
import { LIVENESS_LIMITS } from './limits.ts'
import type { Asking, LivenessNeeds } from './needs.ts'
import { confirmByScim } from './scim-silence.ts'
import { again, giveBack, later, nothingToAsk, settle, undisturbed } from './settle.ts'
import type { Verdict } from './verdict.ts'

/** @returns one round; it ends when all who are due were asked about once. Safe on several nodes */
export function livenessRound(needs: LivenessNeeds, stopping: AbortSignal): () => Promise<void> {
  const limits = { ...LIVENESS_LIMITS, ...needs.limits }
  const asking: Asking = { ...needs, limits, checker: needs.newId(), stopping, pauses: new Map() }
  return async () => {
    const providers = await needs.store.tables.identityProviders.list()
    const rounds = await Promise.allSettled(
      providers.map(async (provider) => await ofProvider(asking, provider)),
    )
    // One that breaks must not keep the others from being asked.
    for (const round of rounds) if (round.status === 'rejected') throw round.reason
  }
}

async function ofProvider(needs: Asking, provider: IdentityProviderRow): Promise<void> {
  const slack = 2 * needs.limits.longestPauseMs
  const { identityChecks } = needs.store.tables
  await identityChecks.clockWentBack(provider.id, needs.clock.now(), leaseTerms(provider), slack)
  if (await confirmByScim(needs, provider)) return
  if ((needs.pauses.get(provider.id) ?? 0) > needs.clock.now()) return
  let failing = provider.failing_since !== null
  while (!needs.stopping.aborted) {
    const rows = await claimed(needs, provider, failing)
    if (rows === null) return
    if (rows.length === 0) continue
    const why =
      provider.kind === 'ldap'
        ? await askDirectory(needs, provider, rows)
        : await askTokens(needs, provider, rows)
    if (why !== null) return await tellFailure(needs, provider, why)
    if (failing) needs.log.info('liveness.answers_again', { provider: provider.name })
    failing = false
    await needs.store.tables.identityProviders.reached(provider.id, needs.clock.now())
  }
}

/** Those due with something that ends with them; null: nobody is due. */
async function claimed(
  needs: Asking,
  provider: IdentityProviderRow,
  failing: boolean,
): Promise<Claimed[] | null> {
  const { limits, checker, clock, store } = needs
  const batch = provider.kind === 'ldap' ? limits.directoryBatch : limits.tokenBatch
  const rows = await store.tables.identityChecks.claim(provider.id, {
    now: clock.now(),
    checker,
    forMs: limits.claimMs,
    most: failing ? 1 : batch,
  })
  if (rows.length === 0) return null
  const asked = rows.filter((row) => asksAbout(provider, row))
  const others = rows.filter((row) => !asksAbout(provider, row))
  await store.tables.identityChecks.release(idsOf(others), checker, null)
  // Nothing opens for them; whoever gets something has signed in for it.
  const idle = asked.filter(({ inUse }) => !inUse)
  await giveBack(needs, idsOf(idle), later(needs, provider))
  return asked.filter(({ inUse }) => inUse)
}

const idsOf = (rows: readonly Claimed[]): string[] => rows.map(({ id }) => id)

/** @returns why nothing was learned; null: it answered */
async function askTokens(
  needs: Asking,
  provider: IdentityProviderRow,
  rows: readonly Claimed[],
): Promise<string | null> {
  const client = await clientFor(needs, provider)
  if (typeof client === 'string') {
    await giveBack(needs, idsOf(rows), again(needs, provider))
    return client
  }
  const waiting = [...rows]
  let away: { why: string; inARow: number } | null = null
  let answered = false
  const ends = (): boolean => away !== null && away.inARow >= needs.limits.awayAfter
  const worker = async (): Promise<void> => {
    for (let row = waiting.pop(); row; row = waiting.pop()) {
      const verdict = await askAbout(needs, provider, client, row)
      if (verdict.is === 'away') {
        const inARow = verdict.forAll ? needs.limits.awayAfter : (away?.inARow ?? 0) + 1
        away = { why: verdict.why, inARow }
        pause(needs, provider, verdict.retryAfterMs)
      } else {
        answered = true
        if (!ends()) away = null
      }
      if (ends() || needs.stopping.aborted) break
    }
  }
  await Promise.all(Array.from({ length: Math.min(needs.limits.atOnce, rows.length) }, worker))
  await giveBack(needs, idsOf(waiting), again(needs, provider))
  const last = away as { why: string; inARow: number } | null
  return last !== null && (ends() || !answered) ? last.why : null
}

/** No node is told for the others; each asks once, and is told. */
function pause(
  { pauses, clock, limits }: Asking,
  { id }: IdentityProviderRow,
  retryAfterMs: number | null,
): void {
  if (retryAfterMs === null) return
  const until = clock.now() + Math.min(retryAfterMs, limits.longestPauseMs)
  pauses.set(id, Math.max(until, pauses.get(id) ?? 0))
}

async function askAbout(
  needs: Asking,
  provider: IdentityProviderRow,
  client: OAuthClient,
  row: Claimed,
): Promise<Verdict> {
  try {
    if (row.account_id !== null) {
      const verdict = await askAccount(needs, provider, row)
      if (verdict !== null) {
        await settle(needs, provider, row, verdict)
        return verdict
      }
    }
    if (row.refresh_token !== null) return await askByToken(needs, provider, client, row)
    await undisturbed(needs, async (tables) => await nothingToAsk(needs, tables, provider, row))
    return { is: 'unclear', why: 'nothing_to_ask' }
  } catch (cause) {
    // Without a database there is nothing to do for anybody.
    if (cause instanceof Problem && cause.code === 'unavailable') throw cause
    needs.log.error('liveness.failed', { identity: row.id, cause })
    await giveBack(needs, [row.id], again(needs, provider))
    return { is: 'unclear', why: 'failed' }
  }
}

/** Why there is no client to ask with, or the client. */
async function clientFor(
  needs: Asking,
  provider: IdentityProviderRow,
): Promise<OAuthClient | string> {
  const { oauthApplications } = needs.store.tables
  const application =
    provider.application_id === null ? null : await oauthApplications.find(provider.application_id)
  if (!application) return 'application_unknown'
  try {
    return await needs.clientOf(application)
  } catch (cause) {
    needs.log.warn('liveness.no_client', { provider: provider.name, cause })
    if (cause instanceof OutboundError) return reasonOf(diagnose({ failure: cause.failure }))
    if (cause instanceof Problem && cause.code === 'conflict') return 'secret_missing'
    return 'provider_down'
  }
}

async function tellFailure(
  needs: Asking,
  provider: IdentityProviderRow,
  why: string,
): Promise<void> {
  const { identityProviders } = needs.store.tables
  const first = await identityProviders.failed(provider.id, needs.clock.now(), why)
  if (first) needs.log.warn('liveness.provider_away', { provider: provider.name, why })
}
