/**
 * Init. Token as the account's page follows it: how far it is, and what an
 * administrator says of a delegate.
 */
import { SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { TokenInitRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { diagnosisOf, type Diagnosis } from '#vault/diagnosis.ts'
import { change, type Caller } from '../door.ts'
import { pollDevice } from './device.ts'
import { keep } from './end.ts'
import { accountOf, accountRows, patientOf, type AccountRows, type InitNeeds } from './needs.ts'
import {
  NO_SECRETS,
  openSecrets,
  resultOf,
  sealSecrets,
  type Granted,
  type InitOutcome,
  type InitResult,
  type Pending,
} from './row.ts'

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

/** Of what a person began for a mailbox of theirs, in that browser session. @throws as `initState` */
export async function ownInitState(
  needs: InitNeeds,
  accountId: string,
  initId: string,
  sessionId: string | null,
): Promise<InitState> {
  const row = await existing(needs, accountId, initId)
  if (row.kind !== 'own' || row.session_id !== sessionId)
    throw new Problem('not_found', 'There is no such Init. Token.')
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
  await change(needs, caller, answered(account, shown, 'confirmed'), async (tables) => {
    const { row, holder, result } = await waiting(needs, tables, shown)
    const secrets = openSecrets(needs.sealer, holder)
    const { pending } = secrets
    if (!pending) throw nothingWaits()
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

/**
 * An administrator says that it was somebody else: the tokens are thrown away, and an owner's link
 * opens nothing any more.
 * @throws Problem `not_found`, `conflict` when there is nothing to decline (any more)
 */
export async function declineDelegate(
  needs: InitNeeds,
  caller: Caller,
  accountId: string,
  initId: string,
): Promise<InitState> {
  const account = await accountRows(needs, accountId)
  const shown = await existing(needs, accountId, initId)
  await change(needs, caller, answered(account, shown, 'declined'), async (tables) => {
    const { row, holder, result } = await waiting(needs, tables, shown)
    const wrong = JSON.stringify({ ...result, outcome: 'wrong_person' })
    await tables.tokenInits.update(holder.id, { outcome: wrong, secrets: null })
    const used = { outcome: wrong, used_at: row.used_at ?? needs.clock.now() }
    await tables.tokenInits.update(row.id, used)
  })
  return stateOf(needs, await existing(needs, accountId, initId), account)
}

const answered = ({ row }: AccountRows, shown: TokenInitRow, step: 'confirmed' | 'declined') =>
  ({
    action: 'mail_account.init',
    target: { kind: 'mail_account', id: row.id, name: row.identifier },
    details: { how: shown.kind, step, as: resultOf(shown)?.as ?? null },
  }) as const

const nothingWaits = (): Problem =>
  new Problem('conflict', 'There is nothing to confirm (any more). Run Init. Token anew.')

/** Read anew: the first statement of a change puts all changes in one order. */
async function waiting(
  { clock }: Pick<InitNeeds, 'clock'>,
  tables: Pick<Tables, 'tokenInits'>,
  shown: TokenInitRow,
): Promise<{ row: TokenInitRow; holder: TokenInitRow; result: InitResult }> {
  const row = (await tables.tokenInits.findById(shown.id)) ?? shown
  const holder = await holderOf(tables, row)
  const result = resultOf(row)
  if (!holder || result?.outcome !== 'confirm_delegate') throw nothingWaits()
  if (holder.expires_at <= clock.now())
    throw new Problem('conflict', 'It took too long. Run Init. Token anew.')
  return { row, holder, result }
}

/** The tokens are with the visit, the page follows the link. */
async function holderOf(
  tables: Pick<Tables, 'tokenInits'>,
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
