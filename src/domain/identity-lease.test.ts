import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { heldByScim, leaseOf, mayPass, nextCheck } from './identity-lease.ts'
import { FROZEN_REASONS } from './identity-provider.ts'

const TERMS = { intervalS: 300, graceS: 3600 }

describe('the lease of an identity', () => {
  it('is good for the interval and the grace time, and asked about within the interval', () => {
    for (const chance of [0, 0.5, 1]) {
      const lease = leaseOf(TERMS, 1000, true, chance)
      assert.deepEqual([lease.alive_at, lease.alive_until], [1000, 1000 + 3_900_000])
      assert.ok(lease.next_check_at! > 1000 && lease.next_check_at! < 1000 + 300_000)
    }
    assert.ok(nextCheck(TERMS, 0, 0) < nextCheck(TERMS, 0, 1))
  })

  it('is good for the grace time alone where there is nothing to ask', () => {
    assert.deepEqual(leaseOf(TERMS, 1000, false), {
      alive_at: 1000,
      alive_until: 1000 + 3_600_000,
      next_check_at: null,
    })
  })

  it('of the shortest interval leaves time for the question', () => {
    assert.ok(nextCheck({ intervalS: 60, graceS: 0 }, 0, 1) <= 51_000)
  })

  it('some of what froze a person passes without them', () => {
    assert.deepEqual(
      FROZEN_REASONS.filter((reason) => !mayPass('oidc', reason)),
      ['refused'],
    )
    assert.ok(FROZEN_REASONS.every((reason) => mayPass('ldap', reason)))
    assert.equal(mayPass('ldap', null), false)
  })

  it('is held by SCIM while it says that the person is gone', () => {
    assert.equal(heldByScim({ scim: null, scim_deleted_at: null }), false)
    assert.equal(heldByScim({ scim: '{"active":true}', scim_deleted_at: null }), false)
    assert.equal(heldByScim({ scim: '{"active":false}', scim_deleted_at: null }), true)
    assert.equal(heldByScim({ scim: '{"active":true}', scim_deleted_at: 1 }), true)
  })
})
