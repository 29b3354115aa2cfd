/**
 * API: Init. Token, by administrators, by people for their own mailboxes, by the owner's link.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { beginInit, beginOwnInit } from '#changes/token-init/begin.ts'
import { ownAccount } from '#changes/own-mailboxes.ts'
import { inspectInitLink, startInitLink } from '#changes/token-init/link.ts'
import type { InitNeeds } from '#changes/token-init/needs.ts'
import {
  confirmDelegate,
  declineDelegate,
  initState,
  ownInitState,
  type InitState,
} from '#changes/token-init/known.ts'
import { diagnose } from '#vault/diagnosis.ts'
import { OutboundError } from '#vault/outbound.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { diagnosisView } from './oauth-applications.ts'

type Names =
  | 'POST /mail-accounts/:id/init'
  | 'GET /mail-accounts/:id/init/:initId'
  | 'POST /mail-accounts/:id/init/:initId/confirm'
  | 'POST /mail-accounts/:id/init/:initId/decline'
  | 'POST /me/mailboxes/:id/init'
  | 'GET /me/mailboxes/:id/init/:initId'
  | 'POST /token-inits/inspect'
  | 'POST /token-inits/start'

export type TokenInitNeeds = InitNeeds & {
  /** Mails the owner the link; `off`: there is no mail server. */
  readonly mailInitLink: (
    accountId: string,
    link: { readonly email: string; readonly url: Secret; readonly expiresAt: number },
  ) => Promise<'sent' | 'failed' | 'off'>
}

export function tokenInitHandlers(needs: TokenInitNeeds): HandlersOf<Names> {
  return {
    'POST /mail-accounts/:id/init': async ({ caller, params, body, cookies }) => {
      const begun = await asked(() => beginInit(needs, caller, params.id, body.how))
      switch (begun.how) {
        case 'browser': {
          const { browser, ...shown } = begun
          cookies.setInit(browser.name, browser.secret)
          return shown
        }
        case 'link': {
          const { how, initId, expiresAt } = begun
          const mailed = body.mail === true ? await needs.mailInitLink(params.id, begun) : 'off'
          // The administrator hands the link over; nobody is shown it again.
          return { how, initId, url: begun.url.reveal(), expiresAt, mailed }
        }
        case 'device':
        case 'nothing':
          return begun
      }
    },

    'GET /mail-accounts/:id/init/:initId': async ({ params }) =>
      view(await asked(() => initState(needs, params.id, params.initId))),

    'POST /mail-accounts/:id/init/:initId/confirm': async ({ caller, params }) =>
      view(await asked(() => confirmDelegate(needs, caller, params.id, params.initId))),

    'POST /mail-accounts/:id/init/:initId/decline': async ({ caller, params }) =>
      view(await declineDelegate(needs, caller, params.id, params.initId)),

    'POST /me/mailboxes/:id/init': async ({ caller, user, params, cookies }) => {
      const { row } = await ownAccount(needs.store.tables, user, params.id)
      const begun = await asked(() => beginOwnInit(needs, caller, user.id, row.id))
      cookies.setInit(begun.browser.name, begun.browser.secret)
      return { initId: begun.initId, url: begun.url, expiresAt: begun.expiresAt }
    },

    'GET /me/mailboxes/:id/init/:initId': async ({ caller, user, params }) => {
      const { row } = await ownAccount(needs.store.tables, user, params.id)
      return view(await ownInitState(needs, row.id, params.initId, caller.sessionId))
    },

    'POST /token-inits/inspect': async ({ body, origin }) =>
      await asked(() => inspectInitLink(needs, new Secret(body.token), origin)),

    'POST /token-inits/start': async ({ body, origin, cookies }) => {
      const { url, browser } = await asked(() =>
        startInitLink(needs, new Secret(body.token), origin),
      )
      cookies.setInit(browser.name, browser.secret)
      return { url }
    },
  }
}

/** A provider that cannot be asked is named by the cause, never by what it sent. */
async function asked<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (thrown) {
    if (!(thrown instanceof OutboundError)) throw thrown
    const { cause } = diagnose({ failure: thrown.failure })
    throw new Problem('conflict', `The provider cannot be asked: ${cause}.`, {
      cause: thrown,
      fields: [{ field: 'provider', fault: 'diagnosed', suggestion: cause }],
    })
  }
}

const view = (state: InitState): Answer<'GET /mail-accounts/:id/init/:initId'> => ({
  ...state,
  missingScopes: [...state.missingScopes],
  diagnosis: diagnosisView(state.diagnosis),
})
