import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judgeBulk, type BulkPerson, type Deed } from './bulk.ts'

const person = (id: string, more: Partial<BulkPerson> = {}): BulkPerson => ({
  id,
  name: id,
  there: true,
  state: 'active',
  administers: false,
  accepted: true,
  hasFactors: false,
  appPasswords: 0,
  devices: 0,
  requiredAlready: false,
  member: false,
  ...more,
})

const judged = (
  deed: Deed,
  people: readonly BulkPerson[],
  given: Partial<Parameters<typeof judgeBulk>[2]> = {},
): string[] =>
  judgeBulk(deed, people, {
    actorId: 'ada',
    administratorsLeft: 1,
    group: true,
    ...given,
  }).map((one) => `${one.person.id} ${one.does === 'fails' ? one.why : one.does}`)

describe('Work on many users', () => {
  it('leaves the last administrator who can sign in, and whoever asks', () => {
    const people = ['ada', 'bob', 'eve'].map((id) => person(id, { administers: true }))
    assert.deepEqual(judged({ kind: 'disable' }, people, { administratorsLeft: 0 }), [
      'ada yourself',
      'bob something',
      'eve something',
    ])
    const others = { administratorsLeft: 0, actorId: 'somebody' }
    assert.deepEqual(judged({ kind: 'disable' }, people, others), [
      'ada something',
      'bob something',
      'eve last_administrator',
    ])
    assert.deepEqual(judged({ kind: 'disable' }, people, { ...others, administratorsLeft: 1 }), [
      'ada something',
      'bob something',
      'eve something',
    ])
  })

  it('does nothing to whom it would change nothing', () => {
    const settings = {
      kind: 'settings',
      contactMethodsAgain: false,
      deleteAppPasswords: true,
      forgetDevices: false,
    } as const
    const group = { kind: 'group_add', groupId: 'g' } as const
    assert.deepEqual(judged(settings, [person('a', { devices: 2 })]), ['a nothing'])
    assert.deepEqual(judged(settings, [person('a', { appPasswords: 2 })]), ['a something'])
    assert.deepEqual(judged({ kind: 'enable' }, [person('a')]), ['a nothing'])
    assert.deepEqual(judged(group, [person('a', { member: true })]), ['a nothing'])
    assert.deepEqual(judged(group, [person('a')], { group: false }), ['a group_gone'])
    assert.deepEqual(judged({ kind: 'enable' }, [person('a', { there: false })]), ['a not_found'])
  })
})
