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

/**
 * The page that was asked for before signing in. Only a path of this server: `//evil.example` and
 * `/\evil.example` would lead away from it.
 */
export const nextPath = (wanted: unknown): string | null =>
  typeof wanted === 'string' && /^\/(?![/\\])[^\\]*$/.test(wanted) ? wanted : null
