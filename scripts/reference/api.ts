/**
 * Reference page: the REST API, from src/api/contract.ts.
 */
import { z } from 'zod'
import { ROUTE_NAMES, routes } from '#api/contract.ts'
import type { Access, Route } from '#api/contract/route.ts'
import { code, table } from './markdown.ts'

const WHO: Readonly<Record<Access, string>> = {
  anyone: 'anybody',
  half: 'whoever has given the password',
  second_factor: 'whoever has given the password and not yet the second factor',
  set_up: 'whoever is signed in, or has to set up a second factor first',
  user: 'whoever is signed in',
  auditor: 'auditors and administrators',
  administrator: 'administrators',
}

export function apiPage(): string {
  const sections = ROUTE_NAMES.map((name) => section(name, routes[name]))
  return `# REST API

All paths are below ${code('/api/v1')}. The same as OpenAPI 3.1 is at ${code('/api/v1/openapi.json')} of a running server. Bodies and answers are JSON; times are milliseconds since 1970, UTC. A request that changes something has to carry the header ${code('Origin')} with the public URL, as browsers send it from pages of the server and as a program sets it itself, and the session cookie; an application password opens none of these routes. What is marked as sensitive needs a sign-in in the last 10 minutes (${code('step_up_required')}). Problems are in [problems.md](problems.md).

${sections.join('\n\n')}`
}

function section(name: string, route: Route): string {
  const lines = [`## ${name}`, '', route.about, '', `For ${WHO[route.access]}.`]
  if (route.recent) lines.push('Sensitive: asks for a recent sign-in.')
  if (route.query) lines.push('', 'Query:', '', fields(route.query))
  if (route.body) lines.push('', 'Body:', '', fields(route.body))
  lines.push('', answerOf(route))
  if (route.problems) lines.push(`Problems: ${route.problems.map(code).join(', ')}.`)
  return lines.join('\n')
}

function answerOf(route: Route): string {
  if (route.media !== undefined) return `Answers ${route.status ?? 200} with ${code(route.media)}.`
  if (route.status === 204) return 'Answers 204.'
  return `Answers ${route.status ?? 200}: ${typeText(schemaOf(route.answer))}.`
}

type Schema = z.core.JSONSchema.BaseSchema
const schemaOf = (type: z.ZodType): Schema => z.toJSONSchema(type, { io: 'input' })

function fields(object: z.ZodObject): string {
  const schema = schemaOf(object)
  const required = new Set(schema.required)
  const rows = Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const field = typeof one === 'boolean' ? {} : one
    return [
      code(name) + (required.has(name) ? '' : ' (optional)'),
      typeText(field),
      [
        field.description,
        field.default === undefined ? '' : `Default ${code(JSON.stringify(field.default))}.`,
      ]
        .filter(Boolean)
        .join(' '),
    ]
  })
  return rows.length === 0 ? 'An empty object.' : table(['field', 'type', ''], rows)
}

/** A schema in one line. */
function typeText(schema: Schema | boolean): string {
  if (typeof schema === 'boolean') return 'anything'
  if (schema.enum) return schema.enum.map((one) => code(String(one))).join(' or ')
  const either = schema.anyOf
  if (either) return either.map(typeText).join(' or ')
  if (schema.type === 'array') return `array of ${typeText((schema.items ?? {}) as Schema)}`
  if (schema.type === 'object' && schema.properties)
    return `{ ${Object.keys(schema.properties).map(code).join(', ')} }`
  return typeof schema.type === 'string' ? schema.type : 'anything'
}
