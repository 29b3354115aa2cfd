import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { FORBIDDEN, identifier, identifierKey } from './identifier.ts'

const fault = (typed: string): string | undefined => {
  try {
    identifier(typed)
    return undefined
  } catch (thrown) {
    assert.ok(thrown instanceof Problem)
    assert.equal(thrown.fields[0]?.field, 'identifier')
    return thrown.fields[0].fault
  }
}

describe('an identifier', () => {
  it('refuses exactly these characters, wherever they stand, and the space', () => {
    const written = '/ ~ \\ < > , ; # & \' " $ ? * | . [ ] { } ( ) +'.split(' ')
    assert.deepEqual([...FORBIDDEN], written)
    for (const character of [...written, ' '])
      for (const typed of [`${character}a`, `a${character}b`, `a${character}`, character])
        assert.equal(fault(typed), 'characters', JSON.stringify(typed))
    const allowed = '!%-:=@^_`éЖ漢🙂0'
    for (const character of allowed) assert.equal(fault(`a${character}b`), undefined, character)
    for (let code = 0x21; code < 0x7f; code++) {
      const character = String.fromCharCode(code)
      const refused = fault(`a${character}b`) === 'characters'
      assert.equal(refused, written.includes(character), character)
    }
  })

  it('refuses other spaces, controls and halves of characters', () => {
    for (const character of [
      '\t',
      '\n',
      '\r',
      '\u00a0',
      '\u2003',
      '\u3000',
      '\u0000',
      '\u007f',
      '\ud800',
    ])
      assert.equal(fault(`a${character}b`), 'characters', JSON.stringify(character))
  })

  it('names what it found', () => {
    assert.throws(() => identifier('a/b c'), { message: 'The identifier cannot have / a space' })
  })

  it('has 1 to 64 characters, as people count them', () => {
    assert.equal(fault(''), 'empty')
    assert.equal(identifier('🙂'.repeat(64)).length, 128)
    assert.equal(fault('🙂'.repeat(65)), 'too_long')
  })

  it('is one whatever way it is typed', () => {
    assert.equal(identifier('Cafe\u0301'), 'Café')
    const keys = ['Contoso', 'CONTOSO', 'ｃontoso'].map(identifierKey)
    assert.equal(new Set(keys).size, 1)
  })
})
