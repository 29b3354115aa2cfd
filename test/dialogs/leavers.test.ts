/**
 * V16: a person is let go where they come from; everything of theirs ends, on the node that holds it.
 * How long that takes is printed.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import {
  GRACE,
  INTERVAL,
  openLeavers,
  type Leaver,
  type Leavers,
  type Open,
} from '../support/leavers.ts'
import { until } from '../support/mail-story.ts'
import { patch, person as scimPerson, say, speaker } from '../support/scim-scene.ts'
import { LDAP_PASSWORD, openSlapd, SEARCHER, type Slapd } from '../support/directory/slapd.ts'
import { slapdConfig } from '../support/directory/provider.ts'

const disabled = {
  status: 400,
  body: JSON.stringify({ error: 'invalid_grant', error_codes: [50057] }),
}

describe('V16: people who leave, on two nodes over PostgreSQL', () => {
  let s: Leavers
  before(async () => void (s = await openLeavers()))
  after(async () => await s[Symbol.asyncDispose]())

  /** Both end; how long it took since `began`. */
  async function ends({ imap, upload }: Open, began: number): Promise<Record<string, number>> {
    const since = (): number => Math.round(performance.now() - began)
    const [mail, drive] = await Promise.all([
      (async () => {
        await imap.expect('* BYE The connection is closed here. Connect again.')
        await imap.expect('<end>')
        return since()
      })(),
      upload.ended.then(since),
    ])
    imap[Symbol.dispose]()
    return { mail, drive }
  }
  const tell = (t: TestContext, what: string, times: Record<string, number>): void =>
    t.diagnostic(
      `${what}: IMAP ended after ${times['mail']} ms, the upload after ${times['drive']} ms`,
    )

  async function isOut(leaver: Leaver): Promise<void> {
    assert.match(await s.signIn('imap', leaver), /^a NO \[AUTHENTICATIONFAILED\]/)
    assert.match(await s.signIn('pop3', leaver), /^-ERR \[AUTH\]/)
    assert.match(await s.signIn('smtp', leaver), /^535 5\.7\.8/)
    assert.equal((await s.drive(leaver)).status, 401)
  }
  async function isIn(leaver: Leaver): Promise<void> {
    assert.match(await s.signIn('imap', leaver), /^a OK/)
    assert.match(await s.signIn('pop3', leaver), /^\+OK/)
    assert.match(await s.signIn('smtp', leaver), /^235/)
    assert.equal((await s.drive(leaver)).status, 207)
  }
  const frozen = async (leaver: Leaver): Promise<string | null> =>
    await until('it is known', async () => {
      const { state, reason } = await s.identity(leaver)
      return state === 'frozen' && reason
    })

  it('by SCIM: active false, said to another node', async (t) => {
    const entra = await speaker(s.holds, s.ada, 'Entra')
    const made = await entra.say('POST', '/Users', scimPerson('leaver'))
    const { name } = (await s.holds.ground.store.tables.users.find(made.body.id))!
    const leaver = await s.equipped({ id: made.body.id, name })
    const open = await s.open(leaver)
    const setActive = async (active: boolean): Promise<void> => {
      const operation = patch({ op: 'Replace', path: 'active', value: String(active) })
      const path = `/Users/${leaver.id}`
      const { status } = await say(s.other.url, entra.token, 'PATCH', path, operation)
      assert.equal(status, 200)
    }
    const began = performance.now()
    await setActive(false)
    tell(t, 'SCIM', await ends(open, began))
    await isOut(leaver)
    await setActive(true)
    await isIn(leaver)
  })

  it('by the provider of OpenID Connect, within the interval', async (t) => {
    const provider = await s.oidc('Provider')
    const leaver = await s.person(provider, 'oscar')
    const open = await s.open(leaver)
    s.server.tell = ({ grant }) => (grant === 'oscar' ? disabled : undefined)
    const began = performance.now()
    s.advance(INTERVAL)
    tell(t, 'OpenID Connect, after the interval', await ends(open, began))
    assert.equal(await frozen(leaver), 'disabled')
    await isOut(leaver)
    s.server.tell = () => undefined
    s.advance(INTERVAL)
    await until('the provider was asked', async () => (await s.identity(leaver)).state === 'alive')
    await isIn(leaver)
  })

  it('an outage changes nothing within the grace time; after it, it is one', async () => {
    const provider = await s.oidc('Silent')
    const leaver = await s.person(provider, 'sam')
    const open = await s.open(leaver)
    s.server.tell = () => ({ status: 503, body: '<html>Sorry</html>' })
    s.advance(3 * INTERVAL)
    await until('it was asked', async () => {
      const row = await s.holds.ground.store.tables.identityProviders.find(provider.id)
      return row?.failing_since ?? false
    })
    await isIn(leaver)
    await open.imap.play('C: b NOOP\nS: b OK done')
    s.advance(GRACE)
    await ends(open, 0)
    // No word of a wrong password at any gateway.
    assert.match(await s.signIn('imap', leaver), /^a NO \[UNAVAILABLE\]/)
    assert.match(await s.signIn('pop3', leaver), /^-ERR \[SYS\/TEMP\]/)
    assert.match(await s.signIn('smtp', leaver), /^454 4\.7\.0/)
    assert.deepEqual(await s.drive(leaver), { status: 503, retryAfter: '30' })
    assert.equal((await s.identity(leaver)).state, 'alive')
    await until('administrators are told', async () => {
      const { notices } = s.holds.ground.store.tables
      return (await notices.listAll(100)).some(({ kind }) => kind === 'provider_silent')
    })
    s.server.tell = () => undefined
    s.advance(10 * MINUTE)
    await until('it answers', async () => (await s.drive(leaver)).status === 207)
    await isIn(leaver)
  })

  describe('by a directory', () => {
    let slapd: Slapd
    before(async () => void (slapd = await openSlapd()))
    after(async () => await slapd[Symbol.asyncDispose]())

    it('within the interval; its outage changes nothing', async (t) => {
      const dn = await slapd.person('lena')
      const terms = { intervalS: INTERVAL / 1000, graceS: GRACE / 1000 }
      const { id } = await s.directory(slapdConfig(slapd, terms), SEARCHER.password)
      await s.holds.client().call('POST /session', {
        body: { name: 'lena', password: LDAP_PASSWORD },
      })
      const user = (await s.holds.ground.store.tables.users.findByKey('lena'))!
      const leaver = await s.equipped(user)
      const open = await s.open(leaver)
      await slapd.stop()
      s.advance(2 * INTERVAL)
      await until('it was asked', async () => {
        const row = await s.holds.ground.store.tables.identityProviders.find(id)
        return row?.failing_since ?? false
      })
      await isIn(leaver)
      await open.imap.play('C: b NOOP\nS: b OK done')
      await slapd.start()
      await slapd.manager.bind(`cn=manager,dc=example,dc=org`, 'may do everything')
      await slapd.set(dn, 'pwdAccountLockedTime', ['000001010000Z'])
      const began = performance.now()
      s.advance(INTERVAL)
      tell(t, 'directory, after the interval', await ends(open, began))
      assert.equal(await frozen(leaver), 'disabled')
      await isOut(leaver)
      await slapd.set(dn, 'pwdAccountLockedTime', [])
      s.advance(INTERVAL)
      await until('it was asked', async () => (await s.identity(leaver)).state === 'alive')
      await isIn(leaver)
    })
  })
})
