/**
 * One call of the API, as a handler sees it: checked input, who is calling, and what it may set.
 */
import type { Secret } from '#base/secret.ts'
import type { Caller } from '#changes/door.ts'
import type { CurrentSession } from '#identity/browser-session.ts'
import type { Answer, Body, PathParams, Query, RouteName, Routes } from './contract.ts'

/** Where a request comes from, with proxies taken off. */
export type Origin = {
  readonly ip: string
  readonly client: string
  readonly deviceToken: Secret | null
  readonly sessionToken: Secret | null
  /** Of the browser that was asked for a passkey. */
  readonly passkeyToken: Secret | null
}

/** What every handler gets. `session` and `user` are there where the route's access asks for them. */
export type Call<Name extends RouteName> = {
  readonly body: Body<Name>
  readonly query: Query<Name>
  readonly params: { readonly [param in PathParams<Name>]: string }
  readonly origin: Origin
  readonly cookies: Cookies
} & Signed<Routes[Name]['access']>

type SignedIn = CurrentSession & { readonly caller: Caller }
type Signed<Access> = Access extends 'anyone' ? { readonly signedIn: SignedIn | null } : SignedIn

/** What a sign-in gives the browser. `null` takes the cookie away. */
export type Cookies = {
  setSession(token: Secret | null): void
  setDevice(token: Secret): void
  setPasskey(token: Secret): void
  /** Shows later that the browser which ends an Init. Token is the one that began it. */
  setInit(which: string, token: Secret): void
  /** The same for a visit to an identity provider. */
  setVisit(which: string, token: Secret): void
}

export type Handler<Name extends RouteName> = (call: Call<Name>) => Promise<Answer<Name>>

/** A handler for every route, or it does not compile. */
export type Handlers = { readonly [Name in RouteName]: Handler<Name> }
export type HandlersOf<Names extends RouteName> = Pick<Handlers, Names>
