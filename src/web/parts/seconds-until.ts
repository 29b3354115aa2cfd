/**
 * A countdown: whole seconds until a moment, each second one less.
 */
import { useInterval } from '@mantine/hooks'
import { useState } from 'react'

const SECOND = 1000
const MOST = 60 * SECOND

/** @param at milliseconds UTC; null: there is nothing to wait for */
export function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useInterval(() => setNow(Date.now()), SECOND, { autoInvoke: true })
  return at === null ? 0 : Math.max(0, Math.ceil((Math.min(at, now + MOST) - now) / SECOND))
}

/** A code that was sent a moment ago: however wrong the clock of this device is, nobody waits long. */
export const justSent = <T extends { readonly againAt: number }>(sent: T): T => ({
  ...sent,
  againAt: Math.min(sent.againAt, Date.now() + MOST),
})
