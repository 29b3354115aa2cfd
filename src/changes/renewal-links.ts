/**
 * One-time links for owners whose permission has ended, or ends: made when it is time, mailed once.
 */
import { DAY } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import { toldNow } from '#domain/forecast.ts'
import type { MailAccountRow } from '#store/schema.ts'
import { diagnosisOf } from '#vault/diagnosis.ts'
import { change, nameOf, type Caller } from './door.ts'
import { about } from './mail-accounts.ts'
import { insertLink } from './token-init/begin.ts'
import type { InitNeeds } from './token-init/needs.ts'
import { endingSoon } from './token-forecast.ts'

/** In table meta: what owners were told of, and when. */
export const OWNER_TOLD = 'owner_told'

export type Renewal = {
  /** over: nothing works until it is renewed; ends: it is time to. */
  readonly why: 'over' | 'ends'
  readonly email: string
  readonly url: Secret
  readonly expiresAt: number
  readonly endsAt: number | null
}
type Needs = Pick<
  InitNeeds,
  'store' | 'clock' | 'newId' | 'entropy' | 'keyring' | 'origin' | 'redirectUrl'
>

/**
 * On every node: one of them claims each. A node that dies between claiming and mailing leaves the
 * notices to administrators, which do not depend on it.
 * @param send false: it was not taken, and is tried again
 */
export async function renewalLinks(
  needs: Needs,
  caller: Caller,
  send: (renewal: Renewal) => Promise<boolean>,
): Promise<void> {
  const { meta } = needs.store.tables
  for (const { account, why, endsAt, key } of await dueOwners(needs)) {
    const name = `${OWNER_TOLD}:${key}`
    if ((await meta.get(name)) !== null) continue
    if (!(await meta.addOnce(name, String(needs.clock.now())))) continue
    const said = { ...about('mail_account.init', account), details: { how: 'link', step: why } }
    const { email, url, expiresAt } = await change(needs, caller, said, async (tables) =>
      insertLink(needs, tables, account, nameOf(caller)),
    )
    if (!(await send({ why, email, url, expiresAt, endsAt }))) await meta.remove(name)
  }
}

type Due = {
  readonly account: MailAccountRow
  readonly why: Renewal['why']
  readonly endsAt: number | null
  readonly key: string
}

async function dueOwners({ store: { tables }, clock }: Needs): Promise<Due[]> {
  const now = clock.now()
  const due: Due[] = []
  for (const ending of await endingSoon(tables, now)) {
    const { what, id, endsAt, account } = ending
    if (!account) continue
    if (what === 'consent') {
      // What an administrator has to mend is not the owner's, and long ago is not news.
      const theirs = diagnosisOf(account.state_reason)?.who === 'owner'
      if (theirs && now - endsAt < DAY)
        due.push({ account, why: 'over', endsAt: null, key: `${id}:over:${endsAt}` })
      continue
    }
    const days = toldNow(ending, now)
    const key = `${id}:${days}:${Math.floor(endsAt / DAY)}`
    if (days !== null) due.push({ account, why: 'ends', endsAt, key })
  }
  return due
}
