/**
 * The API over HTTP: every row of the contract becomes a route with the same five steps.
 *
 * Same origin, who is calling, input by the schema, the handler, the answer. Handlers know no HTTP.
 */
import { Hono, type Context } from 'hono'
import type { z } from 'zod'
import type { NewId } from '#base/id.ts'
import type { Log } from '#base/log.ts'
import { invalid, Problem, type Fault, type FieldFault } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { Role } from '#domain/user.ts'
import type { CurrentSession } from '#identity/browser-session.ts'
import type { SessionStage } from '#store/sessions.ts'
import type { Handlers } from './call.ts'
import { routes, ROUTE_NAMES, type RouteName } from './contract.ts'
import type { Access, Route } from './contract/route.ts'
import {
  DEVICE_COOKIE,
  deviceCookie,
  initCookie,
  PASSKEY_COOKIE,
  passkeyCookie,
  readCookie,
  SESSION_COOKIE,
  sessionCookie,
  visitCookie,
} from './cookies.ts'
import { readJsonBody } from './json-body.ts'
import { requireSameOrigin } from './same-origin.ts'
import { RETRY_AFTER, STATUS } from './status.ts'

const MAX_CLIENT = 200

export type ApiNeeds = {
  readonly handlers: Handlers
  readonly publicOrigin: string
  readonly newId: NewId
  readonly log: Log
  /** The session of a cookie with its person, if both are alive. Marks it as seen. */
  readonly sessionOf: (token: Secret) => Promise<CurrentSession | null>
}

/** `ip` comes from the listener, which knows the proxies. */
type Env = { Bindings: { ip: string }; Variables: { requestId: string } }

/** @returns a Hono app to be mounted at /api/v1 */
export function api(needs: ApiNeeds): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    c.set('requestId', needs.newId())
    await next()
    // Nothing that the API says may stay in a cache: tokens, names, passwords shown once.
    c.header('Cache-Control', 'no-store')
    c.header('X-Content-Type-Options', 'nosniff')
  })
  for (const name of ROUTE_NAMES) {
    const [method = '', path = ''] = name.split(' ')
    app.on(method, path, (c) => answer(needs, name, c))
  }
  app.notFound((c) => problem(needs, c, new Problem('not_found', 'There is no such call.')))
  app.onError((thrown, c) => problem(needs, c, thrown))
  return app
}

async function answer(needs: ApiNeeds, name: RouteName, c: Context<Env>): Promise<Response> {
  const route: Route = routes[name]
  requireSameOrigin(c.req.raw, needs.publicOrigin)
  const cookies = c.req.header('cookie') ?? null
  const token = readCookie(cookies, SESSION_COOKIE)
  const who = token ? await needs.sessionOf(token) : null
  admit(route, who)
  const origin = {
    ip: c.env.ip,
    client: clientOf(c),
    deviceToken: readCookie(cookies, DEVICE_COOKIE),
    sessionToken: token,
    passkeyToken: readCookie(cookies, PASSKEY_COOKIE),
  }
  const signedIn = who && {
    ...who,
    caller: {
      actor: { kind: 'user' as const, id: who.user.id, name: who.user.name },
      role: who.user.role,
      ip: origin.ip,
      client: origin.client,
      sessionId: who.session.id,
    },
  }
  const set: string[] = []
  const call = {
    body: route.body
      ? parse(route.body, await readJsonBody(c.req.raw, route.mostBytes))
      : undefined,
    query: route.query ? parse(route.query, c.req.query()) : undefined,
    params: c.req.param(),
    origin,
    cookies: {
      setSession: (fresh: Secret | null) => void set.push(sessionCookie(fresh)),
      setDevice: (device: Secret) => void set.push(deviceCookie(device)),
      setPasskey: (browser: Secret) => void set.push(passkeyCookie(browser)),
      setInit: (which: string, secret: Secret) => void set.push(initCookie(which, secret)),
      setVisit: (which: string, secret: Secret) => void set.push(visitCookie(which, secret)),
    },
    ...(route.access === 'anyone' ? { signedIn } : signedIn),
  }
  // The call was made from the route's own row, so it is what the route's handler takes.
  const handler = needs.handlers[name] as unknown as (made: typeof call) => Promise<unknown>
  const said = await handler(call)
  for (const cookie of set) c.header('Set-Cookie', cookie, { append: true })
  if (route.media !== undefined && typeof said === 'string')
    return c.body(said, 200, { 'Content-Type': route.media })
  return route.status === 204 ? c.body(null, 204) : c.json(said, route.status ?? 200)
}

