/**
 * After a step of signing in: the page that comes next.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { nextPath } from '../api/next-path.ts'
import { HOME, sessionReading } from '../api/session.ts'
import type { Session } from '../api/types.ts'
import { speak } from '../i18n.ts'

/** Takes the new session; leads to the next step, or to the page that was asked for at first. */
export function useGoOn(): (session: Session) => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ strict: false }) as { next?: string }
  return async (session) => {
    client.setQueryData(sessionReading().queryKey, session)
    if (session.user) await speak(session.user.language, true)
    const wanted = nextPath(next)
    if (session.stage === 'full' && wanted) return navigate({ href: wanted })
    return navigate({ to: HOME[session.stage], search: (wanted ? { next: wanted } : {}) as never })
  }
}
