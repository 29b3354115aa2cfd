import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { reachable } from '#vault/reachable.ts'
import { directoryAddress } from './address.ts'

const inside = reachable(['10.0.0.0/8', 'fd00::/8'])
const faultOf = (typed: string, startTls = false): string => {
  try {
    directoryAddress(typed, startTls, inside)
    return 'none'
  } catch (thrown) {
    assert.ok(thrown instanceof Problem)
    return thrown.fields[0]?.fault ?? ''
  }
}

describe('the address of a directory', () => {
  it('is a host with TLS from the first byte, or with StartTLS', () => {
    const at = (typed: string, startTls = false) => {
      const { url, ...rest } = directoryAddress(typed, startTls, inside)
      assert.equal(url, typed)
      return rest
    }
    const host = 'dc1.example.org'
    assert.deepEqual(at(`ldaps://${host}`), { host, port: 636, startTls: false })
    assert.deepEqual(at(` LDAPS://${host}:3269/ `), { host, port: 3269, startTls: false })
    assert.deepEqual(at(`ldap://${host}`, true), { host, port: 389, startTls: true })
    assert.deepEqual(at(`ldaps://${host}`, true), { host, port: 636, startTls: false })
    assert.deepEqual(at('ldaps://10.1.2.3').host, '10.1.2.3')
    assert.deepEqual(at('ldaps://[fd00::1]:636').host, 'fd00::1')
  })

  it('never has passwords in the clear', () => {
    assert.equal(faultOf('ldap://dc1.example.org'), 'https')
  })

  it('is nothing else', () => {
    const none = [
      'dc1.example.org',
      'https://dc1.example.org',
      'ldapi:///',
      'ldaps://',
      'ldaps:///x',
    ]
    for (const typed of [...none, 'ldaps://a/dc=x', 'ldaps://a?b', 'ldaps://a#b', 'ldaps://a\\b'])
      assert.equal(faultOf(typed), 'url', typed)
    assert.equal(faultOf('ldaps://ada@dc1.example.org'), 'userinfo')
    for (const host of ['0x7f000001', '127.1', '2130706433', 'a%20b'])
      assert.notEqual(faultOf(`ldaps://${host}`), 'none', host)
  })

  it('is where the operator lets programs connect to', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '192.168.1.1'])
      assert.equal(faultOf(`ldaps://${host}`), 'address', host)
  })
})
