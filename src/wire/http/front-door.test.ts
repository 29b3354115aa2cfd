import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { frontDoor } from './front-door.ts'

const ask = (
  url: string,
  headers: [string, string][] = [['Host', 'drive.example']],
  method = 'GET',
) => {
  const checked = frontDoor({ method, url, httpVersion: '1.1', rawHeaders: headers.flat() })
  return checked.pass ? `${checked.path} ${checked.query}` : `${checked.status} ${checked.why}`
}
const host: [string, string] = ['Host', 'drive.example']

describe('Front door', () => {
  it('passes a path and keeps the query apart', () => {
    assert.equal(ask('/dav/Home/a%20b?c=d?e'), '/dav/Home/a%20b c=d?e')
    assert.equal(ask('*', [host], 'OPTIONS'), '* ')
  })
  it('H01: takes absolute-form of the same host only', () => {
    assert.equal(ask('http://drive.example/dav/'), '/dav/ ')
    assert.equal(ask('https://DRIVE.example'), '/ ')
    assert.equal(ask('http://other.example/dav/'), '400 other_host')
    assert.equal(ask('http://a@drive.example/dav/'), '400 other_host')
    assert.equal(ask('ftp://drive.example/'), '400 other_host')
    assert.equal(ask('drive.example:80'), '400 other_host')
  })
  it('H01: refuses two of a header that may come once', () => {
    assert.equal(ask('/', [host, ['host', 'drive.example']]), '400 two_host')
    assert.equal(
      ask('/', [host, ['Authorization', 'a'], ['authorization', 'a']]),
      '400 two_authorization',
    )
    assert.equal(ask('/', [host, ['Depth', '0'], ['Depth', '1']]), '400 two_depth')
  })
  it('H01: refuses framing that two servers could read differently', () => {
    const te: [string, string] = ['Transfer-Encoding', 'chunked']
    assert.equal(ask('/', [host, te, ['Content-Length', '5']]), '400 framing')
    assert.equal(ask('/', [host, ['Transfer-Encoding', 'x, chunked']]), '501 transfer_encoding')
    assert.equal(ask('/', [host, ['X', 'a\u0000b']]), '400 control_in_header')
    assert.equal(ask('/', [host, ['X', 'a\r\n b']]), '400 control_in_header')
    const old = frontDoor({ method: 'PUT', url: '/', httpVersion: '1.0', rawHeaders: te })
    assert.equal(old.pass, false)
  })
  it('refuses odd hosts, targets and methods', () => {
    for (const name of ['', 'a b', 'a@b', 'a/b', 'a,b', 'exa%6dple', '[::1', 'a:b'])
      assert.equal(ask('/', [['Host', name]]), '400 host', name)
    for (const url of ['/a b', '/a#b', '/ä', '/a\u0001', '*', ''])
      assert.match(ask(url), /^400 /, url)
    assert.equal(ask('/', [['Host', '[2001:db8::1]:8080']]), '/ ')
    assert.equal(ask('/', [host], 'TRACE'), '405 method')
    assert.equal(ask(`/${'a'.repeat(13_000)}`), '414 target_too_long')
  })
})
