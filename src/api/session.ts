/**
 * API: signing in, the second factor, confirming, signing out.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { Policy } from '#domain/policy.ts'
import type { FactorKind } from '#domain/second-factor.ts'
import { passkeySuffices } from '#domain/sign-in-method.ts'
import type { Language } from '#domain/user.ts'
import { kindsAsked, methodsOf, signOut, type CurrentSession } from '#identity/browser-session.ts'
import { isCodeKind, type CodeNeeds } from '#identity/factors/sent-code.ts'
import { signIn } from '#identity/sign-in.ts'
import { hasKeys } from '#identity/factors/webauthn.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { factorView } from './factor-view.ts'

type Names = 'GET /session' | 'POST /session' | 'DELETE /session'

export type SessionNeeds = {
  readonly identity: CodeNeeds
  /** The session that a fresh token opens, as the next request will find it. */
  readonly sessionOf: (token: Secret) => Promise<CurrentSession | null>
  /** Whether no administrator was ever set up. */
  readonly setUpOpen: () => Promise<boolean>
  /** Where a browser signs out at the provider too; null: nowhere. */
  readonly signOutThere: (
    current: Pick<CurrentSession, 'session' | 'user'>,
  ) => Promise<string | null>
}

/** One sentence for unknown, wrong, locked, disabled and invited. */
const refused = (): Problem =>
  new Problem('unauthenticated', 'The name and the password do not belong together.')

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
          language: body.language ?? null,
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
      return { url: await needs.signOutThere({ session, user }) }
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
      factors: [],
      kinds: [],
      factorsAgain: false,
      confirmBy: [],
      rememberFor: 0,
      recentUntil: null,
      setUpOpen: await setUpOpen(),
    }
  const { session, user, policy, recentUntil } = current
  const asked = kindsAsked(current)
  const factors = current.factors.map(factorView)
  const isAsked = ({ kind }: { kind: FactorKind }): boolean => asked.includes(kind)
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
    factors: factors.filter(isAsked).map(({ id, kind, name, destination }) => ({
      id,
      kind,
      name,
      destination,
    })),
    kinds: session.stage === 'second_factor' ? [] : await kindsOffered(identity, policy),
    factorsAgain: user.factors_again_at !== null,
    confirmBy: await confirmations(identity, current),
    rememberFor: policy.remembered_device_ttl,
    recentUntil,
    setUpOpen: false,
  }
}

/** Kinds that policy takes and this server can do. */
async function kindsOffered(identity: CodeNeeds, policy: Policy): Promise<FactorKind[]> {
  if (policy.second_factor === 'off') return []
  const sendable = await identity.codes.kinds()
  return policy.second_factor_kinds.filter((kind) => {
    if (kind === 'webauthn') return hasKeys(identity)
    return isCodeKind(kind) ? sendable.includes(kind) : true
  })
}

/** How the person can show who they are: who comes from a provider has no password here. */
async function confirmations(
  { store }: CodeNeeds,
  { user, factors, policy }: CurrentSession,
): Promise<Answer<'GET /session'>['confirmBy']> {
  const provider =
    user.source === 'local' ? null : await store.tables.identityProviders.find(user.source)
  const hasKey = factors.some(({ kind }) => kind === 'webauthn')
  return [
    provider?.kind === 'oidc' ? ('provider' as const) : ('password' as const),
    ...(hasKey && passkeySuffices(policy) ? ['passkey' as const] : []),
  ]
}
