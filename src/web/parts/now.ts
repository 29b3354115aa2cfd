/**
 * The time now, as something that pages can show: it moves twice a minute.
 */
import { useInterval } from '@mantine/hooks'
import { useState } from 'react'

const EVERY_MS = 30_000

/** Milliseconds since 1970, UTC. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useInterval(() => setNow(Date.now()), EVERY_MS, { autoInvoke: true })
  return now
}
