import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dictionary } from '@zxcvbn-ts/language-common'
import { isCommon } from './common-passwords.ts'

describe('common passwords', () => {
  const listed = dictionary['passwords-common']

  it('are at least 10,000 of eight characters or more, and every one is refused', async () => {
    const long = listed.filter((one) => one.length >= 8)
    assert.ok(long.length >= 10_000, String(long.length))
    for (const one of long) assert.equal(await isCommon(one.toUpperCase()), true, one)
  })

  it('are not made of chance', async () => {
    for (const one of ['kfp2-vqx8-tmz4', 'jw8#nq0z', 'vexing tambourine', 'éléphant mauve 7'])
      assert.equal(await isCommon(one), false, one)
  })

  it('do not take long to look up, whatever was typed', async () => {
    for (const one of ['1'.repeat(1024), `${'1!'.repeat(500)}a`, `${'a1'.repeat(500)}b!`])
      assert.equal(typeof (await isCommon(one)), 'boolean')
  })
})
