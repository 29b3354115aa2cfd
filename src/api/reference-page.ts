/**
 * The API as a readable page: plain HTML without scripts, printed from the contract.
 */
import { PROBLEMS, type ProblemCode } from '#base/problem.ts'
import { z } from 'zod'
import { routes, ROUTE_NAMES, type RouteName } from './contract.ts'
import type { Route } from './contract/route.ts'
import { problemsOf, WHO } from './openapi.ts'
import { STATUS } from './status.ts'

/** A page that loads nothing may show its own style and nothing else. */
export const REFERENCE_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export function referencePage(): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Passerelle API</title>
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .25rem;font-size:1.05rem;font-family:ui-monospace,monospace}
dl{display:grid;grid-template-columns:minmax(6rem,10rem) 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{opacity:.75}dd{margin:0}code,pre{font:14px/1.45 ui-monospace,monospace}
</style></head><body>
<h1>Passerelle API</h1>
<p>Every page of Passerelle uses this API and nothing else. It is also there as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
<p>Sign in with <code>POST /session</code>; the cookie that it sets signs the next calls. Calls that change something need the header <code>Origin</code> with the public URL, and a body as <code>application/json</code>. Application passwords are not accepted here.</p>
${ROUTE_NAMES.map(section).join('\n')}
<h1>Problems</h1>
<dl>${(Object.keys(PROBLEMS) as ProblemCode[]).map((code) => `<dt><code>${code}</code> ${STATUS[code]}</dt><dd>${escape(PROBLEMS[code])}</dd>`).join('')}</dl>
</body></html>
`
}

function section(name: RouteName): string {
  const route: Route = routes[name]
  const rows: [string, string][] = [['Who', WHO[route.access]]]
  if (route.recent) rows.push(['Recent', 'Needs a sign-in in the last 10 minutes.'])
  if (route.query) rows.push(['Query', fields(route.query)])
  if (route.body) rows.push(['Body', fields(route.body)])
  rows.push(['Problems', problemsOf(name, route).join(', ')])
  return `<section><h2 id="${escape(name)}">${escape(name)}</h2>
<p>${escape(route.about)}</p>
<dl>${rows.map(([term, text]) => `<dt>${term}</dt><dd>${escape(text)}</dd>`).join('')}</dl></section>`
}

/** The fields of an object with their types, in one line. */
export function fields(type: z.ZodObject): string {
  const { properties = {}, required = [] } = z.toJSONSchema(type, { io: 'input' })
  return Object.entries(properties)
    .map(([name, one]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(one)}`)
    .join(', ')
}

function typeOf(one: unknown): string {
  const { type, enum: words, anyOf } = one as { type?: string; enum?: unknown[]; anyOf?: unknown[] }
  if (words) return words.map((word) => JSON.stringify(word)).join(' | ')
  if (anyOf) return anyOf.map(typeOf).join(' | ')
  return type ?? 'any'
}

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
