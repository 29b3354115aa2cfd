/**
 * Signing out: nothing of the person stays in this page.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../api/call.ts'

/**
 * Ends the session and shows the sign-in page, even when the session had ended already; where the
 * provider signs people out too, by way of there.
 */
export function useSignOut(): () => void {
  const client = useQueryClient()
  const navigate = useNavigate()
  return () =>
    void call('DELETE /session')
      .catch(() => null)
      .then((answer: { url: string | null } | null) => {
        client.clear()
        if (answer?.url) return window.location.assign(answer.url)
        return navigate({ to: '/sign-in' })
      })
}
