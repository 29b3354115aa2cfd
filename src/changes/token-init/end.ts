/**
 * Ending Init. Token: tokens have come; who signed in is compared with whom they are for, and only
 * then they are stored. Otherwise nothing is, and the account's page says who it was.
 */
import { DAY } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Actor } from '#domain/audit.ts'
import type { TokenInitRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { allScopes, asksForIdentity } from '#vault/authorization-code.ts'
import { idTokenClaims, type Claims } from '#vault/id-token.ts'
import { missingScopes } from '#vault/granted-scopes.ts'
import { judgePerson, personOf, type Person } from '#vault/signed-in-person.ts'
import { userinfoClaims } from '#vault/userinfo.ts'
import type { Account, AccountRows, From, InitNeeds } from './needs.ts'
import { NO_SECRETS, sealSecrets, type Granted, type InitResult, type InitSecrets } from './row.ts'

/** An administrator may be away; the tokens stay sealed meanwhile. */
const CONFIRM_WITHIN = 7 * DAY

export type Ending<Of extends AccountRows = Account> = {
  readonly init: TokenInitRow
  readonly secrets: InitSecrets
  readonly account: Of
  readonly actor: Actor
  readonly from: From
}

/** Tokens came. @throws OutboundError when who signed in cannot be proven now */
export async function endWithTokens(
  needs: InitNeeds,
  ending: Ending,
  answer: Granted,
): Promise<InitResult> {
  const { account, init, secrets } = ending
  const claims = await claimsOf(needs, ending, answer)
  if (!claims) return await refused(needs, ending, null, 'refused', 'identity_unproven')
  const person = personOf(claims, account.client)
  const verdict = judgePerson(person, account.row, account.client.provider)
  if (verdict === 'wrong') return await refused(needs, ending, person, 'wrong_person', null)
  const missing = missingScopes(account.client, answer)
  if (missing.fatal) {
    const result = { ...plain('missing_scopes', person), missing: missing.scopes }
    return await write(needs, ending, result, async () => {})
  }
  const at = needs.clock.now()
  if (verdict === 'confirm') {
    const pending = {
      answer: { ...answer, idToken: null },
      receivedAt: at,
      as: person.as,
      subject: person.subject,
    }
    const kept = sealSecrets(needs.sealer, init.id, { ...secrets, attempt: null, pending })
    const result = { ...plain('confirm_delegate', person), missing: missing.scopes }
    return await write(needs, ending, result, async (tables) => {
      const change = { secrets: kept, expires_at: at + CONFIRM_WITHIN }
      await tables.tokenInits.update(init.id, change)
      if (secrets.linkId !== null)
        await tables.tokenInits.update(secrets.linkId, { expires_at: at + CONFIRM_WITHIN })
    })
  }
  const result = { ...plain('done', person), missing: missing.scopes }
  try {
    await write(needs, ending, result, (tables) => keep(needs, tables, ending, answer, person))
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    return await refused(needs, ending, person, 'refused', 'account_changed')
  }
  needs.tokens.changed(account.row.id)
  return result
}

/** No tokens came, or none that count. */
export async function refused(
  needs: InitNeeds,
  ending: Ending<AccountRows>,
  person: Pick<Person, 'as'> | null,
  outcome: 'refused' | 'wrong_person',
  reason: string | null,
): Promise<InitResult> {
  return await write(needs, ending, { ...plain(outcome, person), reason }, async () => {})
}

/**
 * In the transaction that writes it down; everything else under way for the account is over.
 * @throws Problem `conflict` when the account is no longer the one that the person was held against
 */
export async function keep(
  { clock, tokens }: InitNeeds,
  tables: Tables,
  { init, account, secrets }: Pick<Ending, 'init' | 'account' | 'secrets'>,
  answer: Granted,
  { as, subject }: { as: string | null; subject: string | null },
): Promise<void> {
  const now = await tables.mailAccounts.find(account.row.id)
  const same = (name: (typeof JUDGED_BY)[number]): boolean => now?.[name] === account.row[name]
  if (now?.state === 'disabled' || !JUDGED_BY.every(same))
    throw new Problem('conflict', 'The mail account was changed meanwhile. Run Init. Token anew.')
  await tokens.afterInit(tables, account.client, account.row.id, answer, {
    by: secrets.linkId === null ? init.created_by : (as ?? init.created_by),
    as: as ?? '',
    subject: subject ?? '',
    grantedScopes: answer.scopes ?? allScopes(account.client),
  })
  await tables.tokenInits.endOthers(account.row.id, init.id, clock.now())
}

const JUDGED_BY = ['application_id', 'email_key', 'shared', 'delegate_email', 'subject'] as const

const plain = (outcome: InitResult['outcome'], person: Pick<Person, 'as'> | null): InitResult => ({
  outcome,
  as: person?.as ?? null,
  missing: [],
  reason: null,
})

/** Audit first, then what it says, then the result where the pages look for it. */
async function write(
  { store, sealer }: Pick<InitNeeds, 'store' | 'sealer'>,
  { init, secrets, account, actor, from }: Ending<AccountRows>,
  result: InitResult,
  act: (tables: Tables) => Promise<void>,
): Promise<InitResult> {
  const ok = result.outcome === 'done' || result.outcome === 'confirm_delegate'
  await store.transaction(async (tables) => {
    await tables.audit.append({
      actor,
      ...from,
      action: 'mail_account.init',
      target: { kind: 'mail_account', id: account.row.id, name: account.row.identifier },
      outcome: ok ? 'ok' : 'refused',
      reason: ok ? null : (result.reason ?? result.outcome),
      details: {
        how: init.kind === 'visit' ? 'link' : init.kind,
        step: result.outcome,
        as: result.as,
        ...(result.missing.length > 0 ? { missing: result.missing.join(' ') } : {}),
      },
    })
    const said = { outcome: JSON.stringify(result) }
    // Verifier, nonce and device code have done their work.
    const bare = sealSecrets(sealer, init.id, { ...NO_SECRETS, linkId: secrets.linkId })
    await tables.tokenInits.update(init.id, { ...said, secrets: bare })
    if (secrets.linkId !== null) await tables.tokenInits.update(secrets.linkId, said)
    await act(tables)
  })
  return result
}

/** From the id_token; from userinfo where that names nobody. null: nothing that holds. */
async function claimsOf(
  needs: InitNeeds,
  { account: { client, row }, secrets }: Ending,
  answer: Granted,
): Promise<Claims | null> {
  const nonce = asksForIdentity(client) ? (secrets.attempt?.nonce ?? null) : null
  const whyNot = (cause: unknown): void =>
    needs.log.warn('mail_account.id_token', { account: row.identifier, cause })
  const proven = answer.idToken
    ? await idTokenClaims(needs, client, answer.idToken, nonce, whyNot)
    : {}
  if (!proven || personOf(proven, client).keys.length > 0) return proven
  if (client.endpoints.userinfo === null) return proven
  const more = await userinfoClaims(needs.outbound, client.endpoints.userinfo, answer.accessToken)
  if (!more) return proven
  // OpenID Connect Core §5.3.2: userinfo of somebody else is nobody's.
  if (answer.idToken && more['sub'] !== proven['sub']) return null
  return { iss: client.endpoints.issuer, ...more, ...proven }
}
