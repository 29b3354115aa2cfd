/**
 * Who is signed in, and which page that leads to.
 */
import { reading } from './query.ts'
import type { Session } from './types.ts'

export const sessionReading = () => reading('GET /session')

/** Where a person belongs who is signed in that far. */
export const HOME = {
  nobody: '/sign-in',
  second_factor: '/sign-in/second-factor',
  set_up: '/first-steps',
  full: '/profile',
} as const satisfies Record<Session['stage'], string>
