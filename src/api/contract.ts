/**
 * The REST API, written once: the server, openapi.json and the types of the web client come from
 * this table. Nobody writes a path twice.
 */
import type { z } from 'zod'
import { bulkRoutes } from './contract/bulk.ts'
import { gatewayRoutes } from './contract/gateways.ts'
import { identityProviderRoutes } from './contract/identity-providers.ts'
import { meRoutes } from './contract/me.ts'
import { oauthRoutes } from './contract/oauth.ts'
import { ownDataRoutes } from './contract/own-data.ts'
import { platformRoutes } from './contract/platform.ts'
import { policyRoutes } from './contract/policy.ts'
import { providerSignInRoutes } from './contract/provider-sign-in.ts'
import { sessionRoutes } from './contract/session.ts'
import { smsGatewayRoutes } from './contract/sms-gateway.ts'
import { userRoutes } from './contract/users.ts'
import type { ProblemView } from './views.ts'

export const routes = {
  ...sessionRoutes,
  ...providerSignInRoutes,
  ...meRoutes,
  ...ownDataRoutes,
  ...bulkRoutes, // before /users/:id, which `bulk` is no id of
  ...userRoutes,
  ...oauthRoutes,
  ...gatewayRoutes,
  ...identityProviderRoutes,
  ...smsGatewayRoutes,
  ...policyRoutes,
  ...platformRoutes,
}

export type Routes = typeof routes
export type RouteName = keyof Routes
export const ROUTE_NAMES = Object.keys(routes) as RouteName[]

/** The names after a colon in a path. */
export type PathParams<Name extends string> = Name extends `${string}:${infer Param}/${infer Rest}`
  ? Param | PathParams<`/${Rest}`>
  : Name extends `${string}:${infer Param}`
    ? Param
    : never
export type Answer<Name extends RouteName> = z.infer<Routes[Name]['answer']>
export type Body<Name extends RouteName> = Routes[Name] extends { body: infer B extends z.ZodType }
  ? z.infer<B>
  : undefined
export type Query<Name extends RouteName> = Routes[Name] extends {
  query: infer Q extends z.ZodType
}
  ? z.infer<Q>
  : undefined
/** What a client may leave out because it has a default. */
export type QueryIn<Name extends RouteName> = Routes[Name] extends {
  query: infer Q extends z.ZodType
}
  ? z.input<Q>
  : undefined
export type BodyIn<Name extends RouteName> = Routes[Name] extends {
  body: infer B extends z.ZodType
}
  ? z.input<B>
  : undefined
/** Every answer that is no success. */
export type ProblemAnswer = z.infer<typeof ProblemView>
