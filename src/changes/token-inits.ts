/**
 * Init. Token as the account's page follows it: how far it is, and the confirmation of a delegate.
 */
import { SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { TokenInitRow } from '#store/schema.ts'
import { diagnosisOf, type Diagnosis } from '#vault/diagnosis.ts'
import { change, type Caller } from './door.ts'
import { pollDevice } from './token-init-device.ts'
import { keep } from './token-init-end.ts'
import {
  accountOf,
  accountRows,
  patientOf,
  type AccountRows,
  type InitNeeds,
} from './token-init-needs.ts'
import {
  NO_SECRETS,
  openSecrets,
  resultOf,
  sealSecrets,
  type Granted,
  type InitOutcome,
  type Pending,
} from './token-init-row.ts'

export type InitState = {
  readonly initId: string
  readonly outcome: InitOutcome | 'pending' | 'expired'
  readonly signedInAs: string | null
  readonly expected: string
  readonly missingScopes: readonly string[]
  readonly diagnosis: Diagnosis | null
  readonly expiresAt: number
}

/** @throws Problem `not_found` */
export async function initState(
  needs: InitNeeds,
  accountId: string,
  initId: string,
): Promise<InitState> {
  const before = await existing(needs, accountId, initId)
  if (before.kind === 'device') await pollDevice(needs, before)
  const row = await existing(needs, accountId, initId)
  return stateOf(needs, row, await accountRows(needs, accountId))
}

function stateOf(needs: InitNeeds, row: TokenInitRow, account: AccountRows): InitState {
  const result = resultOf(row)
  const { email, shared, delegate_email: delegate } = account.row
  const waits = result === null || result.outcome === 'confirm_delegate'
  const over = waits && row.expires_at <= needs.clock.now()
  return {
    initId: row.id,
    outcome: over ? 'expired' : (result?.outcome ?? 'pending'),
    signedInAs: result?.as ?? null,
    expected: shared === 1 && delegate !== null ? delegate : email,
    missingScopes: result?.missing ?? [],
    diagnosis: diagnosisOf(
      result?.reason ?? null,
      patientOf(needs, account.row, account.application),
    ),
    expiresAt: row.expires_at,
  }
}

/**
 * An administrator says that it was the right person. Only now the tokens are stored.
 * @throws Problem `not_found`, `conflict` when there is nothing to confirm (any more)
 */
export async function confirmDelegate(
  needs: InitNeeds,
  caller: Caller,
  accountId: string,
  initId: string,
): Promise<InitState> {
  const account = await accountOf(needs, accountId)
  const shown = await existing(needs, accountId, initId)
  const wanted = {
    action: 'mail_account.init',
    target: { kind: 'mail_account', id: accountId, name: account.row.identifier },
    details: { how: shown.kind, step: 'confirmed', as: resultOf(shown)?.as ?? null },
  } as const
  await change(needs, caller, wanted, async (tables) => {
    // Read anew: the first statement of a change puts all changes in one order.
    const row = (await tables.tokenInits.findById(initId)) ?? shown
    const holder = await holderOf(tables, row)
    const secrets = holder && openSecrets(needs.sealer, holder)
    const result = resultOf(row)
    if (!holder || !secrets?.pending || result?.outcome !== 'confirm_delegate')
      throw new Problem('conflict', 'There is nothing to confirm (any more). Run Init. Token anew.')
    if (holder.expires_at <= needs.clock.now())
      throw new Problem('conflict', 'It took too long. Run Init. Token anew.')
    const { pending } = secrets
    const answer = asOfNow(pending, needs.clock.now())
    await keep(needs, tables, { init: holder, account, secrets }, answer, pending)
    const done = JSON.stringify({ ...result, outcome: 'done' })
    const bare = sealSecrets(needs.sealer, holder.id, { ...NO_SECRETS, linkId: secrets.linkId })
    await tables.tokenInits.update(holder.id, { outcome: done, secrets: bare })
    await tables.tokenInits.update(row.id, { outcome: done })
  })
  needs.tokens.changed(accountId)
  return stateOf(needs, await existing(needs, accountId, initId), account)
}

/** The tokens are with the visit, the page follows the link. */
async function holderOf(
  tables: { tokenInits: InitNeeds['store']['tables']['tokenInits'] },
  row: TokenInitRow,
): Promise<TokenInitRow | null> {
  if (row.kind !== 'link') return row
  return await tables.tokenInits.pendingVisit(row.account_id)
}

/** An access token that has been waiting is that much nearer to its end. */
const asOfNow = ({ answer, receivedAt }: Pending, now: number): Granted => ({
  ...answer,
  expiresInS: Math.max(1, answer.expiresInS - Math.ceil((now - receivedAt) / SECOND)),
})

async function existing(
  { store }: Pick<InitNeeds, 'store'>,
  accountId: string,
  initId: string,
): Promise<TokenInitRow> {
  const row = await store.tables.tokenInits.findById(initId)
  if (!row || row.account_id !== accountId)
    throw new Problem('not_found', 'There is no such Init. Token.')
  return row
}