const STAGES: Record<Access, readonly SessionStage[]> = {
  anyone: ['second_factor', 'set_up', 'full'],
  half: ['second_factor', 'set_up', 'full'],
  second_factor: ['second_factor'],
  set_up: ['set_up', 'full'],
  user: ['full'],
  auditor: ['full'],
  administrator: ['full'],
}

/** Whose role is asked for. */
const ROLES_OF: Partial<Record<Access, readonly Role[]>> = {
  auditor: ['auditor', 'administrator'],
  administrator: ['administrator'],
}

/** @throws Problem `unauthenticated`, `second_factor_required`, `forbidden`, `step_up_required` */
function admit(route: Route, who: CurrentSession | null): void {
  if (route.access === 'anyone') return
  if (!who) throw new Problem('unauthenticated', 'Sign in first.')
  if (!STAGES[route.access].includes(who.session.stage))
    throw who.session.stage === 'full'
      ? new Problem('conflict', 'You are signed in already.')
      : new Problem('second_factor_required', 'The second factor comes first.')
  const roles = ROLES_OF[route.access]
  if (roles && !roles.includes(who.user.role))
    throw new Problem('forbidden', 'Your role does not let you do that.')
  if (route.recent && who.recentUntil === null)
    throw new Problem('step_up_required', 'Confirm that it is you, then repeat the request.')
}

/** What the schema says about a value, in the words of the API. */
const FAULT_OF: Partial<Record<string, Fault>> = { too_small: 'too_small', too_big: 'too_big' }

function parse(schema: z.ZodObject, value: unknown): unknown {
  const found = schema.safeParse(value)
  if (found.success) return found.data
  const fields = found.error.issues.flatMap((issue): FieldFault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({ field, fault: 'unknown' }))
      : [{ field: issue.path.join('.'), fault: FAULT_OF[issue.code] ?? 'form' }],
  )
  const [first] = fields
  if (!first) throw invalid('', 'form', 'The request is not in the form that was asked for.')
  throw new Problem(
    'invalid',
    `Not in the form that was asked for: ${fields.map(({ field }) => field).join(', ')}.`,
    { fields },
  )
}

/** The one place where what was thrown becomes an answer. A bug says nothing to a stranger. */
function problem(needs: ApiNeeds, c: Context<Env>, thrown: unknown): Response {
  const requestId = c.get('requestId') ?? needs.newId()
  const known = thrown instanceof Problem ? thrown : null
  const code = known?.code ?? 'broken'
  const fields = { requestId, method: c.req.method, path: c.req.path, code, thrown }
  if (!known) needs.log.error('api.bug', fields)
  else if (code === 'unavailable' || code === 'broken') needs.log.error('api.problem', fields)
  else needs.log.debug('api.problem', fields)
  const after = RETRY_AFTER[code]
  if (after !== undefined) c.header('Retry-After', String(after))
  return c.json(
    {
      code,
      message: known?.message ?? 'Passerelle has made a mistake. Nothing was changed.',
      fields: known?.fields ?? [],
      requestId,
    },
    STATUS[code],
  )
}

/** A browser's own word for itself, on one line. */
const clientOf = (c: Context): string =>
  (c.req.header('user-agent') ?? '')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .slice(0, MAX_CLIENT)
