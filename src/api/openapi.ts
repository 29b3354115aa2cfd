/**
 * OpenAPI 3.1, printed from the contract.
 */
import { z } from 'zod'
import { PROBLEMS, type ProblemCode } from '#base/problem.ts'
import { routes, ROUTE_NAMES } from './contract.ts'
import type { Access, Route } from './contract/route.ts'
import { STATUS } from './status.ts'
import { ProblemView } from './views.ts'

type Json = Record<string, unknown>

/** Problems that a route can answer because of who may call it and what it takes. */
export function problemsOf(name: string, route: Route): ProblemCode[] {
  const found = new Set<ProblemCode>(route.problems)
  if (!name.startsWith('GET ')) found.add('cross_origin')
  if (route.access !== 'anyone') found.add('unauthenticated').add('second_factor_required')
  if (route.access === 'auditor' || route.access === 'administrator') found.add('forbidden')
  if (route.recent) found.add('step_up_required')
  if (route.body) found.add('invalid').add('too_large')
  if (route.query) found.add('invalid')
  return [...found.add('unavailable')]
}

export const WHO: Record<Access, string> = {
  anyone: 'Anyone.',
  half: 'Whoever has begun to sign in.',
  second_factor: 'Whoever has given the password and not yet the second factor.',
  set_up: 'Whoever is signed in, or has to set up a second factor first.',
  user: 'Whoever is signed in.',
  auditor: 'Auditors and administrators.',
  administrator: 'Administrators.',
}

/** @param origin the public origin, for `servers` */
export function openapi(origin: string, version: string): Json {
  const paths: Record<string, Json> = {}
  for (const name of ROUTE_NAMES) {
    const [method = '', path = ''] = name.split(' ')
    const entry = (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    entry[method.toLowerCase()] = operation(name, path, routes[name])
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Passerelle',
      version,
      description:
        'Every page uses this API and nothing else. Sign in with POST /session; the cookie that it sets signs the next calls. Calls that change something need the header Origin with the public URL. Application passwords are not accepted here.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${origin}/api/v1` }],
    paths,
    components: {
      schemas: { Problem: schema(ProblemView) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: '__Host-passerelle' },
      },
    },
  }
}

function operation(name: string, path: string, route: Route): Json {
  const status = String(route.status ?? 200)
  const params = [...path.matchAll(/:(\w+)/g)].map(([, param]) => ({
    name: param,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return {
    operationId: operationId(name),
    summary: route.about,
    description:
      WHO[route.access] + (route.recent ? ' Needs a sign-in in the last 10 minutes.' : ''),
    ...(route.access === 'anyone' ? { security: [] } : { security: [{ session: [] }] }),
    parameters: [...params, ...queryParameters(route)],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schema(route.body) } },
          },
        }
      : {}),
    responses: {
      [status]:
        status === '204'
          ? { description: 'Done.' }
          : {
              description: 'The answer.',
              content: { [route.media ?? 'application/json']: { schema: schema(route.answer) } },
            },
      ...problemResponses(name, route),
    },
  }
}

function problemResponses(name: string, route: Route): Json {
  const byStatus = Map.groupBy(problemsOf(name, route), (code) => STATUS[code])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `${code}: ${PROBLEMS[code]}`).join(' '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function queryParameters(route: Route): Json[] {
  if (!route.query) return []
  const { properties = {}, required = [] } = z.toJSONSchema(route.query, { io: 'input' })
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: one,
  }))
}

function schema(type: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(type, { io: 'input' })
  return rest
}

/** `GET /me/app-passwords/:id` → `getMeAppPasswordsId`. */
const operationId = (name: string): string =>
  name.toLowerCase().replaceAll(/[^a-z]+([a-z])/g, (_, letter: string) => letter.toUpperCase())
