/**
 * A second factor as the API shows it: never what is secret of it.
 */
import { FACTOR_KINDS } from '#domain/second-factor.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Answer } from './contract.ts'

export const factorView = (row: SecondFactorRow): Answer<'PATCH /me/second-factors/:id'> => ({
  id: row.id,
  kind: FACTOR_KINDS.find((one) => one === row.kind) ?? 'totp',
  name: row.name,
  destination: (JSON.parse(row.details) as { destination?: string }).destination ?? null,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})
