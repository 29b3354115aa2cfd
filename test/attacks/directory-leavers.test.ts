/** People who may not come in any more, in a real Active Directory, and what they leave behind. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { livenessRefusal } from '#domain/identity-provider.ts'
import { guidText } from '#wire/ldap/values.ts'
import { directoryRow, sambaConfig, testDirectories } from '../support/directory/provider.ts'
import { openSamba, type SambaDomain } from '../support/directory/samba.ts'
import { INTERVAL, livenessScene, type LivenessScene } from '../support/liveness-scene.ts'
import { openTestStore } from '../support/stores.ts'

let samba: SambaDomain
before(async () => void (samba = await openSamba()))
after(async () => await samba[Symbol.asyncDispose]())

const LONG_AGO = '131000000000000000'

async function subjectOf(dn: string): Promise<string> {
  const { searchEntries } = await samba.manager.search(dn, {
    scope: 'base',
    attributes: ['objectGUID'],
    explicitBufferAttributes: ['objectGUID'],
  })
  return guidText(searchEntries[0]?.['objectGUID'] as Buffer) ?? assert.fail(dn)
}

describe('L05: a person with application passwords, in Active Directory', () => {
  let scene: LivenessScene
  before(async () => {
    scene = await livenessScene(async (options) => await openTestStore('sqlite', options), 'ldap')
  })
  after(async () => await scene[Symbol.asyncDispose]())

  /** What the next round makes of the person: whether their application passwords work, and why not. */
  async function afterTheRound(identityId: string): Promise<string> {
    scene.clock.advance(INTERVAL)
    const directories = testDirectories(scene.clock)
    const row = directoryRow(sambaConfig(samba))
    await scene.round({
      accountStates: async (_, subjects) => await directories.accountStates(row, subjects),
    })
    const identity = await scene.identity({ identityId })
    const state = identity.state === 'alive' ? 'alive' : 'frozen'
    const liveness = { state, aliveUntil: identity.alive_until } as const
    const refusal = livenessRefusal('directory', liveness, scene.clock.now())
    return refusal === null ? 'works' : `${refusal} ${identity.reason}`
  }

  const wrongPasswords = async (dn: string): Promise<void> => {
    const { Client } = await import('ldapts')
    for (let n = 0; n < 3; n++) {
      await using client = new Client({
        url: `ldaps://${samba.host}`,
        tlsOptions: { ca: samba.authority.ca },
      })
      await assert.rejects(client.bind(dn, 'wrong'))
    }
  }
  type Deed = (dn: string) => Promise<void>
  const set =
    (attribute: string, value: string): Deed =>
    async (dn) =>
      await samba.set(dn, attribute, [value])
  const cases: [string, Deed, Deed, string][] = [
    ['disabled', set('userAccountControl', '514'), set('userAccountControl', '512'), 'disabled'],
    ['whose account ended', set('accountExpires', LONG_AGO), set('accountExpires', '0'), 'expired'],
    ['locked after wrong passwords', wrongPasswords, set('lockoutTime', '0'), 'locked'],
  ]
  for (const [who, leaves, returns, reason] of cases)
    it(`L05: who is ${who} opens nothing after the next round, and everything when they are back`, async () => {
      const dn = await samba.person(`l05-${reason}`)
      const person = await scene.person(`l05-${reason}`, { subject: await subjectOf(dn) })
      assert.equal(await afterTheRound(person.identityId), 'works')
      await leaves(dn)
      assert.equal(await afterTheRound(person.identityId), `identity_frozen ${reason}`)
      await returns(dn)
      assert.equal(await afterTheRound(person.identityId), 'works')
    })

  it('L05: who has to change the password there goes on, who was deleted does not', async () => {
    const dn = await samba.person('l05-leaver')
    const person = await scene.person('l05-leaver', { subject: await subjectOf(dn) })
    await samba.set(dn, 'pwdLastSet', ['0'])
    assert.equal(await afterTheRound(person.identityId), 'works')
    await samba.manager.del(dn)
    assert.equal(await afterTheRound(person.identityId), 'identity_frozen deleted')
  })
})
