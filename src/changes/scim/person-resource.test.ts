import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Problem } from '#base/problem.ts'
import { isObject, type ScimObject } from '#wire/scim/attribute.ts'
import { patched, readPatch } from '#wire/scim/patch.ts'
import { identityRow, providerRow, userRow } from '../../../test/support/rows.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { personResource, readPerson } from './person-resource.ts'

const provider = providerRow('Company')
const user = userRow('ada')
const shown = (scim: object | null): ScimObject =>
  personResource(
    {
      user,
      identity: identityRow(user, provider, {
        subject: 'issuer sub 1',
        scim: scim && JSON.stringify(scim),
      }),
    },
    [],
    'https://here/scim/v2',
  )
const said = (more: object) => readPerson({ userName: 'ada', ...more })

describe('a person as a resource of SCIM', () => {
  it('has the primary e-mail, that of work, the first, or a userName that is one', () => {
    const [a, b, c] = ['a@x.org', 'b@x.org', 'c@x.org'].map((value) => ({ value }))
    for (const [emails, email] of [
      [[a, { ...b, type: 'work' }, { ...c, primary: 'True' }], 'c@x.org'],
      [[a, { ...b, type: 'work' }, c], 'b@x.org'],
      [[a, b], 'a@x.org'],
    ] as const)
      assert.equal(said({ emails }).email, email)
    assert.equal(readPerson({ userName: 'ada@x.org' }).email, 'ada@x.org')
    assert.throws(() => said({ emails: [] }), { message: /e-mail/ })
  })

  it('is shown by displayName, the formatted name, given and family name, or userName', () => {
    const emails = [{ value: 'a@x.org' }]
    const name = { givenName: 'Ada', familyName: 'King' }
    for (const [more, display] of [
      [{ displayName: 'D', name: { ...name, formatted: 'F' } }, 'D'],
      [{ name: { ...name, formatted: 'F' } }, 'F'],
      [{ name }, 'Ada King'],
      [{ name: {} }, 'ada'],
    ] as const)
      assert.equal(said({ emails, ...more }).displayName, display)
  })

  it('is active unless it says otherwise, and reads French where it says so', () => {
    const emails = [{ value: 'a@x.org' }]
    for (const [active, is] of [
      [undefined, true],
      [true, true],
      ['True', true],
      [false, false],
      ['False', false],
    ] as const)
      assert.equal(said({ emails, active }).kept.active, is)
    assert.equal(said({ emails, preferredLanguage: 'fr-CA' }).language, 'fr')
    assert.equal(said({ emails, locale: 'en_GB' }).language, 'en')
    assert.equal(said({ emails, preferredLanguage: 'de' }).language, null)
  })

  it('who only signed in so far is shown by what is known of them', () => {
    const { externalId, userName, active, emails } = shown(null)
    assert.deepEqual(
      [externalId, userName, active, emails],
      ['sub 1', 'ada', true, [{ value: 'ada@example.org', type: 'work', primary: true }]],
    )
  })

  it('said again as it is shown is the same', () => {
    const first = said({ emails: [{ value: 'ada@example.org' }], title: 'Dr', active: 'False' })
    const again = readPerson(shown({ ...first.kept, externalId: 'sub 1' }))
    assert.deepEqual(again.kept, { ...first.kept, externalId: 'sub 1', displayName: 'ada' })
  })

  it('is read or refused, whatever is sent', () => {
    const attribute = fc.constantFrom(
      'userName',
      'USERNAME',
      'emails',
      'name',
      'active',
      'externalId',
      'displayName',
      'locale',
      'phoneNumbers',
      '__proto__',
    )
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>('ada', 'a@x.org', [{ value: 'a@x.org' }], { formatted: 7 }, 'False'),
    )
    const resource = fc.dictionary(attribute, value)
    const operation = fc.record({
      op: fc.constantFrom('add', 'replace', 'remove'),
      path: attribute,
      value,
    })
    fc.assert(
      fc.property(resource, fc.array(operation, { maxLength: 3 }), (sent, operations) => {
        try {
          const { kept } = readPerson(
            operations.length === 0 ? sent : patched(sent, readPatch({ Operations: operations })),
          )
          assert.ok(isObject(kept) && typeof kept.active === 'boolean')
        } catch (thrown) {
          assert.ok(thrown instanceof Problem, String(thrown))
        }
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
