import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { returnPath, withOutcome } from './return-path.ts'

describe('the page after a visit to a provider', () => {
  it('is a path of this server, with its query and without #', () => {
    for (const path of ['/', '/profile', '/profile?create=1', '/administration/users/x?y=%2F%2Fz'])
      assert.equal(returnPath(path), path)
    assert.equal(returnPath('/profile?a=1#provider=confirmed'), '/profile?a=1')
    assert.equal(returnPath('/a/../profile'), '/profile')
  })

  it('is nothing else', () => {
    for (const wanted of [
      undefined,
      '',
      'profile',
      'https://evil.example',
      'https:evil.example',
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/..//evil.example',
      '/.//evil.example',
      '/a/..//evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '/a b',
      '/\u0000',
      '/é',
      'javascript:alert(1)',
      'data:text/html,x',
    ])
      assert.equal(returnPath(wanted), null, JSON.stringify(wanted))
  })

  it('says what became of it behind #', () => {
    assert.equal(withOutcome('/profile', {}), '/profile')
    const said = { provider: 'failed', mailbox: 'connected' }
    assert.equal(withOutcome('/profile', said), '/profile#provider=failed&mailbox=connected')
  })
})
