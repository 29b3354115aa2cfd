/**
 * The owner's link: looked at, and opened. It needs no account here; what it can do is bring a token
 * for one mailbox, and only the owner of that mailbox can make it do that.
 */
import type { Secret } from '#base/secret.ts'
import { linkDead } from '#identity/one-time-link.ts'
import { tokenHashes } from '#identity/opaque-token.ts'
import { eventOf } from '#identity/audited.ts'
import { countTry, takeBackTry } from '#identity/throttled.ts'
import type { TokenInitRow } from '#store/schema.ts'
import { newRow, prepareVisit, type BrowserSecret } from './begin.ts'
import { accountOf, type Account, type InitNeeds } from './needs.ts'
import { sealSecrets } from './row.ts'

type Visitor = { readonly ip: string; readonly client: string }
type Found = { readonly row: TokenInitRow; readonly account: Account }

/** What the page of the link shows. Uses nothing up. @throws Problem `link_dead`, `busy` */
export async function inspectInitLink(
  needs: InitNeeds,
  token: Secret,
  visitor: Visitor,
): Promise<{
  email: string
  designation: string
  provider: string
  /** null: a delegate whom nobody has named. */
  signInAs: string | null
  expiresAt: number
}> {
  const { row, account } = await alive(needs, token, visitor)
  const { email, designation, identifier, shared, delegate_email: delegate } = account.row
  return {
    email,
    designation: designation || identifier,
    provider: account.client.provider.label,
    signInAs: shared === 1 ? delegate : email,
    expiresAt: row.expires_at,
  }
}

/**
 * The address at the provider to go to. The link stays good until tokens came: who signed in as
 * somebody else by mistake opens it again.
 * @throws Problem `link_dead`, `busy`
 */
export async function startInitLink(
  needs: InitNeeds,
  token: Secret,
  visitor: Visitor,
): Promise<{ url: string; browser: BrowserSecret }> {
  const { row: link, account } = await alive(needs, token, visitor)
  const { url, browser, row: prepared, secrets } = prepareVisit(needs, account)
  const row = newRow(needs, account.row.id, 'visit', link.created_by, prepared)
  await needs.store.transaction(async (tables) => {
    await tables.audit.append({
      actor: { kind: 'nobody', id: null, name: null },
      ip: visitor.ip,
      client: visitor.client,
      action: 'mail_account.init',
      target: { kind: 'mail_account', id: account.row.id, name: account.row.identifier },
      outcome: 'ok',
      reason: null,
      details: { how: 'link', step: 'opened' },
    })
    const own = sealSecrets(needs.sealer, row.id, { ...secrets, linkId: link.id })
    await tables.tokenInits.insert({ ...row, secrets: own })
  })
  return { url, browser }
}

async function alive(needs: InitNeeds, token: Secret, visitor: Visitor): Promise<Found> {
  const trier = { account: '', ip: visitor.ip, device: null }
  const counted = await countTry(needs, 'link', trier, eventOf('link.use', null, visitor, 'locked'))
  const hashes = tokenHashes(needs.keyring, 'token-init', token)
  const row = hashes.length > 0 ? await needs.store.tables.tokenInits.find(hashes) : null
  if (row?.kind !== 'link' || row.used_at !== null || row.expires_at <= needs.clock.now())
    throw linkDead()
  const account = await accountOf(needs, row.account_id)
  if (account.row.state === 'disabled' || account.client.appOnly) throw linkDead()
  // It was a good link: no guess at one.
  await takeBackTry(needs, counted)
  return { row, account }
}
