/**
 * What SCIM answers: resources, lists and errors in their own media type (RFC 7644 §3.1, §3.12).
 */
import { Problem, type ProblemCode } from '#base/problem.ts'
import { RETRY_AFTER, STATUS } from '../status.ts'

export const MEDIA_TYPE = 'application/scim+json'
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

export type Headers = Readonly<Record<string, string>>

export function answer(body: unknown, status = 200, headers: Headers = {}): Response {
  return new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: {
      ...(status === 204 ? {} : { 'Content-Type': MEDIA_TYPE }),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  })
}

export type Listed = {
  readonly total: number
  readonly startIndex: number
  readonly resources: readonly unknown[]
}

export const listed = ({ total, startIndex, resources }: Listed): unknown => ({
  schemas: [LIST],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
})

/** Which `scimType` a field stands for; every other field is an invalidValue. */
const TYPES: Readonly<Record<string, string>> = {
  filter: 'invalidFilter',
  path: 'invalidPath',
  target: 'noTarget',
  mutability: 'mutability',
  Operations: 'invalidSyntax',
  op: 'invalidSyntax',
  body: 'invalidSyntax',
  many: 'tooMany',
}

/** A bug says nothing to a stranger. */
export function refusal(thrown: unknown): Response {
  const problem = thrown instanceof Problem ? thrown : null
  const code: ProblemCode = problem?.code ?? 'broken'
  const field = problem?.fields[0]?.field ?? ''
  const after = RETRY_AFTER[code]
  const type =
    code === 'invalid' ? (TYPES[field] ?? 'invalidValue') : code === 'conflict' && 'uniqueness'
  const detail = problem?.message ?? 'Passerelle has made a mistake. Nothing was changed.'
  return failed(STATUS[code], detail, type || null, {
    ...(after === undefined ? {} : { 'Retry-After': String(after) }),
    ...(code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer realm="SCIM"' } : {}),
  })
}

export const failed = (
  status: number,
  detail: string,
  scimType: string | null = null,
  headers: Headers = {},
): Response =>
  answer(
    {
      schemas: [ERROR],
      status: String(status),
      ...(scimType === null ? {} : { scimType }),
      detail,
    },
    status,
    headers,
  )
