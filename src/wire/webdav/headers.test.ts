import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  readDepth,
  readDestination,
  readLockToken,
  readModified,
  readOverwrite,
  readTimeout,
} from './headers.ts'

const to = (header: string | undefined): string => {
  const found = readDestination(header, ['drive.example:8080', 'files.example'])
  return found.at === 'here' ? found.path : found.at
}

describe('WebDAV headers', () => {
  it('Depth, Overwrite, Timeout and Lock-Token', () => {
    assert.deepEqual(
      ['0', '1', 'Infinity', '2', ''].map((one) => readDepth(one)),
      ['0', '1', 'infinity', null, null],
    )
    assert.equal(readDepth(undefined), undefined)
    assert.deepEqual(
      [undefined, 'T', 'f', 'x'].map((one) => readOverwrite(one)),
      [true, true, false, null],
    )
    assert.equal(readTimeout('Infinite, Second-4100000000'), Number.MAX_SAFE_INTEGER)
    assert.equal(readTimeout('Extend, Second-600'), 600)
    assert.equal(readTimeout('Second--1'), null)
    assert.equal(readTimeout(undefined), null)
    assert.deepEqual(
      ['1700000000', ' 5.25', '-1', 'x', ''].map((one) => readModified(one)),
      [1_700_000_000, 5, null, null, null],
    )
    assert.equal(readLockToken('<urn:uuid:1>'), 'urn:uuid:1')
    assert.equal(readLockToken('urn:uuid:1'), null)
  })
  it('H08: a destination is a path, or a URL of this host', () => {
    assert.equal(to('/dav/Home/a%20b'), '/dav/Home/a%20b')
    assert.equal(to('http://drive.example:8080/dav/x'), '/dav/x')
    assert.equal(to('https://FILES.example/dav/x'), '/dav/x')
    assert.equal(to('https://files.example:443/dav/x'), '/dav/x')
  })
  it('H08: another host, scheme, user information and every odd form', () => {
    for (const url of [
      'http://other.example/dav/x',
      'http://drive.example/dav/x',
      'ftp://files.example/x',
      'file:///etc/passwd',
    ])
      assert.equal(to(url), 'elsewhere', url)
    for (const url of [
      undefined,
      '',
      'dav/x',
      '//other.example/x',
      'http://a@files.example/x',
      '/a b',
      '/a\r\nX: y',
      '/a?b',
      '/a#b',
      '/ä',
    ])
      assert.equal(to(url), 'nowhere', String(url))
  })
})
