import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encoded, readPath } from './path.ts'

const names = (path: string, windows = false): string => {
  const read = readPath(path, windows)
  return read.ok ? `${read.names.join('|')}${read.slash ? '/' : ''}` : read.why
}

describe('Paths of requests', () => {
  it('decodes each segment once', () => {
    assert.equal(names('/Home/a%20b/%2541'), 'Home|a b|%41')
    assert.equal(names('/Home/caf%C3%A9/'), 'Home|café/')
    assert.equal(names(''), '')
    assert.equal(names('/'), '/')
    assert.equal(names('/a;x=1/b&c'), 'a;x=1|b&c')
  })
  it('H07: refuses every way out and every second reading', () => {
    for (const path of [
      '/..',
      '/a/../b',
      '/a/..',
      '/%2e%2e/x',
      '/.%2e',
      '/.',
      '/a/./b',
      '//',
      '/a//b',
      '//evil',
      '/a%2fb',
      '/a%2Fb',
      '/%2f',
      '/a%00b',
      '/a%0ab',
      '/%7f',
      '/%c0%ae%c0%ae/x',
      '/%c0%af',
      '/%ed%a0%80',
      '/%ff',
      '/%',
      '/%4',
      '/%zz',
      'x',
      '/..%5c..%5cetc',
      '/a%5c..%5cb',
      '/%5cevil',
      '/a%5c',
      '/\\evil',
    ])
      assert.equal(names(path), 'malformed', path)
  })
  it('takes what only looks dangerous', () => {
    assert.equal(names('/...'), '...')
    assert.equal(names('/a..b'), 'a..b')
    assert.equal(names('/a%5cb'), 'a\\b')
    assert.equal(names('/a:b'), 'a:b')
    assert.equal(names('/a:b', true), 'malformed')
    assert.equal(names('/a%5cb', true), 'malformed')
    assert.equal(names('/nul.txt', true), 'malformed')
  })
  it('H07: bounds names and paths in bytes', () => {
    assert.equal(names(`/${'a'.repeat(255)}`), 'a'.repeat(255))
    assert.equal(names(`/${'a'.repeat(256)}`), 'too_long')
    assert.equal(names(`/${'é'.repeat(128)}`), 'too_long')
    assert.equal(names('/a'.repeat(101)), 'too_long')
    assert.equal(names(`/${'a'.repeat(200)}`.repeat(16)), 'too_long')
  })
  it('finds back every name that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (name) => {
        const read = readPath(`/${encoded(name.toWellFormed())}`, false)
        if (read.ok) assert.deepEqual(read.names, [name.toWellFormed()])
      }),
    )
  })
})
