/**
 * Row V06 for Init. Token: a token endpoint that answers everything but what it should.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GMAIL, openGoogle } from '../support/authority/google.ts'
import { openHostile, WAYS, type Way } from '../support/authority/hostile.ts'
import { atGoogle, Browser, initBench } from '../support/init-bench.ts'
import { openTestStore, type Open } from '../support/stores.ts'

const onSqlite: Open = async (options) => await openTestStore('sqlite', options)

/** Tokens without a word about who signed in are not enough, however good they are. */
const NAMELESS: readonly Way[] = ['good', 'no_expires_in', 'other_scope', 'no_refresh_token']

describe('V06: the token endpoint of Init. Token', () => {
  it('V06: in none of its ways to fail stores anything, or ends what is there', async () => {
    await using google = await openGoogle()
    await using hostile = await openHostile()
    await using bench = await initBench(onSqlite, google, atGoogle(google), {
      outbound: (guarded) => (request, options) =>
        guarded(request, { ...options, timeoutMs: Math.min(options.timeoutMs, 500) }),
    })
    const id = await bench.account('carol@gmail.test')
    assert.equal((await bench.init(id)).outcome, 'done')
    const before = await bench.row(id)
    const applications = bench.store.tables.oauthApplications
    const own = JSON.parse(bench.application.overrides) as Record<string, string>
    const at = async (tokenUrl: string): Promise<void> =>
      await applications.update(bench.application.id, {
        overrides: JSON.stringify({ ...own, tokenUrl }),
      })
    const ways = (Object.keys(WAYS) as Way[]).map((way) => [way, hostile.at(way)] as const)
    const others = [
      ['untrusted', hostile.untrusted],
      ['unresolved', hostile.unresolved],
    ] as const
    for (const [way, url] of [...ways, ...others]) {
      await at(url)
      const { outcome, diagnosis } = await bench.init(id)
      const nameless = (NAMELESS as readonly string[]).includes(way)
      assert.equal(outcome, nameless ? 'wrong_person' : 'refused', way)
      assert.ok(nameless || diagnosis?.cause, way)
      assert.deepEqual(await bench.row(id), before, way)
    }
    const log = bench.log.join('')
    for (const secret of ['fresh-access-token', 'fresh-refresh-token', 'hotel'])
      assert.ok(!log.includes(secret), secret)
    await at(`${google.origin}/token`)
    assert.equal((await bench.init(id)).outcome, 'done')
  })

  it('V06: a provider whose discovery is away or strange ends the attempt, and says why', async () => {
    await using google = await openGoogle()
    await using bench = await initBench(onSqlite, google, {
      provider: 'OpenIDConnect',
      root_url: google.origin,
      tenant_id: '',
      scopes: `openid email ${GMAIL}`,
    })
    const id = await bench.account('carol@gmail.test')
    const well = (path: string): boolean => path.startsWith('/.well-known/')
    const answers = [
      [{ status: 200, body: '<html>' }, 'answer_strange'],
      [{ status: 200, body: JSON.stringify({ issuer: 'https://evil.example' }) }, 'answer_strange'],
    ] as const
    for (const [answer, cause] of answers) {
      const begun = await bench.begin(id)
      const browser = new Browser()
      browser.keep(begun.browser)
      google.instead = (path) => (well(path) ? answer : null)
      bench.forgetDiscovery()
      await bench.end(browser, begun.url)
      const { outcome, diagnosis } = await bench.state(id, begun.initId)
      assert.deepEqual([outcome, diagnosis?.cause], ['refused', cause])
      google.instead = () => null
      bench.forgetDiscovery()
    }
    assert.equal((await bench.init(id)).outcome, 'done')
  })
})
