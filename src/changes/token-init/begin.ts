/**
 * Beginning Init. Token: here in the browser, by a device code to read out, by a link for the owner.
 */
import { createHash } from 'node:crypto'
import { DAY, MINUTE, SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { mintToken } from '#identity/opaque-token.ts'
import type { MailAccountRow, TokenInitRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { authorizationUrl, newAttempt } from '#vault/authorization-code.ts'
import { deviceRequest, readDeviceCode } from '#vault/device-code.ts'
import { diagnose, reasonOf } from '#vault/diagnosis.ts'
import { change, nameOf, type Caller, type Change } from '../door.ts'
import { accountOf, type Account, type InitNeeds } from './needs.ts'
import { NO_SECRETS, sealSecrets, type InitKind, type InitSecrets } from './row.ts'

/** A person signs in within it, second factor and all. */
export const BROWSER_LIFE = 15 * MINUTE
/** An owner reads mails when they do. */
const LINK_LIFE = 7 * DAY
const DEVICE_TIMEOUT = 10 * SECOND

export type Begun =
  | {
      readonly how: 'browser'
      readonly initId: string
      readonly url: string
      /** For a cookie of that name: only the browser that has it can end what it began. */
      readonly browser: BrowserSecret
      readonly expiresAt: number
    }
  | {
      readonly how: 'device'
      readonly initId: string
      readonly userCode: string
      readonly verificationUrl: string
      readonly expiresAt: number
    }
  | {
      readonly how: 'link'
      readonly initId: string
      readonly url: Secret
      readonly expiresAt: number
      readonly email: string
    }
  | { readonly how: 'nothing'; readonly initId: null }

export type BrowserSecret = { readonly name: string; readonly secret: Secret }

/**
 * Earlier ones that did not end yet are over. An application of its own has nothing to initialise:
 * its token is asked for at once, which shows on the account.
 * @throws Problem `not_found`, `conflict`, `unavailable`; OutboundError when the provider is away
 */
export async function beginInit(
  needs: InitNeeds,
  caller: Caller,
  accountId: string,
  how: 'browser' | 'device' | 'link',
): Promise<Begun> {
  const account = await accountOf(needs, accountId)
  const said = begins(account.row, how)
  if (account.row.state === 'disabled')
    throw new Problem('conflict', 'The mail account is switched off. Switch it on first.')
  if (account.client.appOnly) {
    await change(needs, caller, said, async () => {})
    await needs.tokens.refreshNow(accountId)
    return { how: 'nothing', initId: null }
  }
  if (how === 'browser')
    return await beginHere(needs, caller, account, how, said, (tables) =>
      tables.tokenInits.endOf(accountId),
    )
  if (how === 'device') return await beginDevice(needs, caller, account, said)
  return await change(needs, caller, said, async (tables) => {
    await tables.tokenInits.endOf(accountId)
    return await insertLink(needs, tables, account.row, nameOf(caller))
  })
}

/**
 * By a person, for a mailbox of theirs: who signs in at the provider is judged as with the owner's
 * link. What others have begun goes on until one of them brings tokens.
 * @throws Problem `not_found`, `conflict`, `unavailable`; OutboundError when the provider is away
 */
export async function beginOwnInit(
  needs: InitNeeds,
  caller: Caller,
  ownerId: string,
  accountId: string,
): Promise<Extract<Begun, { how: 'browser' }>> {
  const account = await accountOf(needs, accountId)
  if (account.row.state === 'disabled' || account.client.appOnly)
    throw new Problem('conflict', 'Only an administrator can do that for this mailbox.')
  const said = { ...begins(account.row, 'own'), owner: ownerId }
  return await beginHere(needs, caller, account, 'own', said, async () => {})
}

const begins = (row: MailAccountRow, how: string): Change => ({
  action: 'mail_account.init',
  target: { kind: 'mail_account', id: row.id, name: row.identifier },
  details: { how, step: 'begun' },
})

async function beginHere(
  needs: InitNeeds,
  caller: Caller,
  account: Account,
  kind: 'browser' | 'own',
  said: Change,
  before: (tables: Pick<Tables, 'tokenInits'>) => Promise<void>,
): Promise<Extract<Begun, { how: 'browser' }>> {
  const prepared = prepareVisit(needs, account)
  const row = newRow(needs, account.row.id, kind, nameOf(caller), {
    ...prepared.row,
    session_id: caller.sessionId,
  })
  const secrets = { ...prepared.secrets, userId: caller.actor.id }
  await change(needs, caller, said, async (tables) => {
    await before(tables)
    await tables.tokenInits.insert({ ...row, secrets: sealSecrets(needs.sealer, row.id, secrets) })
  })
  const { url, browser } = prepared
  return { how: 'browser', initId: row.id, url, browser, expiresAt: row.expires_at }
}

/** Where a browser is sent, and what it needs to end what it began. */
export function prepareVisit(
  { clock, entropy, keyring, redirectUrl }: InitNeeds,
  { row, client }: Account,
): {
  url: string
  browser: BrowserSecret
  row: Pick<TokenInitRow, 'hash' | 'expires_at'>
  secrets: InitSecrets
} {
  const attempt = newAttempt(entropy)
  const browser = mintToken(entropy)
  const loginHint = row.shared === 1 && row.delegate_email ? row.delegate_email : row.email
  return {
    url: authorizationUrl(client, attempt, { redirectUrl, loginHint }),
    browser: { name: cookieOf(attempt.state), secret: browser },
    row: {
      hash: keyring.hash('token-init', attempt.state),
      expires_at: clock.now() + BROWSER_LIFE,
    },
    secrets: {
      ...NO_SECRETS,
      attempt: { verifier: attempt.verifier, nonce: attempt.nonce, browser },
    },
  }
}

/** Two that one browser runs side by side have two cookies. The name gives nothing away. */
export const cookieOf = (state: Secret): string =>
  createHash('sha256').update('cookie ').update(state.revealBytes()).digest('hex').slice(0, 16)

async function beginDevice(
  needs: InitNeeds,
  caller: Caller,
  account: Account,
  said: Change,
): Promise<Begun> {
  const { clock, entropy, keyring, outbound, sealer } = needs
  const asked = deviceRequest(account.client, needs)
  const answer = await outbound(asked, { timeoutMs: DEVICE_TIMEOUT, maxBytes: 64 * 1024 })
  const text = await answer.text()
  const code = answer.status === 200 ? readDeviceCode(text) : null
  if (!code) throw deviceRefused(answer.status, text)
  const now = clock.now()
  const row = newRow(needs, account.row.id, 'device', nameOf(caller), {
    hash: keyring.hash('token-init', mintToken(entropy)),
    expires_at: now + code.expiresInS * SECOND,
    interval_s: code.intervalS,
    next_poll_at: now + code.intervalS * SECOND,
    session_id: caller.sessionId,
  })
  const secrets = { ...NO_SECRETS, device: code, userId: caller.actor.id }
  await change(needs, caller, said, async (tables) => {
    await tables.tokenInits.endOf(account.row.id)
    await tables.tokenInits.insert({ ...row, secrets: sealSecrets(sealer, row.id, secrets) })
  })
  const { userCode, verificationUrl } = code
  return { how: 'device', initId: row.id, userCode, verificationUrl, expiresAt: row.expires_at }
}

/** The cause is a word of ours: what the provider wrote is not repeated. */
function deviceRefused(status: number, text: string): Problem {
  const said = /"error"\s*:\s*"([\w.-]{1,64})"/.exec(text)?.[1]
  const number = /AADSTS(\d{2,9})\b/.exec(text)?.[1]
  const codes = number === undefined ? [] : [Number(number)]
  const found = diagnose(status === 200 ? { failure: 'not_json' } : { status, error: said, codes })
  const reason = reasonOf(found)
  return new Problem('conflict', `The provider gives no device code: ${reason}.`, {
    fields: [{ field: 'provider', fault: 'diagnosed', suggestion: reason }],
  })
}

/**
 * A link with which the owner renews the token, inside the transaction of a change that was written
 * down. Used by Init. Token, and by notices that say that a token has ended.
 */
export async function insertLink(
  needs: Pick<InitNeeds, 'clock' | 'entropy' | 'keyring' | 'newId' | 'origin'>,
  tables: Pick<Tables, 'tokenInits'>,
  account: Pick<MailAccountRow, 'id' | 'email' | 'shared' | 'delegate_email'>,
  by: string,
): Promise<Extract<Begun, { how: 'link' }>> {
  const token = mintToken(needs.entropy)
  const row = newRow(needs, account.id, 'link', by, {
    hash: needs.keyring.hash('token-init', token),
    expires_at: needs.clock.now() + LINK_LIFE,
  })
  await tables.tokenInits.insert(row)
  return {
    how: 'link',
    initId: row.id,
    // Behind #, which browsers do not send: the token reaches no server log.
    url: new Secret(`${needs.origin}/renew#${token.reveal()}`),
    expiresAt: row.expires_at,
    email: account.shared === 1 && account.delegate_email ? account.delegate_email : account.email,
  }
}

export function newRow(
  { clock, newId }: Pick<InitNeeds, 'clock' | 'newId'>,
  accountId: string,
  kind: InitKind,
  by: string,
  rest: Pick<TokenInitRow, 'hash' | 'expires_at'> & Partial<TokenInitRow>,
): TokenInitRow {
  return {
    id: newId(),
    account_id: accountId,
    kind,
    session_id: null,
    secrets: null,
    interval_s: null,
    next_poll_at: null,
    outcome: null,
    used_at: null,
    created_at: clock.now(),
    created_by: by,
    ...rest,
  }
}
