/**
 * What the address of the audit page asks the server for. Days are days of the browser's time zone.
 */
import type { UrlState } from '../parts/url-state.ts'
import type { AuditAction, AuditRow } from '../api/types.ts'
import { AUDIT_ACTIONS, OUTCOME_WORDS } from '../words/audit.ts'

export type AuditQuery = {
  search?: string
  action?: AuditAction
  outcome?: AuditRow['outcome']
  user?: string
  from?: number
  to?: number
}

/** Words in the address that the server would refuse are left out: the page still opens. */
export function auditQuery(state: UrlState): AuditQuery {
  const action = AUDIT_ACTIONS.find((one) => one === state['action'])
  const outcome = (Object.keys(OUTCOME_WORDS) as AuditRow['outcome'][]).find(
    (one) => one === state['outcome'],
  )
  const from = startOfDay(state['from'], 0)
  const after = startOfDay(state['to'], 1)
  return {
    ...(state['search'] && { search: state['search'] }),
    ...(action && { action }),
    ...(outcome && { outcome }),
    ...(state['user'] && { user: state['user'] }),
    ...(from !== null && { from }),
    ...(after !== null && { to: after - 1 }),
  }
}

/** `2026-11-20` → the first millisecond of that day, or of one of the next days; null for no date. */
function startOfDay(text: string | undefined, later: number): number | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text ?? '') ?? []
  if (!year || !month || !day) return null
  return new Date(Number(year), Number(month) - 1, Number(day) + later).getTime()
}
