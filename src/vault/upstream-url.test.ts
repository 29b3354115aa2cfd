import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '#base/problem.ts'
import { reachable } from './reachable.ts'
import { upstreamHost, upstreamUrl } from './upstream-url.ts'

const mayReach = reachable([])
const faultOf = (act: () => unknown): string | undefined => {
  try {
    return `taken: ${String(act())}`
  } catch (thrown) {
    return thrown instanceof Problem ? thrown.fields[0]?.fault : String(thrown)
  }
}

describe('the address of a provider', () => {
  it('is taken in its canonical form', () => {
    const read = (text: string): string => upstreamUrl(text, 'rootUrl', mayReach)
    assert.equal(read(' https://Login.Example.ORG '), 'https://login.example.org')
    assert.equal(read('https://idp.example/realms/a/'), 'https://idp.example/realms/a/')
    assert.equal(read('https://idp.example:8443/t?x=1'), 'https://idp.example:8443/t?x=1')
  })

  it('has to be one that can be used as it is read', () => {
    const faults: Record<string, string> = {
      '': 'url',
      'idp.example': 'url',
      'https:idp.example': 'url',
      'https:///idp.example': 'url',
      '//idp.example': 'url',
      '/\\idp.example': 'url',
      'https://idp.example\\@evil.example': 'url',
      'https://idp.exa\nmple': 'url',
      'https://idp.example/ x': 'url',
      'http://idp.example': 'https',
      'file:///etc/passwd': 'url',
      'file://host/etc/passwd': 'https',
      'gopher://idp.example/': 'https',
      'ftp://idp.example/': 'https',
      'https://login.example@evil.example/': 'userinfo',
      'https://:x@evil.example/': 'userinfo',
      'https://idp.example/#x': 'fragment',
      'https://idp.example/#': 'fragment',
    }
    for (const [text, fault] of Object.entries(faults))
      assert.equal(
        faultOf(() => upstreamUrl(text, 'rootUrl', mayReach)),
        fault,
        text,
      )
  })

  it('cannot be a closed address, however it is written, unless the operator opens it', () => {
    const closed = [
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '2130706433',
      '017700000001',
      'localhost',
      'LOCALHOST.',
      'x.localhost',
      '169.254.169.254',
      '10.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[fe80::1]',
      '[fd00:ec2::254]',
      '①②⑦.0.0.1',
    ]
    const opened = reachable(['127.0.0.0/8', '169.254.0.0/16', '10.0.0.0/8', 'fc00::/6', '::1'])
    for (const host of closed) {
      const read = (): unknown => upstreamUrl(`https://${host}/x`, 'tokenUrl', mayReach)
      assert.equal(faultOf(read), 'address', host)
    }
    for (const host of ['127.1', 'localhost', '[::1]', '10.0.0.1'])
      assert.match(upstreamUrl(`https://${host}/x`, 'tokenUrl', opened), /^https:/)
  })

  it('of a mail server is a host, and follows the same rule', () => {
    assert.equal(upstreamHost('IMAP.Example', 'imapHost', mayReach), 'imap.example')
    assert.equal(upstreamHost('[2603:1027::1]', 'imapHost', mayReach), '2603:1027::1')
    for (const text of ['', 'a b', 'imap.example:993', 'https://imap.example', 'a/b', 'u@h'])
      assert.equal(
        faultOf(() => upstreamHost(text, 'imapHost', mayReach)),
        'host',
        text,
      )
    for (const text of ['127.1', 'localhost', '[::1]', '0x7f000001'])
      assert.equal(
        faultOf(() => upstreamHost(text, 'imapHost', mayReach)),
        'address',
        text,
      )
  })
})
