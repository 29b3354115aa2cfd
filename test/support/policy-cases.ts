/**
 * Every case of a sign-in that policy may decide otherwise, and what policy asks, in words of its own:
 * tests hold the rule of the product against this.
 */
import { FACTOR_KINDS, type FactorKind } from '#domain/second-factor.ts'
import {
  FIRST,
  firstOf,
  SECOND,
  secondOf,
  type SessionMethod,
  type Stage,
} from '#domain/sign-in-method.ts'

/** What an administrator may have decided, as far as the second factor is concerned. */
export type Rules = {
  readonly second_factor: 'off' | 'offered' | 'required'
  readonly second_factor_kinds: FactorKind[]
  readonly passkey_sign_in: boolean
}

/** `again`: the person's factors are from before the moment from which new ones are asked for. */
export type Case = {
  readonly method: SessionMethod
  readonly rules: Rules
  readonly held: readonly FactorKind[]
  readonly again: boolean
}

export const METHODS: readonly SessionMethod[] = FIRST.flatMap((first): SessionMethod[] => [
  first,
  ...SECOND.map((second): SessionMethod => `${first}+${second}`),
])

/** All subsets; the empty one as well. */
export const subsetsOf = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((sets, one) => [...sets, ...sets.map((set) => [...set, one])], [[]])

export const RULES: readonly Rules[] = (['off', 'offered', 'required'] as const).flatMap(
  (second_factor) =>
    subsetsOf(FACTOR_KINDS)
      .filter((kinds) => kinds.length > 0)
      .flatMap((second_factor_kinds) =>
        [true, false].map((passkey_sign_in) => ({
          second_factor,
          second_factor_kinds,
          passkey_sign_in,
        })),
      ),
)

/** What is still missing; empty: the person may be let in. */
export function missing({ method, rules, held, again }: Case): Stage[] {
  if (rules.second_factor === 'off') return []
  const good = again ? [] : held.filter((kind) => rules.second_factor_kinds.includes(kind))
  const lacks: Stage[] = []
  if (held.length > 0 && !provesSecond(method, rules, good, held)) lacks.push('second_factor')
  const owes = again || (rules.second_factor === 'required' && !provesBoth(method, rules))
  if (good.length === 0 && owes) lacks.push('set_up')
  return lacks
}

/** A provider whose word counts, or a passkey that asked for more than itself, where that is taken. */
function provesBoth(method: SessionMethod, rules: Rules): boolean {
  const second = secondOf(method)
  if (second === 'provider') return true
  const keys = rules.passkey_sign_in && rules.second_factor_kinds.includes('webauthn')
  return second === 'user_verification' && keys
}

function provesSecond(
  method: SessionMethod,
  rules: Rules,
  good: readonly FactorKind[],
  held: readonly FactorKind[],
): boolean {
  const second = secondOf(method)
  switch (second) {
    case null:
      return false
    case 'provider':
    case 'user_verification':
      return provesBoth(method, rules)
    case 'recovery_code':
    case 'remembered_device':
      return true
    case 'totp':
    case 'webauthn':
    case 'email':
    case 'sms':
      // One that is not good enough counts only for who has nothing better.
      return (
        rules.second_factor_kinds.includes(second) || (good.length === 0 && held.includes(second))
      )
  }
}

/** For the words of a failed assertion. */
export const inWords = ({ method, rules, held, again }: Case): string =>
  `${firstOf(method)} as ${method}, ${rules.second_factor} ${rules.second_factor_kinds.join()}` +
  `${rules.passkey_sign_in ? '' : ' no passkeys'}, has ${held.join() || 'nothing'}${again ? ', again' : ''}`
