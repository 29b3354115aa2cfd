/**
 * A second factor whose set-up has begun: what the server answered, and how to begin anew.
 */
import type { CodeSetUp, FactorKind, KeySetUp, TotpSetUp } from '../api/types.ts'

export type Begun =
  | { kind: 'totp'; setUp: TotpSetUp }
  | { kind: 'webauthn'; setUp: KeySetUp }
  | { kind: 'email' | 'sms'; setUp: CodeSetUp; again: () => Promise<CodeSetUp> }

export const FACTOR_ORDER: readonly FactorKind[] = ['totp', 'webauthn', 'email', 'sms']
