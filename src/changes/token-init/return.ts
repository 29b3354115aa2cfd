/**
 * The way back from the provider: `GET /oauth/callback`. Whatever comes is judged; nothing that the
 * provider wrote is shown.
 */
import type { Actor } from '#domain/audit.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { tokenHashes } from '#identity/opaque-token.ts'
import type { TokenInitRow } from '#store/schema.ts'
import { callbackParameters, codeParameters, readReturn } from '#vault/authorization-code.ts'
import { diagnose, reasonOf, type Answer, type Diagnosis } from '#vault/diagnosis.ts'
import { OutboundError } from '#vault/outbound.ts'
import { readTokenAnswer, tokenRequest } from '#vault/token-endpoint.ts'
import { ownAccounts } from '../own-mailboxes.ts'
import { cookieOf } from './begin.ts'
import { endWithTokens, refused } from './end.ts'
import { accountRows, patientOf, type From, type InitNeeds } from './needs.ts'
import { openSecrets, type InitResult, type InitSecrets } from './row.ts'

/** To register at the provider, behind the public origin. */
export const CALLBACK_PATH = '/oauth/callback'
const EXCHANGE_TIMEOUT = 15_000

/** Where the browser goes next: a page of ours, whatever was sent. */
export type Back = {
  readonly path: string
  /** The cookie whose work is done. */
  readonly cookie: string | null
}

/** Words of the owner's page; nothing else stands behind its #. */
const OWNERS_WORD: Record<InitResult['outcome'], string> = {
  done: 'done',
  confirm_delegate: 'confirm',
  wrong_person: 'wrong_person',
  missing_scopes: 'missing_scopes',
  refused: 'failed',
}
const NOWHERE_BACK: Back = { path: '/renew#failed', cookie: null }

/**
 * @param query what the provider put into the address
 * @param browserSecret the value of the cookie of that name, if this browser has it
 */
export async function endInBrowser(
  needs: InitNeeds,
  query: URLSearchParams,
  browserSecret: (name: string) => Secret | null,
  from: From,
): Promise<Back> {
  const said = callbackParameters(query)
  const state = new Secret(said?.get('state') ?? '')
  const hashes = tokenHashes(needs.keyring, 'token-init', state)
  const row = hashes.length > 0 ? await needs.store.tables.tokenInits.find(hashes) : null
  if (!said || !row) return NOWHERE_BACK
  const secrets = openSecrets(needs.sealer, row)
  const cookie = cookieOf(state)
  const shown = browserSecret(cookie)
  // Whoever was sent here with the state of another browser is not told whose it is, and uses
  // nothing up.
  if (!shown || !secrets.attempt?.browser.equals(shown)) return NOWHERE_BACK
  if (!(await needs.store.tables.tokenInits.take(row.id, needs.clock.now())))
    return { path: pathOf(row, null), cookie }
  const result = await endTaken(needs, row, secrets, said, from)
  return { path: pathOf(row, result), cookie }
}

/** The state is used up: whatever happens now ends this attempt. */
async function endTaken(
  needs: InitNeeds,
  init: TokenInitRow,
  secrets: InitSecrets,
  said: ReadonlyMap<string, string>,
  from: From,
): Promise<InitResult> {
  const rows = await accountRows(needs, init.account_id)
  const actor = await whoEnds(needs, init, secrets)
  const ending = { init, secrets, account: rows, actor: actor ?? NOBODY, from }
  if (!actor) return await refused(needs, ending, null, 'refused', 'session_over')
  const patient = patientOf(needs, rows.row, rows.application)
  const no = async (answer: Answer): Promise<InitResult> =>
    await refused(needs, ending, null, 'refused', reasonOf(ofCode(diagnose(answer, patient))))
  try {
    const client = await needs.clientOf(rows.application)
    const returned = readReturn(said, client)
    if (!returned.ok && returned.reason === 'issuer')
      return await refused(needs, ending, null, 'refused', 'other_issuer')
    if (!returned.ok) return await no(returned.answer)
    const { verifier } = secrets.attempt ?? { verifier: new Secret('') }
    const { redirectUrl, outbound } = needs
    const asked = tokenRequest(
      client,
      codeParameters(returned.code, verifier, redirectUrl, client),
      needs,
    )
    const answer = await readTokenAnswer(await outbound(asked, { timeoutMs: EXCHANGE_TIMEOUT }))
    if (!answer.ok) return await no(answer.answer)
    return await endWithTokens(needs, { ...ending, account: { ...rows, client } }, answer)
  } catch (thrown) {
    needs.log.warn('mail_account.init', { account: rows.row.identifier, cause: thrown })
    if (thrown instanceof OutboundError) return await no({ failure: thrown.failure })
    // Discovery gave nothing that fits, or the application lost its secret meanwhile.
    if (thrown instanceof Problem)
      return await refused(needs, ending, null, 'refused', 'answer_strange')
    throw thrown
  }
}

/** The grant that is over is the code: no token of the account was asked about. */
const ofCode = (found: Diagnosis): Diagnosis =>
  found.cause === 'grant_over' || found.cause === 'token_expired'
    ? { ...found, cause: 'code_spent' }
    : found

const NOBODY: Actor = { kind: 'nobody', id: null, name: null }

/**
 * Who began it here, if that session still is one and they still may; whoever holds the owner's link.
 * Somebody who was signed out, disabled or made a user meanwhile, or whose mailbox it no longer is,
 * ends nothing.
 */
async function whoEnds(
  { store: { tables }, clock }: Pick<InitNeeds, 'store' | 'clock'>,
  init: TokenInitRow,
  { userId }: InitSecrets,
): Promise<Actor | null> {
  if (init.kind === 'visit') return NOBODY
  const user = userId === null ? null : await tables.users.find(userId)
  if (!user || user.state !== 'active') return null
  const may =
    init.kind === 'own'
      ? (await ownAccounts(tables, user)).some(({ row }) => row.id === init.account_id)
      : user.role === 'administrator'
  if (!may) return null
  const sessions = await tables.sessions.listOf(user.id, clock.now())
  const alive = sessions.some(({ id, stage }) => id === init.session_id && stage === 'full')
  return alive ? { kind: 'user', id: user.id, name: user.name } : null
}

function pathOf(init: TokenInitRow, result: InitResult | null): string {
  if (init.kind === 'browser')
    return `/administration/mail-accounts/${init.account_id}?init=${init.id}`
  if (init.kind === 'own') return `/profile?mailbox=${init.account_id}&init=${init.id}`
  return `/renew#${result ? OWNERS_WORD[result.outcome] : 'failed'}`
}
