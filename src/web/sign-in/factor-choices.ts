/**
 * What can be given as the second factor: one choice for each way, the last used first.
 */
import type { I18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { call } from '../api/call.ts'
import { askKey } from '../api/keys.ts'
import type { OfferedFactor, Session } from '../api/types.ts'
import { isolated } from '../parts/moments.ts'
import { METHOD_WORDS } from '../words/people.ts'

/** All apps share a field and all keys a question; codes are sent to one address or number. */
export type Choice =
  | { readonly kind: 'totp' | 'webauthn' | 'recovery_code' }
  | { readonly kind: 'email' | 'sms'; readonly factor: OfferedFactor }

export function choicesOf({
  methods,
  factors,
}: Pick<Session, 'methods' | 'factors'>): readonly Choice[] {
  const own = factors
    .filter(({ kind }) => methods.includes(kind))
    .filter((one, i, all) => sends(one.kind) || all.findIndex((o) => o.kind === one.kind) === i)
    .map((factor): Choice => {
      const { kind } = factor
      return kind === 'email' || kind === 'sms' ? { kind, factor } : { kind }
    })
  return methods.includes('recovery_code') ? [...own, { kind: 'recovery_code' }] : own
}

const sends = (kind: Choice['kind']): boolean => kind === 'email' || kind === 'sms'

export const choiceKey = (choice: Choice): string =>
  'factor' in choice ? choice.factor.id : choice.kind

/** "Code by e-mail: a…@example.org". */
export function choiceName(choice: Choice, i18n: I18n): string {
  const words = i18n._(METHOD_WORDS[choice.kind])
  if (!('factor' in choice) || choice.factor.destination === null) return words
  return i18n._(msg`${words}: ${isolated(choice.factor.destination)}`)
}

/** What the server is given: the code that was typed, or what a key answers when it is asked now. */
export async function proofOf(choice: Choice, code: string) {
  return choice.kind === 'webauthn' ? await askKey(await call('POST /session/webauthn')) : { code }
}
