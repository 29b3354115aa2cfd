/**
 * API: signing in, the second factor, confirming, signing out.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { methodsOf, signOut, type CurrentSession } from '#identity/browser-session.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { giveSecondFactor } from '#identity/second-factor.ts'
import { signIn } from '#identity/sign-in.ts'
import { confirm } from '#identity/step-up.ts'
import type { Language } from '#domain/user.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /session'
  | 'POST /session'
  | 'DELETE /session'
  | 'POST /session/second-factor'
  | 'POST /session/confirm'

export type SessionNeeds = {
  readonly identity: IdentityNeeds
  /** The session that a fresh token opens, as the next request will find it. */
  readonly sessionOf: (token: Secret) => Promise<CurrentSession | null>
  /** Whether no administrator was ever set up. */
  readonly setUpOpen: () => Promise<boolean>
}

/** One sentence for unknown, wrong, locked, disabled and invited. */
const refused = (): Problem =>
  new Problem('unauthenticated', 'The name and the password do not belong together.')
const wrongCode = (): Problem =>
  new Problem('unauthenticated', 'The code is not right, or was used before.')

export function sessionHandlers(needs: SessionNeeds): HandlersOf<Names> {
  const { identity } = needs
  return {
    'GET /session': async ({ signedIn }) => await sessionView(needs, signedIn),

    'POST /session': async ({ body, origin, cookies }) => {
      const entered = await signIn(
        identity,
        {
          name: body.name,
          password: new Secret(body.password),
          deviceToken: origin.deviceToken,
          sessionToken: origin.sessionToken,
        },
        origin,
      )
      if (!entered.ok) throw refused()
      cookies.setSession(entered.token)
      if (entered.deviceToken) cookies.setDevice(entered.deviceToken)
      return await viewAfter(needs, entered.token)
    },

    'DELETE /session': async ({ session, user, origin, cookies }) => {
      await signOut(identity, { session, user }, origin)
      cookies.setSession(null)
      return null
    },

    'POST /session/second-factor': async ({ body, origin, cookies, ...current }) => {
      const given = {
        kind: body.kind,
        code: new Secret(body.code),
        deviceToken: origin.deviceToken,
      }
      const entered = await giveSecondFactor(identity, current, given, origin)
      if (!entered.ok) throw wrongCode()
      cookies.setSession(entered.token)
      if (entered.deviceToken) cookies.setDevice(entered.deviceToken)
      return await viewAfter(needs, entered.token)
    },

    'POST /session/confirm': async ({ body, origin, cookies, ...current }) => {
      const given = {
        password: new Secret(body.password),
        code: body.code === undefined ? null : new Secret(body.code),
        deviceToken: origin.deviceToken,
      }
      const confirmed = await confirm(identity, current, given, origin)
      if (!confirmed.ok) throw confirmed.why === 'code_needed' ? wrongCode() : refused()
      cookies.setSession(confirmed.token)
      return await viewAfter(needs, confirmed.token)
    },
  }
}

/** What the browser will see with its new cookie. */
export async function viewAfter(
  needs: SessionNeeds,
  token: Secret,
): Promise<Answer<'GET /session'>> {
  return await sessionView(needs, await needs.sessionOf(token))
}

export async function sessionView(
  { identity, setUpOpen }: SessionNeeds,
  current: CurrentSession | null,
): Promise<Answer<'GET /session'>> {
  if (!current)
    return {
      stage: 'nobody',
      user: null,
      methods: [],
      recentUntil: null,
      setUpOpen: await setUpOpen(),
    }
  const { session, user, recentUntil } = current
  return {
    stage: session.stage,
    user: {
      id: user.id,
      name: user.name,
      displayName: user.display_name,
      email: user.email,
      role: user.role,
      language: user.language as Language,
    },
    methods: await methodsOf(identity.store.tables, current),
    recentUntil,
    setUpOpen: false,
  }
}
