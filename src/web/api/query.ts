/**
 * Reading and changing through TanStack Query: keys come from the route, and a change makes every
 * shown answer stale.
 */
import {
  QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
  type UseMutationResult,
} from '@tanstack/react-query'
import type { Answer, RouteName } from '#api/contract.ts'
import { call, type Input, type InputArgument } from './call.ts'
import type { ApiProblem } from './problem.ts'

type Reading = Extract<RouteName, `GET ${string}`>

/** For `useQuery` and the loaders: `reading('GET /users/:id', { params: { id } })`. */
export function reading<N extends Reading>(name: N, ...[input]: InputArgument<N>) {
  return queryOptions<Answer<N>, ApiProblem>({
    queryKey: [name, input ?? {}],
    queryFn: ({ signal }) => call(name, ...([input, signal] as unknown as InputArgument<N>)),
  })
}

/** For a button or a form: the request, its state, and what happens when it is done. */
export function useAction<N extends RouteName>(
  name: N,
  done?: (answer: Answer<N>) => unknown,
): UseMutationResult<Answer<N>, ApiProblem, Input<N>> {
  return useDeed((input) => call(name, ...([input] as unknown as InputArgument<N>)), done)
}

/** The same for what takes more than one request, or something of the browser. */
export function useDeed<T, I = void>(
  deed: (input: I) => Promise<T>,
  done?: (answer: T) => unknown,
): UseMutationResult<T, ApiProblem, I> {
  const client = useQueryClient()
  return useMutation<T, ApiProblem, I>({
    mutationFn: deed,
    onSuccess: async (answer) => {
      await client.invalidateQueries()
      await done?.(answer)
    },
  })
}

/** A page that waits for a sleeping network says so instead of waiting: `networkMode` always. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      retry: (failures, thrown) =>
        failures < 2 && ['away', 'unavailable'].includes((thrown as ApiProblem).code),
    },
    mutations: { networkMode: 'always' },
  },
})
