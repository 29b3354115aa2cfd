/**
 * The numbers of Entra (AADSTS…) → causes. Source: Microsoft's list "Entra authentication and
 * authorization error codes" for what each means; the causes are ours.
 */
import type { Cause } from './cause.ts'

const CODES: Readonly<Partial<Record<Cause, readonly number[]>>> = {
  second_factor_needed: [50072, 50074, 50076, 50078, 50079, 50158],
  grant_revoked: [50132, 50133, 50173],
  token_expired: [70008, 700082],
  spa_token_expired: [700084],
  sign_in_frequency: [70043],
  code_spent: [54005],
  grant_over: [70000],
  device_pending: [70016],
  device_code_dead: [70018, 70019, 70020],
  consent_missing: [65001, 90094, 90095],
  declined: [65004],
  user_not_assigned: [50105],
  user_unknown: [50020, 50034],
  tenant_unknown: [90002],
  tenant_needed: [50194, 9001023],
  user_locked: [50053],
  password_expired: [50055],
  user_disabled: [50057],
  wrong_password: [50126],
  policy_blocks: [53000, 53001, 53003, 530035],
  secret_wrong: [7000215],
  secret_expired: [7000222],
  application_unknown: [700016],
  application_disabled: [7000112],
  secret_missing: [7000218],
  secret_not_wanted: [700025],
  assertion_wrong: [700027],
  scopes_wrong: [70011, 28002],
  spa_redirect: [9002325, 9002326],
  redirect_wrong: [50011],
  wrong_cloud: [90038, 900382, 900432],
  loop_detected: [50196],
  throttled: [90055],
  provider_down: [50033, 50087, 90006, 90024, 90033, 90090],
}

const BY_CODE: ReadonlyMap<number, Cause> = new Map(
  Object.entries(CODES).flatMap(([cause, codes]) =>
    codes.map((code): [number, Cause] => [code, cause as Cause]),
  ),
)

export const ENTRA_CODES: readonly number[] = [...BY_CODE.keys()]

/** The first number that there is a cause for. */
export function entraCause(codes: readonly number[]): { cause: Cause; code: number } | null {
  for (const code of codes) {
    const cause = BY_CODE.get(code)
    if (cause) return { cause, code }
  }
  return null
}
