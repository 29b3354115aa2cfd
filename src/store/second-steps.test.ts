import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  deviceRow,
  hashOf,
  newId,
  NOON,
  secondFactorRow,
  sessionRow,
  userRow,
} from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'

const TEN_MINUTES = 600_000

describe('store: codes that were sent', () => {
  forEachStore((_, open) => {
    it('are tried so often and no more, taken once, and go with their factor', async () => {
      await using store = await open()
      const { users, secondFactors, sentCodes } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const factor = secondFactorRow(ada, { kind: 'email' })
      await secondFactors.insert(factor)
      const row = {
        id: newId(),
        hash: hashOf('code'),
        factor_id: factor.id,
        session_id: newId(),
        tries: 0,
        expires_at: NOON + TEN_MINUTES,
        created_at: NOON,
      }
      await sentCodes.insert(row)
      await sentCodes.insert({ ...row, id: newId(), session_id: newId() })
      const asked = { sessionId: row.session_id, most: 5 }
      const tries = await Promise.all(Array.from({ length: 9 }, () => sentCodes.tried(asked, NOON)))
      assert.equal(tries.filter((found) => found.length === 1).length, 5)
      assert.deepEqual(await sentCodes.tried({ ...asked, most: 99 }, row.expires_at), [])
      const taken = await Promise.all([1, 2, 3].map(() => sentCodes.take(row.id)))
      assert.deepEqual(taken.filter(Boolean), [true])
      await secondFactors.delete(ada.id, factor.id)
      assert.deepEqual(await store.db.selectFrom('sent_code').selectAll().execute(), [])
    })

    it('are the last of a session and a factor, and forgotten when their time is over', async () => {
      await using store = await open()
      const { users, secondFactors, sentCodes } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const factor = secondFactorRow(ada, { kind: 'sms' })
      await secondFactors.insert(factor)
      const sessionId = newId()
      for (const after of [0, 1]) {
        await sentCodes.deleteOf(sessionId, factor.id)
        await sentCodes.insert({
          id: newId(),
          hash: hashOf(`code ${after}`),
          factor_id: factor.id,
          session_id: sessionId,
          tries: 0,
          expires_at: NOON + after,
          created_at: NOON,
        })
      }
      assert.equal((await sentCodes.tried({ sessionId, most: 5 }, NOON)).length, 1)
      await sentCodes.forget(NOON + 1)
      assert.deepEqual(await store.db.selectFrom('sent_code').selectAll().execute(), [])
    })
  })
})

describe('store: keys', () => {
  forEachStore((_, open) => {
    it('are found when their set-up has ended, and belong to one factor', async () => {
      await using store = await open()
      const { users, secondFactors } = store.tables
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      for (const user of [ada, bob]) await users.insert(user)
      const begun = { kind: 'webauthn', confirmed_at: null }
      const [first, second] = [secondFactorRow(ada, begun), secondFactorRow(bob, begun)]
      for (const one of [first, second]) await secondFactors.insert(one)
      assert.equal((await secondFactors.unconfirmedOf(ada.id))?.id, first.id)
      const key = { credential_id: 'AAAA', secret: Buffer.of(1), counter: 3, details: '{}' }
      assert.equal(await secondFactors.setKey(first.id, key), true)
      assert.equal(await secondFactors.setKey(second.id, key), false)
      assert.equal(await secondFactors.findByCredential('AAAA'), null)
      await secondFactors.confirm(first.id, NOON)
      const found = await secondFactors.findByCredential('AAAA')
      assert.deepEqual([found?.id, found?.counter], [first.id, 3])
    })

    it('count on from what was read, and only from that', async () => {
      await using store = await open()
      const { users, secondFactors } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const key = secondFactorRow(ada, { kind: 'webauthn', credential_id: 'AAAA', counter: 3 })
      await secondFactors.insert(key)
      const taken = await Promise.all([4, 5].map((n) => secondFactors.takeCounter(key, n, NOON)))
      assert.equal(taken.filter(Boolean).length, 1)
    })

    it('and all that are older than a moment go together, with the codes of then', async () => {
      await using store = await open()
      const { users, secondFactors } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const [old, fresh, begun] = [NOON - 1, NOON + 1, null].map((confirmed_at) =>
        secondFactorRow(ada, { confirmed_at }),
      )
      for (const one of [old!, fresh!, begun!]) await secondFactors.insert(one)
      const code = { id: newId(), user_id: ada.id, hash: hashOf('r'), created_at: NOON }
      await secondFactors.replaceRecoveryCodes(ada.id, [code])
      assert.equal(await secondFactors.deleteOlder(ada.id, NOON, ''), 1)
      const left = (await secondFactors.listOf(ada.id)).map(({ id }) => id)
      assert.deepEqual(left, [fresh!.id])
      assert.deepEqual(await secondFactors.recoveryCodesOf(ada.id), [])
      assert.equal((await secondFactors.unconfirmedOf(ada.id))?.id, begun!.id)
    })
  })
})

describe('store: remembered devices', () => {
  forEachStore((_, open) => {
    it('are those that were marked since, and are forgotten one by one or together', async () => {
      await using store = await open()
      const { users, devices, sessions } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      for (const [name, remembered_at] of [
        ['never', null],
        ['old', NOON - 1],
        ['one', NOON + 1],
        ['two', NOON + 2],
      ] as const)
        await devices.insert(deviceRow(ada, name, { remembered_at }))
      const hashes = async (): Promise<number> => (await devices.rememberedOf(ada.id, NOON)).length
      assert.equal(await hashes(), 2)
      const [first] = await devices.rememberedOf(ada.id, NOON)
      await devices.forgetRemembered(ada.id, first?.hash)
      assert.equal(await hashes(), 1)
      await devices.forgetRemembered(ada.id)
      assert.equal(await hashes(), 0)
      assert.equal((await store.db.selectFrom('device').selectAll().execute()).length, 4)
      const began = sessionRow(ada, { method: 'directory+remembered_device' })
      const kept = sessionRow(ada, { method: 'password+remembered_device' })
      const given = sessionRow(ada, { method: 'password+totp' })
      for (const one of [began, kept, given]) await sessions.insert(one)
      await sessions.deleteRemembered(ada.id, { except: kept.id })
      const left = (await sessions.listOf(ada.id, NOON)).map(({ id }) => id)
      assert.deepEqual(left.toSorted(), [kept.id, given.id].toSorted())
    })
  })
})

describe('store: the SMS gateway', () => {
  forEachStore((_, open) => {
    it('is one or none', async () => {
      await using store = await open()
      const { smsGateways } = store.tables
      const row = {
        id: 'sms',
        url: 'https://sms.example/',
        method: 'POST',
        headers: '[]',
        content_type: 'json',
        body: '{}',
        secret: null,
        secret_set_at: null,
        updated_at: NOON,
        updated_by: 'ada',
      }
      assert.equal(await smsGateways.find(), null)
      await smsGateways.put(row)
      await smsGateways.put({ ...row, url: 'https://other.example/' })
      assert.equal((await smsGateways.find())?.url, 'https://other.example/')
      assert.deepEqual([await smsGateways.delete(), await smsGateways.delete()], [true, false])
    })
  })
})
