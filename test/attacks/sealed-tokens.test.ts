import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { SEALED_COLUMNS } from '#store/sealed-values.ts'
import { Sealer } from '#vault/seal.ts'
import { ALICE, BOB, openMailStory } from '../support/mail-story.ts'
import { sealEverywhere } from '../support/sealed.ts'
import { forEachStore, TEST_KEYS } from '../support/stores.ts'

const NONCE_AT = 2 + TEST_KEYS.current.length

forEachStore((_, open) => {
  describe('sealed columns of mail accounts', () => {
    it('V10: changed, moved to another row or column, or cut, no value opens; all others do', async () => {
      await using store = await open()
      const sealer = new Sealer(TEST_KEYS, systemEntropy)
      await sealEverywhere(store, sealer)
      const everywhere = await sealEverywhere(store, sealer)
      const all = await everywhere.now()
      // Two rows for each column; there is one SMS gateway.
      assert.equal(all.length, 2 * SEALED_COLUMNS.length - 1)
      for (const one of all) {
        assert.equal(sealer.open(one.sealed, one.place).reveal(), one.text)
        for (let at = 0; at < one.sealed.length; at++) {
          const changed = Buffer.from(one.sealed)
          changed[at]! ^= 1 << (at % 8)
          assert.throws(() => sealer.open(changed, one.place), `byte ${at}`)
          assert.throws(() => sealer.open(one.sealed.subarray(0, at), one.place), `cut at ${at}`)
        }
        for (const other of all)
          if (other !== one) assert.throws(() => sealer.open(one.sealed, other.place))
      }
    })

    it('V11: no nonce comes twice, and no two rows have a key in common', async () => {
      await using store = await open()
      // As after a copy of the machine went on: the same chance for both rows.
      const replayed = new Sealer(TEST_KEYS, (bytes) => Buffer.alloc(bytes, 7))
      const text = new Secret('the same token')
      const places = (await (await sealEverywhere(store, replayed)).now()).map(({ place }) => place)
      const texts = places.map((place) => replayed.seal(text, place).toString('hex', NONCE_AT + 12))
      assert.equal(new Set(texts).size, places.length)
      const sealer = new Sealer(TEST_KEYS, systemEntropy)
      const nonces = new Set<string>()
      for (let n = 0; n < 5000; n++)
        nonces.add(sealer.seal(text, places[0]!).toString('hex', NONCE_AT, NONCE_AT + 12))
      assert.equal(nonces.size, 5000)
    })
  })
})

describe('a token that does not open', () => {
  it('V10: is an alarm, is kept as it is, and stops nobody else', async () => {
    await using story = await openMailStory()
    const { id } = await story.application()
    const alice = await story.account(id, 'alice', ALICE)
    const bob = await story.account(id, 'bob', BOB)
    await story.initInBrowser(alice.id)
    await story.initInBrowser(bob.id)
    const { mailAccounts } = story.product.ground.store.tables
    const row = await mailAccounts.find(alice.id)
    const broken = Buffer.from(row?.refresh_token ?? [])
    broken[broken.length - 1]! ^= 1
    await mailAccounts.update(alice.id, { refresh_token: broken })
    const asked = story.entra.seen.length
    const params = { id: alice.id }
    await story.ada.send('POST /mail-accounts/:id/refresh', { params })
    assert.equal(story.entra.seen.length, asked)
    assert.deepEqual((await mailAccounts.find(alice.id))?.refresh_token, new Uint8Array(broken))
    assert.ok(story.product.log.some((line) => /does not open/.test(line)))
    const other = await story.ada.call('POST /mail-accounts/:id/refresh', {
      params: { id: bob.id },
    })
    assert.equal(other.state, 'active')
    // The way out is a person's: Init. Token anew.
    assert.equal((await story.initInBrowser(alice.id)).outcome, 'done')
    const again = await story.ada.call('POST /mail-accounts/:id/refresh', { params })
    assert.equal(again.state, 'active')
  })
})
