import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { openTestStore } from '../../../test/support/stores.ts'
import { UpstreamTrouble } from './upstream-trouble.ts'

const ACCOUNT = { id: 'a', identifier: 'box' }
const AT = { gateway: 'imap', host: 'imap.example.org' }

describe('trouble with a mail server', () => {
  it('is written once in a quarter of an hour, each kind of it, and its end', async () => {
    await using store = await openTestStore('sqlite')
    const clock = fixedClock('2026-11-20T08:00:00Z')
    const trouble = new UpstreamTrouble({ store, clock, log: silentLog })
    const lines = async (): Promise<(string | null)[]> =>
      (await store.tables.audit.list({}, 100)).toReversed().map(({ reason }) => reason)
    const refused = async (reason: string): Promise<void> =>
      await trouble.refused(ACCOUNT, { ...AT, reason, said: 'no' })
    await trouble.taken(ACCOUNT, AT)
    assert.deepEqual(await lines(), [])
    for (let n = 0; n < 10; n++) {
      await refused('tls')
      await refused('timeout')
    }
    assert.deepEqual(await lines(), ['tls', 'timeout'])
    for (let n = 0; n < 10; n++) {
      await trouble.taken(ACCOUNT, AT)
      await refused('tls')
    }
    assert.deepEqual(await lines(), ['tls', 'timeout', null])
    clock.advance(15 * MINUTE)
    await refused('tls')
    await trouble.taken({ ...ACCOUNT, id: 'b' }, AT)
    await trouble.taken(ACCOUNT, AT)
    assert.deepEqual(await lines(), ['tls', 'timeout', null, 'tls', null])
    for (let n = 0; n < 100; n++) await refused(`mail_server_refused [X${n}]`)
    assert.ok((await lines()).length <= 25)
  })

  it('that cannot be written is written when the store is there again', async () => {
    await using store = await openTestStore('sqlite')
    let away = true
    const transaction: typeof store.transaction = async (act) => {
      if (away) throw new Error('away')
      return await store.transaction(act)
    }
    const clock = fixedClock('2026-11-20T08:00:00Z')
    const trouble = new UpstreamTrouble({ store: { transaction }, clock, log: silentLog })
    const answer = { ...AT, reason: 'tls', said: 'certificate has expired' }
    await trouble.refused(ACCOUNT, answer)
    away = false
    await trouble.refused(ACCOUNT, answer)
    const [row, ...rest] = await store.tables.audit.list({}, 10)
    assert.deepEqual([row?.action, row?.outcome], ['mail_account.upstream', 'refused'])
    assert.deepEqual(row?.details, { gateway: 'imap', host: AT.host, said: answer.said })
    assert.deepEqual(rest, [])
  })
})
