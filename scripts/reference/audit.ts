/**
 * Reference page: audited actions, from src/domain/audit.ts.
 */
import { ACTIONS } from '#domain/audit.ts'
import { code, table } from './markdown.ts'

export function auditPage(): string {
  const rows = Object.entries(ACTIONS).map(([name, about]) => [code(name), about])
  return `# Audit

Each row says when, who, from which address, with which client, what, on what, with which outcome (${code('ok')} or ${code('refused')}, with a reason) and details that are never a secret. How rows are chained and anchored is in [ARCHITECTURE.md](../../ARCHITECTURE.md#audit).

${table(['action', 'what it means'], rows)}`
}
