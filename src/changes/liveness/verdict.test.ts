import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnose, type Answer } from '#vault/diagnosis.ts'
import { verdictOf } from './verdict.ts'

const said = (answer: Answer): string => {
  const verdict = verdictOf(diagnose(answer))
  return verdict.is === 'dead' ? verdict.reason : verdict.is
}
const entra = (code: number): string => said({ status: 400, error: 'invalid_grant', codes: [code] })

describe('what an answer to a refresh says about a person', () => {
  for (const [code, verdict] of [
    [50057, 'disabled'],
    [50034, 'deleted'],
    [50020, 'deleted'],
    [50053, 'locked'],
    [50055, 'expired'],
    [50105, 'not_in_group'],
    [70043, 'refused'],
    [700082, 'refused'],
    [70008, 'refused'],
    [50076, 'refused'],
    [70000, 'refused'],
    [50173, 'password_changed'],
    [50132, 'password_changed'],
    [50133, 'password_changed'],
    // Not about the person.
    [53003, 'unclear'],
    [65001, 'away'],
    [7000222, 'away'],
    [700016, 'away'],
    [50196, 'away'],
    [90033, 'away'],
    [700084, 'away'],
  ] as const)
    it(`AADSTS${code}: ${verdict}`, () => assert.equal(entra(code), verdict))

  for (const [answer, verdict] of [
    [{ status: 400, error: 'invalid_grant' }, 'refused'],
    [{ status: 400, error: 'interaction_required' }, 'unclear'],
    // A number without the word that ends a grant is a hint, and ends nothing.
    [{ status: 400, error: 'invalid_request', codes: [700082] }, 'unclear'],
    [{ status: 401, error: 'invalid_client' }, 'away'],
    [{ status: 429 }, 'away'],
    [{ status: 429, error: 'invalid_grant' }, 'away'],
    [{ status: 503, error: 'invalid_grant' }, 'away'],
    [{ status: 500 }, 'away'],
    [{ status: 403 }, 'away'],
    [{ status: 400, error: 'no_such_error' }, 'away'],
    [{ failure: 'not_json' }, 'away'],
    [{ failure: 'empty' }, 'away'],
    [{ failure: 'timeout' }, 'away'],
    [{ failure: 'tls' }, 'away'],
    [{ failure: 'dns' }, 'away'],
  ] as const)
    it(`${JSON.stringify(answer)}: ${verdict}`, () => assert.equal(said(answer), verdict))

  it('an application that is refused, and a provider that wants less, are so for all', () => {
    for (const answer of [{ status: 401, error: 'invalid_client' }, { status: 429 }]) {
      const verdict = verdictOf(diagnose({ ...answer, retryAfterMs: 7000 }))
      assert.ok(verdict.is === 'away' && verdict.forAll && verdict.retryAfterMs === 7000)
    }
  })
})
