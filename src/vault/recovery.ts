/**
 * The first work of a process that starts: what an earlier one of this node left in the middle.
 */
import { setTimeout } from 'node:timers/promises'
import { storeAnswer } from './keep-answer.ts'
import type { Why } from './refresh-attempt.ts'
import type { RefreshContext } from './refresh-needs.ts'
import { Slots } from './slots.ts'

/** If this process is killed as well, few answers can be lost a second time. */
const AT_ONCE = 4

type Recovering = {
  readonly isStopping: () => boolean
  readonly refresh: (accountId: string, how: Why) => Promise<unknown>
}

/** Answers from the disk first; then leases whose request may have been answered. */
export async function recover(ctx: RefreshContext, work: Recovering): Promise<void> {
  const { spool, store, name, log } = ctx
  for (const { name: file, kept } of await spool.list()) {
    const done = await untilDone(ctx, work, async () => await storeAnswer(ctx, kept, null))
    if (done === null) return
    log.info('refresh.from_spool', { accountId: kept.lease.accountId, done })
    await spool.remove(file)
  }
  const left = await untilDone(
    ctx,
    work,
    async () => await store.tables.tokenGrants.leasesOf(name.node, name.owner),
  )
  const few = new Slots(AT_ONCE)
  await Promise.all(
    (left ?? []).map(async ({ id, identifier, lease_owner }) => {
      const how: Why = { why: 'recovery', dead: lease_owner ?? '' }
      await few
        .use(true, async () => await work.refresh(id, how))
        .catch((cause: unknown) =>
          log.warn('refresh.not_recovered', { account: identifier, cause }),
        )
    }),
  )
}

/** null: the process is stopping. */
async function untilDone<T>(
  ctx: RefreshContext,
  { isStopping }: Recovering,
  act: () => Promise<T>,
): Promise<T | null> {
  while (!isStopping()) {
    try {
      return await act()
    } catch (cause) {
      ctx.log.warn('refresh.recovery_waits', { cause })
      await setTimeout(ctx.limits.storeRetryMs)
    }
  }
  return null
}
