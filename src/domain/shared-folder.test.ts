import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { folderKey, folderName } from './shared-folder.ts'

const fault = (typed: string): string | undefined => {
  try {
    folderName(typed)
    return 'taken'
  } catch (thrown) {
    return thrown instanceof Problem ? thrown.fields[0]?.fault : 'broken'
  }
}

describe('Shared folder names', () => {
  it('are trimmed and composed', () => {
    assert.equal(folderName('  Ventes & e\u0301tudes #1 '), 'Ventes & études #1')
  })
  it('are the same when a person would say so', () => {
    assert.equal(folderKey('Ｖentes'), folderKey('ventes'))
  })
  it('are never that of the own folder, in any case', () => {
    for (const name of ['Home', 'home', 'HOME', 'Ｈome']) assert.equal(fault(name), 'reserved')
  })
  it('have no characters that a client cannot show', () => {
    for (const name of ['a/b', 'a\\b', 'a:b', '.hidden', 'dot.', 'a\nb', 'a\u202eb', '..', '.'])
      assert.equal(fault(name), 'characters', name)
    assert.equal(fault(' '), 'empty')
    assert.equal(fault('é'.repeat(65)), 'too_long')
    assert.equal(fault('é'.repeat(64)), 'taken')
  })
})
