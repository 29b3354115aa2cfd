import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { readLockInfo } from './lockinfo.ts'
import { readPropfind } from './propfind.ts'
import { readProppatch } from './proppatch.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const refuses = (act: () => unknown): void =>
  assert.throws(act, (thrown) => thrown instanceof Problem && thrown.code === 'invalid')

describe('Bodies of PROPFIND, PROPPATCH and LOCK', () => {
  it('PROPFIND asks for all, for names or for some', () => {
    assert.deepEqual(readPropfind(bytes('')), { ask: 'all', include: [] })
    assert.deepEqual(readPropfind(bytes('<propfind xmlns="DAV:"><propname/></propfind>')), {
      ask: 'names',
    })
    assert.deepEqual(
      readPropfind(
        bytes(
          '<d:propfind xmlns:d="DAV:"><d:allprop/><d:include><d:x/><y/></d:include></d:propfind>',
        ),
      ),
      {
        ask: 'all',
        include: [
          { namespace: 'DAV:', local: 'x' },
          { namespace: '', local: 'y' },
        ],
      },
    )
    refuses(() => readPropfind(bytes('<propfind xmlns="DAV:"/>')))
    refuses(() => readPropfind(bytes('<propfind xmlns="DAV:"><prop/><allprop/></propfind>')))
    refuses(() => readPropfind(bytes('<propfind><prop/></propfind>')))
    refuses(() =>
      readPropfind(bytes(`<propfind xmlns="DAV:"><prop>${'<a/>'.repeat(600)}</prop></propfind>`)),
    )
  })
  it('PROPPATCH keeps the order of what it sets and removes', () => {
    const changes = readProppatch(
      bytes(
        '<propertyupdate xmlns="DAV:" xmlns:a="urn:a"><set><prop><a:x>1</a:x></prop></set><remove><prop><a:x/></prop></remove></propertyupdate>',
      ),
    )
    assert.deepEqual(changes, [
      { namespace: 'urn:a', local: 'x', value: '<a:x xmlns:a="urn:a">1</a:x>' },
      { namespace: 'urn:a', local: 'x', value: null },
    ])
    refuses(() => readProppatch(bytes('')))
    refuses(() => readProppatch(bytes('<propertyupdate xmlns="DAV:"/>')))
  })
  it('LOCK wants a scope and a type; an owner is optional', () => {
    const info = (inner: string): Buffer => bytes(`<lockinfo xmlns="DAV:">${inner}</lockinfo>`)
    const write = '<locktype><write/></locktype>'
    assert.deepEqual(readLockInfo(info(`<lockscope><exclusive/></lockscope>${write}`)), {
      scope: 'exclusive',
      owner: '',
    })
    assert.deepEqual(
      readLockInfo(info(`<lockscope><shared/></lockscope>${write}<owner>Ada</owner>`)),
      {
        scope: 'shared',
        owner: '<owner xmlns="DAV:">Ada</owner>',
      },
    )
    assert.equal(readLockInfo(bytes('')), null)
    refuses(() => readLockInfo(info(write)))
    refuses(() => readLockInfo(info(`<lockscope><shared/><exclusive/></lockscope>${write}`)))
    refuses(() =>
      readLockInfo(
        info(`<lockscope><shared/></lockscope>${write}<owner>${'a'.repeat(5000)}</owner>`),
      ),
    )
  })
})
