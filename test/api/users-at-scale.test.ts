import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Answer } from '#api/contract.ts'
import { Dialogue } from '../support/dialogue.ts'
import type { Client } from '../support/client.ts'
import { addPeople } from '../support/crowd.ts'
import { startProduct, type Product } from '../support/product.ts'
import { groupRow, identityRow, newId, providerRow, userRow } from '../support/rows.ts'
import { STORE_KINDS } from '../support/stores.ts'
import { statementsOf } from '../support/statements.ts'

const DELETE_PASSWORDS = { deed: 'settings', deleteAppPasswords: true } as const

async function ended(ada: Client, id: string): Promise<Answer<'GET /users/bulk/:id'>> {
  for (;;) {
    const job = await ada.call('GET /users/bulk/:id', { params: { id } })
    if (job.state === 'done') return job
    await setImmediate()
  }
}

const crowd = async (product: Product, count: number, appPasswords = 1) =>
  await addPeople(product.ground.store, count, {
    appPasswords,
    expiresAt: product.clock.now() + 86_400_000,
  })

for (const on of STORE_KINDS)
  describe(`users at scale: ${on}`, () => {
    it('previews, begins, and reports work on all that match', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const people = await crowd(product, 700, 2)
      const except = [people[0]!.id]
      const body = { ...DELETE_PASSWORDS, all: true, search: 'person', except } as const
      const preview = await ada.call('POST /users/bulk/preview', { body })
      assert.deepEqual(
        [preview.people, preview.appPasswords, preview.appPasswordPeople, preview.usedLastHour],
        [699, 1398, 699, 0],
      )
      const begun = await ada.call('POST /users/bulk', { body })
      assert.deepEqual([begun.deed, begun.total, begun.createdBy], ['settings', 699, 'ada'])
      const job = await ended(ada, begun.id)
      assert.deepEqual([job.done, job.failed, job.changed, job.appPasswords], [699, 0, 699, 1398])
      const [kept, ...others] = await Promise.all(
        people
          .slice(0, 3)
          .map(async ({ id }) => await ada.call('GET /users/:id', { params: { id } })),
      )
      assert.equal(kept?.appPasswords, 2)
      for (const one of others) assert.equal(one.appPasswords, 0)
      assert.deepEqual(
        (await ada.call('GET /users/bulk')).map(({ id, state }) => [id, state]),
        [[job.id, 'done']],
      )
      const { rows } = await ada.call('GET /audit', { query: { user: people[1]!.id } })
      assert.deepEqual(
        rows.map(({ action, actor, details }) => [action, actor.name, details['job']]),
        [['user.manage', 'ada', job.id]],
      )
      const integrity = await ada.call('GET /audit/integrity')
      assert.equal(integrity.fault, null)
    })

    it('filters and sorts by what the table shows', async () => {
      await using product = await startProduct({ on })
      const ada = await product.administrator()
      const { tables, db } = product.ground.store
      const entra = providerRow('Entra')
      await db.insertInto('identity_provider').values(entra).execute()
      const eve = userRow('eve', { source: entra.id })
      await tables.users.insert(eve)
      const later = product.clock.now() + 1000
      await tables.identities.insert(
        identityRow(eve, entra, { state: 'frozen', reason: 'disabled', alive_until: later }),
      )
      const sales = groupRow('Sales')
      await tables.groups.insert(sales)
      await tables.groups.addMembers(sales.id, [eve.id])
      const found = async (query: object): Promise<string[]> =>
        (await ada.call('GET /users', { query })).rows.map(({ name }) => name)
      assert.deepEqual(await found({ state: 'frozen' }), ['eve'])
      assert.deepEqual(await found({ source: entra.id }), ['eve'])
      assert.deepEqual(await found({ source: 'local' }), ['ada'])
      assert.deepEqual(await found({ group: sales.id }), ['eve'])
      assert.deepEqual(await found({ factor: 'none' }), ['eve'])
      assert.deepEqual(await found({ factor: 'required' }), ['ada', 'eve'])
      assert.deepEqual(await found({ sort: 'secondFactors', order: 'desc' }), ['ada', 'eve'])
      const one = await ada.call('GET /users/:id', { params: { id: eve.id } })
      assert.deepEqual(
        [one.source, one.sourceName, one.liveness, one.secondFactorRequired, one.state],
        [entra.id, 'Entra', 'frozen', true, 'active'],
      )
    })
  })

