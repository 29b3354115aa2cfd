/**
 * Signing in with a passkey alone: by a button, or picked where the browser offers names.
 */
import { useEffect, useEffectEvent } from 'react'
import { call } from '../api/call.ts'
import { askKey, fillsInKeys, stopAsking } from '../api/keys.ts'
import type { PasskeyQuestion, Session } from '../api/types.ts'
import { useGoOn } from './go-on.ts'

/** @throws ApiProblem when no key answers, or the server does not take it */
export async function passkeySignIn(): Promise<Session> {
  // What the browser offers beside the name would answer meanwhile.
  stopAsking()
  return await enterBy(await call('POST /sign-in/passkey/options'), false)
}

const enterBy = async (request: PasskeyQuestion, quietly: boolean): Promise<Session> =>
  await call('POST /sign-in/passkey', { body: await askKey(request, quietly) })

/** Of what a question is good for: then the next one is asked. */
const SHARE = 0.8

/**
 * Lets the browser offer passkeys in the field of the name. What does not work here is not said: the
 * button says it.
 */
export function usePasskeyOffer(offered: boolean): void {
  const goOn = useGoOn()
  const enter = useEffectEvent(goOn)
  useEffect(() => {
    if (!offered) return
    let state: 'offers' | 'renews' | 'left' = 'offers'
    let renewing: ReturnType<typeof setTimeout> | undefined
    const offer = async (): Promise<Session | null> => {
      const request = await call('POST /sign-in/passkey/options')
      if (state === 'left') return null
      renewing = setTimeout(() => {
        state = 'renews'
        stopAsking()
      }, SHARE * request.timeout)
      try {
        return await enterBy(request, true)
      } catch (thrown) {
        // The button was pressed, or the key is none of this server's.
        if (state !== 'renews') throw thrown
        state = 'offers'
        return await offer()
      } finally {
        clearTimeout(renewing)
      }
    }
    fillsInKeys()
      .then((does) => (does && state !== 'left' ? offer() : null))
      .then((session) => (session && state !== 'left' ? enter(session) : null))
      .catch(() => {})
    return () => {
      state = 'left'
      clearTimeout(renewing)
      stopAsking()
    }
  }, [offered])
}
