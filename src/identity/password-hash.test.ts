import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { parseKeyFile } from '#vault/keyring.ts'
import { PasswordHasher } from './password-hash.ts'

const keyring = parseKeyFile(`k1 ${'1f'.repeat(32)}`)
const cheap = { m: 8, t: 1, p: 1 }
const hasher = (keys = keyring, cost?: typeof cheap): PasswordHasher =>
  new PasswordHasher({ keyring: keys, entropy: systemEntropy, ...(cost ? { cost } : {}) })
const word = new Secret('plum tractor sidewalk')

describe('hash of a main password', () => {
  it('is a PHC string of argon2id with 19 MiB, two passes, and the id of the key', async () => {
    await using hashes = hasher()
    const stored = await hashes.hash(word)
    assert.match(
      stored,
      /^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=azE\$[\w+/]{22}\$[\w+/]{43}$/, // azE: "k1"
    )
    assert.equal(await hashes.verify(stored, word), true)
    assert.equal(await hashes.verify(stored, new Secret('plum tractor sidewall')), false)
    assert.notEqual(await hashes.hash(word), stored)
  })

  it('fits nobody when there is nobody', async () => {
    await using hashes = hasher(keyring, cheap)
    assert.equal(await hashes.verify(null, word), false)
    assert.equal(await hashes.verify(null, new Secret('')), false)
  })

  it('is worth nothing without the master key', async () => {
    await using here = hasher(keyring, cheap)
    await using elsewhere = hasher(parseKeyFile(`k1 ${'2e'.repeat(32)}`), cheap)
    assert.equal(await elsewhere.verify(await here.hash(word), word), false)
  })

  it('still fits after the key was rotated and the cost raised, and asks to be made anew', async () => {
    await using before = hasher(keyring, cheap)
    const stored = await before.hash(word)
    assert.equal(before.needsRehash(stored), false)
    const both = parseKeyFile(`k1 ${'1f'.repeat(32)}\nk2 ${'3d'.repeat(32)}`)
    await using rotated = hasher(both, cheap)
    assert.equal(await rotated.verify(stored, word), true)
    assert.equal(rotated.needsRehash(stored), true)
    await using dearer = hasher(keyring, { ...cheap, m: 16 })
    assert.equal(await dearer.verify(stored, word), true)
    assert.equal(dearer.needsRehash(stored), true)
  })

  it('is never guessed at when it is not in our form', async () => {
    await using hashes = hasher(keyring, cheap)
    const stored = await hashes.hash(word)
    const broken = [
      '',
      'plain',
      stored.slice(0, -1),
      stored.replace('argon2id', 'argon2i'),
      `${stored}=`,
    ]
    for (const text of broken) await assert.rejects(hashes.verify(text, word), /not in the form/)
  })

  it('takes two at once and 64 more that wait, and tells everybody else to come later', async () => {
    await using hashes = hasher(keyring, { m: 1024, t: 1, p: 1 })
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, () => hashes.verify(null, word)),
    )
    const busy = answers.filter((one) => one.status === 'rejected')
    assert.equal(busy.length, 100 - 2 - 64)
    for (const { reason } of busy)
      assert.ok(reason instanceof Problem && reason.code === 'busy', String(reason))
    assert.equal(await hashes.verify(null, word), false)
  })

  it('leaves the event loop free while it works', async () => {
    await using hashes = hasher()
    const order: string[] = []
    await Promise.all([
      hashes.hash(word).then(() => order.push('hash')),
      new Promise((resolve) => setImmediate(resolve)).then(() => order.push('loop')),
    ])
    assert.deepEqual(order, ['loop', 'hash'])
  })

  it('ends those that wait and waits for those that run when it is closed', async () => {
    const hashes = hasher(keyring, { m: 1024, t: 1, p: 1 })
    const all = Promise.allSettled(Array.from({ length: 10 }, () => hashes.hash(word)))
    await hashes[Symbol.asyncDispose]()
    const states = (await all).map((one) =>
      one.status === 'fulfilled' ? 'made' : (one.reason as Problem).code,
    )
    assert.deepEqual(states, ['made', 'made', ...Array<string>(8).fill('unavailable')])
    await assert.rejects(hashes.hash(word), { code: 'unavailable' })
  })
})