describe('users at scale', () => {
  it('nobody is selected by leaving something out, and no more than is said', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const refused = async (body: object): Promise<string> => {
      const answer = await ada.refused('POST /users/bulk', { body: body as never })
      return `${answer.code} ${answer.fields.map(({ field }) => field).join()}`
    }
    assert.equal(await refused({ deed: 'disable' }), 'invalid ids')
    assert.equal(await refused({ deed: 'disable', search: 'x' }), 'invalid ids')
    assert.equal(await refused({ deed: 'disable', ids: [], all: true }), 'invalid ids')
    assert.equal(await refused({ deed: 'disable', ids: [] }), 'invalid ids')
    assert.equal(await refused({ deed: 'disable', all: true, search: 'nobody' }), 'invalid ids')
    assert.equal(await refused({ deed: 'settings', all: true }), 'invalid deed')
    assert.equal(await refused({ deed: 'group_add', all: true }), 'invalid groupId')
    assert.equal(await refused({ deed: 'group_add', all: true, groupId: newId() }), 'not_found ')
    const many = Array.from({ length: 10_001 }, () => newId())
    assert.equal(await refused({ deed: 'enable', ids: many }), 'invalid ids')
    const job = await ada.call('POST /users/bulk', {
      body: { deed: 'enable', ids: many.slice(0, 10_000) },
    })
    const { failed, failures } = await ended(ada, job.id)
    assert.deepEqual([failed, failures.length, failures[0]?.reason], [10_000, 1000, 'not_found'])
    assert.equal(await refused({ deed: 'enable', ids: ['x'.repeat(1024 * 1024)] }), 'too_large ')
  })

  it('an auditor sees the work of others, and can begin none', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const otto = await product.person(ada, 'otto', 'auditor')
    const body = { deed: 'enable', all: true } as const
    const { id } = await ada.call('POST /users/bulk', { body })
    await ended(otto, id)
    assert.equal((await otto.refused('POST /users/bulk', { body })).code, 'forbidden')
    assert.equal((await otto.refused('POST /users/bulk/preview', { body })).code, 'forbidden')
    const { body: csv } = await otto.raw('GET', '/api/v1/audit/export')
    assert.match(String(csv), /user\.bulk/)
    assert.equal((await ada.call('GET /users', { query: { role: 'auditor' } })).total, 1)
  })

  it('cuts what is open for an application password that ends with a thousand others', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const anna = await product.person(ada, 'anna')
    await crowd(product, 1000)
    const { password } = await anna.call('POST /me/app-passwords', {
      body: { name: 'rclone', application: 'network_drive' },
    })
    const basic = Buffer.from(`anna:${password}`).toString('base64')
    using upload = await Dialogue.open(Number(new URL(product.url).port))
    upload.socket.write(
      `PUT /dav/Home/long.bin HTTP/1.1\r\nHost: ${new URL(product.url).host}\r\n` +
        `Authorization: Basic ${basic}\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n`,
    )
    assert.match((await upload.line()) ?? '', /^HTTP\/1\.1 100 /)
    const cut = once(upload.socket, 'close')
    const { id } = await ada.call('POST /users/bulk', { body: { ...DELETE_PASSWORDS, all: true } })
    await ended(ada, id)
    await cut
    const { status } = await ada.raw('GET', '/dav/Home/', {
      headers: { Authorization: `Basic ${basic}` },
    })
    assert.equal(status, 401)
  })

  it('sends no statement for each person: 1,000 cost what 500 cost, and 500 more', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    const people = await crowd(product, 1500, 3)
    const cost = async (some: typeof people): Promise<number> => {
      const sent = await statementsOf(async () => {
        const { id } = await ada.call('POST /users/bulk', {
          body: { ...DELETE_PASSWORDS, ids: some.map(({ id }) => id) },
        })
        await ended(ada, id)
      })
      // Those of asking how far it is, and of rounds, are no part of the work.
      return sent.filter((text) => /^(insert|update|delete)/i.test(text)).length
    }
    const [few, many] = [await cost(people.slice(0, 500)), await cost(people.slice(500))]
    assert.ok(many - few < 20, `${few} for 500, ${many} for 1,000`)
  })
})
