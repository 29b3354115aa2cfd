/**
 * What a name uses: a password here, or the provider that its domain leads to.
 */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import type { ProviderButton, SignInOffers } from '../api/types.ts'

export type Way = { readonly password: boolean; readonly provider: ProviderButton | null }
type Found = Way & { readonly name: string }

const BY_PASSWORD: Way = { password: true, provider: null }

/** Only a name with a domain leads anywhere but to a password. */
const wayOf = async (name: string): Promise<Found> => ({
  name,
  ...(name.includes('@') ? await call('POST /sign-in/name', { body: { name } }) : BY_PASSWORD),
})

/** `way` is null until it was asked for this very name. */
export function useWay({ domains }: Pick<SignInOffers, 'domains'>, name: string) {
  const [found, setFound] = useState<Found | null>(null)
  // Nothing that is shown changes by it, so nothing is read again.
  const look = useMutation<Found, ApiProblem, string>({ mutationFn: wayOf, onSuccess: setFound })
  const asked = found?.name === name ? found : null
  return { way: domains ? asked : BY_PASSWORD, look }
}
