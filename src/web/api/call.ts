/**
 * The one way to the server: `call('POST /me/app-passwords', { body })`, typed by the contract.
 */
import type { Answer, BodyIn, PathParams, QueryIn, RouteName } from '#api/contract.ts'
import { ApiProblem, problemOf } from './problem.ts'
import { confirmIdentity } from './step-up.ts'

const BASE = '/api/v1'

type Params<N extends string> = [PathParams<N>] extends [never]
  ? { params?: undefined }
  : { params: Readonly<Record<PathParams<N>, string>> }
type Body<N extends RouteName> =
  BodyIn<N> extends undefined ? { body?: undefined } : { body: BodyIn<N> }
type Query<N extends RouteName> =
  QueryIn<N> extends undefined ? { query?: undefined } : { query?: QueryIn<N> }

/** What a route has to be given. */
export type Input<N extends RouteName> = Params<N> & Body<N> & Query<N>
/** Left out where nothing is asked for. */
export type InputArgument<N extends RouteName> =
  object extends Input<N>
    ? [input?: Input<N>, signal?: AbortSignal]
    : [input: Input<N>, signal?: AbortSignal]

type Plain = {
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, unknown>>
  body?: unknown
}

/**
 * Sends a request and answers what the contract says.
 * @throws ApiProblem for every refusal, and `away` when there is no answer
 */
export async function call<N extends RouteName>(
  name: N,
  ...[input, signal]: InputArgument<N>
): Promise<Answer<N>> {
  const plain = (input ?? {}) as Plain
  const response = await send(name, plain, signal)
  if (response.ok) return (await answerOf(response)) as Answer<N>
  const problem = await problemOf(response)
  if (problem.code !== 'step_up_required' || !(await confirmIdentity())) throw problem
  const again = await send(name, plain, signal)
  if (!again.ok) throw await problemOf(again)
  return (await answerOf(again)) as Answer<N>
}

/** `GET /audit/export` with its filters, as a link. */
export const linkTo = (name: RouteName, query: Readonly<Record<string, unknown>>): string =>
  address(name, { query }).path

async function send(name: RouteName, input: Plain, signal?: AbortSignal): Promise<Response> {
  const { method, path } = address(name, input)
  const sends = method !== 'GET'
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      headers: sends ? { 'Content-Type': 'application/json' } : {},
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (thrown) {
    if (signal?.aborted) throw thrown
    throw new ApiProblem('away', String(thrown))
  }
}

function address(name: RouteName, { params = {}, query = {} }: Plain) {
  const [method = '', template = ''] = name.split(' ')
  const path = template.replaceAll(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? ''),
  )
  const asked = Object.entries(query).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== '',
  )
  const search = new URLSearchParams(asked.map(([key, value]) => [key, String(value)])).toString()
  return { method, path: `${BASE}${path}${search && `?${search}`}` }
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 204) return null
  try {
    return await response.json()
  } catch {
    throw new ApiProblem('away', 'The answer is not JSON.')
  }
}
