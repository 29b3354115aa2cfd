import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reachable } from './reachable.ts'

describe('where the vault may connect to', () => {
  const mayReach = reachable([])

  it('is any public address', () => {
    for (const address of ['8.8.8.8', '40.126.31.1', '2603:1027::1', '::ffff:8.8.8.8'])
      assert.ok(mayReach(address), address)
    assert.ok(mayReach('64:ff9b::808:808'), 'a public IPv4 address behind a NAT64')
  })

  it('is no address of this machine, of a private network, of a link, or of a metadata service', () => {
    for (const address of [
      '127.0.0.1',
      '127.255.0.1',
      '0.0.0.0',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.0.1',
      '169.254.169.254',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '2002:7f00:1::',
      '2001:0:7f00:1::',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b::127.0.0.1',
      '::127.0.0.1',
    ])
      assert.ok(!mayReach(address), address)
  })

  it('is nothing that is no address', () => {
    for (const text of ['', 'localhost', '127.1', '0x7f000001', '8.8.8.8:443', '[::1]'])
      assert.ok(!mayReach(text), text)
  })

  it('is what the operator names, in whatever form the socket says it', () => {
    const opened = reachable(['10.0.0.0/8', 'fd00:1::/32'])
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', 'fd00:1::5'])
      assert.ok(opened(address), address)
    for (const address of ['127.0.0.1', '192.168.0.1', 'fd00:2::5'])
      assert.ok(!opened(address), address)
  })
})
