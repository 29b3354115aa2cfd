import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PROVIDERS } from '#vault/providers.ts'
import { nodeShare } from './node-share.ts'

const exchange = PROVIDERS.find(({ id }) => id === 'AzureAD')!.limits

describe('what one of several nodes may use of the limits of a provider', () => {
  it('is all of it for a single node', () => {
    assert.deepEqual(nodeShare(exchange, 1), exchange)
  })

  it('is never more than all nodes together may, as long as there is one for each', () => {
    for (const nodes of [2, 3]) {
      const { smtpConnections, messagesPerMinute } = nodeShare(exchange, nodes)
      assert.ok(smtpConnections! * nodes <= exchange.smtpConnections!)
      assert.ok(messagesPerMinute! * nodes <= exchange.messagesPerMinute!)
    }
  })

  it('is one at least, and what has no limit has none', () => {
    const many = nodeShare({ ...exchange, imapConnections: null }, 50)
    assert.equal(many.smtpConnections, 1)
    assert.equal(many.imapConnections, null)
    assert.equal(many.messageBytes, exchange.messageBytes)
  })
})
