import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nextPath } from './next-path.ts'

describe('The page that was asked for', () => {
  it('is a path of this server, with its search and fragment', () => {
    for (const path of ['/', '/profile', '/administration/users?search=ada&page=2', '/x#y'])
      assert.equal(nextPath(path), path)
  })

  it('is never another server, however it is written', () => {
    for (const elsewhere of [
      '//evil.example/',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '\\\\evil.example',
      'https://evil.example/',
      'javascript:alert(1)',
      'profile',
      '',
      undefined,
      ['/profile'],
    ])
      assert.equal(nextPath(elsewhere), null)
  })
})
