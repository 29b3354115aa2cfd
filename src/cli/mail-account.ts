/**
 * Commands for mail accounts: list, refresh, and Init. Token with a device code in the terminal.
 */
import { setTimeout } from 'node:timers/promises'
import { change } from '#changes/door.ts'
import { about } from '#changes/mail-accounts.ts'
import { beginInit } from '#changes/token-init/begin.ts'
import { confirmDelegate, initState, type InitState } from '#changes/token-init/known.ts'
import { causeWords } from '#domain/cause-words.ts'
import { ACCOUNT_STATES, type AccountState } from '#domain/mail-account.ts'
import { identifierKey } from '#domain/identifier.ts'
import { openOAuth, type OAuth } from '#oauth.ts'
import type { MailAccountRow } from '#store/schema.ts'
import { cannot, type Call, type Command } from './command.ts'
import { withHost, type Host } from './host.ts'
import { table, timeText } from './table.ts'

const LOOK_EVERY_MS = 1000

/** By identifier or id. @throws Problem when there is none */
async function account(host: Host, typed: string): Promise<MailAccountRow> {
  const { mailAccounts } = host.store.tables
  const row =
    (await mailAccounts.find(typed)) ?? (await mailAccounts.findByKey(identifierKey(typed)))
  if (!row)
    throw cannot(
      `There is no mail account "${typed}". All identifiers: passerelle mail-account list`,
    )
  return row
}

const list: Command = {
  words: 'mail-account list',
  takes: [],
  options: { state: { value: 'STATE', about: `${ACCOUNT_STATES.join(', ')}.` } },
  about: 'Lists mail accounts with their state, its reason, and when their tokens end.',
  run: async (call) => {
    const state = call.choice('state', ACCOUNT_STATES)
    await withHost(async ({ store }) => await listed(call, store.tables, state))
  },
}

async function listed(
  call: Call,
  { mailAccounts, oauthApplications }: Host['store']['tables'],
  state: AccountState | undefined,
): Promise<void> {
  const all = await mailAccounts.list()
  const rows = all.filter((row) => state === undefined || row.state === state)
  const applications = new Map((await oauthApplications.list()).map((one) => [one.id, one]))
  const shown = rows.map((row) => ({
    id: row.id,
    identifier: row.identifier,
    email: row.email,
    application: applications.get(row.application_id)?.identifier ?? '',
    state: row.state,
    reason: row.state_reason,
    lastRefreshAt: row.last_refresh_at,
    nextRefreshAt: row.next_refresh_at,
    refreshTokenExpiresAt: row.refresh_expires_at,
  }))
  const head = [
    'IDENTIFIER',
    'E-MAIL',
    'APPLICATION',
    'STATE',
    'REASON',
    'LAST REFRESH',
    'TOKEN ENDS',
  ]
  const lines = shown.map((row) => [
    row.identifier,
    row.email,
    row.application,
    row.state,
    row.reason,
    timeText(row.lastRefreshAt),
    timeText(row.refreshTokenExpiresAt),
  ])
  call.answer(table(head, lines), shown)
}

/** With the tokens open, beside the server that may run. */
async function withTokens(
  call: Call,
  act: (host: Host, oauth: OAuth, row: MailAccountRow) => Promise<void>,
): Promise<void> {
  await withHost(async (host) => {
    const row = await account(host, call.operand(0, 'ACCOUNT'))
    await using oauth = await openOAuth(host, 'tool')
    await act(host, oauth, row)
  })
}

const refresh: Command = {
  words: 'mail-account refresh',
  takes: ['ACCOUNT'],
  options: {},
  about: 'Asks the provider for fresh tokens now, and says what it answered.',
  run: async (call) => {
    await withTokens(call, async (host, oauth, row) => {
      await change(host, host.caller, about('mail_account.refresh', row), async () => {})
      const outcome = await oauth.tokens.refreshNow(row.id)
      if (outcome.kind !== 'refreshed')
        throw cannot(`The tokens of ${row.identifier} were not refreshed: ${outcome.reason}`)
      call.answer(`The tokens of ${row.identifier} are fresh.`, { id: row.id, ...outcome })
    })
  },
}

const init: Command = {
  words: 'mail-account init',
  takes: ['ACCOUNT'],
  options: {
    link: { about: 'Makes a one-time link for the owner, and does not wait.' },
    confirm: { about: 'Takes whoever signs in for a shared mailbox without a named delegate.' },
  },
  about:
    'Init. Token: shows a code that the owner of the mailbox types at the provider, and waits until that is done.',
  run: async (call) => {
    await withTokens(call, async (host, oauth, row) => {
      const how = call.flag('link') ? 'link' : 'device'
      const begun = await beginInit(oauth, host.caller, row.id, how)
      if (begun.how === 'nothing')
        return call.answer('The application has tokens of its own: nothing to initialise.', {
          outcome: 'nothing',
        })
      if (begun.how === 'link') {
        const url = begun.url.reveal()
        const until = timeText(begun.expiresAt)
        return call.answer(`For ${begun.email}, once, until ${until}:\n${url}`, { ...begun, url })
      }
      if (begun.how === 'browser') return
      // Beside the answer, which comes when it is done.
      process.stderr.write(
        `Open ${begun.verificationUrl} and type ${begun.userCode}\nSign in as ${row.email}, until ${timeText(begun.expiresAt)}.\n`,
      )
      const ended = await untilEnded(oauth, row.id, begun.initId)
      await concluded(call, host, oauth, row, ended)
    })
  },
}

async function untilEnded(oauth: OAuth, accountId: string, initId: string): Promise<InitState> {
  for (;;) {
    const state = await initState(oauth, accountId, initId)
    if (state.outcome !== 'pending') return state
    await setTimeout(LOOK_EVERY_MS)
  }
}

async function concluded(
  call: Call,
  host: Host,
  oauth: OAuth,
  row: MailAccountRow,
  ended: InitState,
): Promise<void> {
  const { initId, signedInAs, expected, missingScopes, diagnosis } = ended
  const done = (state: InitState): void =>
    call.answer(
      [
        `${row.identifier} has its tokens; ${signedInAs ?? 'somebody'} signed in.`,
        ...(missingScopes.length > 0 ? [`Not granted: ${missingScopes.join(' ')}`] : []),
      ].join('\n'),
      { initId, outcome: state.outcome, signedInAs, missingScopes },
    )
  switch (ended.outcome) {
    case 'done':
      return done(ended)
    case 'confirm_delegate':
      if (call.flag('confirm'))
        return done(await confirmDelegate(oauth, host.caller, row.id, initId))
      throw cannot(
        `${signedInAs ?? 'Somebody'} signed in for ${row.email}. Confirm it on the page of the account, or run this again with --confirm.`,
      )
    case 'wrong_person':
      throw cannot(`${signedInAs ?? 'Somebody'} signed in, not ${expected}. Nothing was stored.`)
    case 'missing_scopes':
      throw cannot(`Not granted: ${missingScopes.join(' ')}. Nothing was stored.`)
    case 'expired':
      throw cannot('The code has ended. Run this again.')
    case 'refused':
    case 'pending': {
      const code = diagnosis?.code ?? null
      const why = diagnosis ? causeWords(diagnosis.cause, 'en') : 'The provider refused.'
      throw cannot(`${why}${code === null ? '' : ` (${code})`} Nothing was stored.`)
    }
  }
}

export const mailAccountCommands: readonly Command[] = [list, refresh, init]
