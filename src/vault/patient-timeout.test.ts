import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { patientTimeout } from './patient-timeout.ts'

describe('vault: patient timeout', () => {
  it('aborts when the time is over', async () => {
    using limit = patientTimeout(1)
    assert.equal(limit.isOver, false)
    await once(limit.signal, 'abort')
    assert.equal(limit.isOver, true)
  })

  it('aborts with the signal that it follows, for its reason, and the time is not over', () => {
    const client = new AbortController()
    using limit = patientTimeout(60_000, client.signal)
    assert.equal(limit.signal.aborted, false)
    client.abort('gone')
    assert.equal(limit.signal.reason, 'gone')
    assert.equal(limit.isOver, false)
  })

  it('has ended already when what it follows has', () => {
    using limit = patientTimeout(60_000, AbortSignal.abort('gone'))
    assert.equal(limit.signal.reason, 'gone')
    assert.equal(limit.isOver, false)
  })

  it('follows nothing any more when it was disposed of', () => {
    const client = new AbortController()
    const limit = patientTimeout(60_000, client.signal)
    limit[Symbol.dispose]()
    client.abort('gone')
    assert.equal(limit.signal.aborted, false)
  })
})
