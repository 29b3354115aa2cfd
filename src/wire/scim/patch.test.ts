import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Problem } from '#base/problem.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import type { ScimObject } from './attribute.ts'
import { patched, readPatch } from './patch.ts'
import { readPath } from './path.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const ADA = {
  userName: 'ada',
  active: true,
  name: { givenName: 'Ada', familyName: 'Byron' },
  emails: [{ type: 'work', value: 'ada@example.org', primary: true }],
}
const GROUP = { displayName: 'All', members: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] }

const patch = (resource: ScimObject, ...Operations: unknown[]): unknown =>
  patched(resource, readPatch({ Operations }))

const refusedBecauseOf =
  (field: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof Problem && thrown.code === 'invalid' && thrown.fields[0]?.field === field

describe('a SCIM path', () => {
  it('is an attribute, values that fit a filter, and a part of those', () => {
    assert.deepEqual(readPath('active'), { path: ['active'], filter: null, sub: null })
    assert.deepEqual(readPath('name.familyName').path, ['name', 'familyName'])
    assert.deepEqual(readPath(`${ENTERPRISE}:manager.value`).path, [ENTERPRISE, 'manager', 'value'])
    assert.deepEqual(readPath(ENTERPRISE).path, [ENTERPRISE])
    assert.deepEqual(readPath('urn:ietf:params:scim:schemas:core:2.0:Group:members').path, [
      'members',
    ])
    const { path, filter, sub } = readPath('emails[type eq "work"].value')
    assert.deepEqual([path, filter?.is, sub], [['emails'], 'compare', 'value'])
  })

  for (const path of [
    ' ',
    'a b',
    '.a',
    'a.',
    'a.b.c',
    'members[',
    'members[]',
    'members[value eq "x"',
    'members[value eq "x"]value',
    'members[value eq "x"].a.b',
    '__proto__',
    'urn:ietf:params:scim:schemas:core:2.0:User',
  ])
    it(`is not: ${path}`, () => assert.throws(() => readPath(path), refusedBecauseOf('path')))
})

describe('a SCIM PATCH', () => {
  it('adds, replaces and removes', () => {
    assert.deepEqual(patch(ADA, { op: 'replace', path: 'userName', value: 'b' }), {
      ...ADA,
      userName: 'b',
    })
    assert.deepEqual(patch(ADA, { op: 'add', path: 'title', value: 'Dr' }), { ...ADA, title: 'Dr' })
    assert.deepEqual(patch(ADA, { op: 'remove', path: 'name.givenName' }), {
      ...ADA,
      name: { familyName: 'Byron' },
    })
    const { name: _, ...nameless } = ADA
    assert.deepEqual(
      patch(
        ADA,
        { op: 'remove', path: 'name.givenName' },
        { op: 'remove', path: 'name.familyName' },
      ),
      nameless,
    )
    assert.deepEqual(patch({}, { op: 'add', path: `${ENTERPRISE}:department`, value: 'IT' }), {
      [ENTERPRISE]: { department: 'IT' },
    })
  })

  it('leaves what it was given as it is', () => {
    const before = structuredClone(GROUP)
    patch(GROUP, { op: 'remove', path: 'members[value eq "a"]' })
    assert.deepEqual(GROUP, before)
  })

  it('is understood as Entra ID writes it', () => {
    assert.deepEqual(patch(ADA, { op: 'Replace', path: 'active', value: 'False' }), {
      ...ADA,
      active: 'False',
    })
    assert.deepEqual(
      patch(ADA, { op: 'Add', path: 'emails[type eq "home"].value', value: 'h@x' }),
      { ...ADA, emails: [...ADA.emails, { type: 'home', value: 'h@x' }] },
    )
    assert.deepEqual(
      patch(ADA, { op: 'Replace', path: 'emails[type eq "work"].value', value: 'w@x' }),
      { ...ADA, emails: [{ type: 'work', value: 'w@x', primary: true }] },
    )
    assert.deepEqual(
      patch(ADA, {
        op: 'Replace',
        value: {
          active: false,
          displayName: 'A',
          'name.familyName': 'King',
          'emails[type eq "work"].value': 'w@x',
          [`${ENTERPRISE}:department`]: 'IT',
          [ENTERPRISE]: { employeeNumber: '7' },
        },
      }),
      {
        userName: 'ada',
        active: false,
        displayName: 'A',
        name: { givenName: 'Ada', familyName: 'King' },
        emails: [{ type: 'work', value: 'w@x', primary: true }],
        [ENTERPRISE]: { employeeNumber: '7' },
      },
    )
  })

  it('adds and removes members, by a filter or by naming them', () => {
    const of = (...operations: unknown[]): unknown =>
      (patch(GROUP, ...operations) as typeof GROUP).members?.map(({ value }) => value)
    assert.deepEqual(of({ op: 'Add', path: 'members', value: [{ value: 'd' }, { value: 'a' }] }), [
      'a',
      'b',
      'c',
      'd',
    ])
    assert.deepEqual(of({ op: 'remove', path: 'members[value eq "b"]' }), ['a', 'c'])
    assert.deepEqual(of({ op: 'Remove', path: 'members', value: [{ value: 'b' }] }), ['a', 'c'])
    assert.equal(of({ op: 'remove', path: 'members' }), undefined)
    assert.deepEqual(of({ op: 'remove', path: 'members[value eq "z"]' }), ['a', 'b', 'c'])
    assert.deepEqual(of({ op: 'replace', path: 'members', value: [{ value: 'z' }] }), ['z'])
  })

  for (const [field, body] of [
    ['Operations', null],
    ['Operations', {}],
    ['Operations', { Operations: [] }],
    ['Operations', { Operations: {} }],
    [
      'Operations',
      { Operations: Array.from({ length: 1001 }, () => ({ op: 'remove', path: 'a' })) },
    ],
    ['op', { Operations: [null] }],
    ['op', { Operations: [{ op: 'move', path: 'a' }] }],
    ['op', { Operations: [{ path: 'a', value: 1 }] }],
    ['path', { Operations: [{ op: 'add', path: 7, value: 1 }] }],
    ['path', { Operations: [{ op: 'add', path: 'a b', value: 1 }] }],
    ['path', { Operations: [{ op: 'add', value: { __proto___: 1 } }] }],
    ['value', { Operations: [{ op: 'add', path: 'a' }] }],
    ['value', { Operations: [{ op: 'add', value: 'x' }] }],
    ['target', { Operations: [{ op: 'remove' }] }],
    ['target', { Operations: [{ op: 'replace', path: 'a[b sw "x"]', value: 1 }] }],
  ] as const)
    it(`is refused because of ${field}: ${JSON.stringify(body).slice(0, 70)}`, () =>
      assert.throws(() => patched(ADA, readPatch(body)), refusedBecauseOf(field)))

  it('changes nothing of what everything inherits from', () => {
    const body = JSON.parse(
      '{"Operations":[{"op":"add","path":"name","value":{"__proto__":{"x":1}}}]}',
    )
    patch(ADA, ...body.Operations)
    patch({}, { op: 'add', path: 'constructor.prototype', value: { x: 1 } })
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  it('never breaks, whatever is sent', () => {
    const op = fc.constantFrom('add', 'Replace', 'remove', 'x')
    const path = fc.constantFrom('a', 'a.b', 'a[b eq "x"]', 'a[b eq "x"].c', '', ' ', 'a[')
    const operation = fc.record(
      { op, path: fc.oneof(path, fc.string()), value: fc.jsonValue() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.object(), fc.array(fc.oneof(operation, fc.jsonValue())), (a, operations) => {
        try {
          patched({ a }, readPatch({ Operations: operations }))
        } catch (thrown) {
          assert.ok(thrown instanceof Problem, String(thrown))
        }
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  it('done twice makes what it makes when done once', () => {
    const operation = fc.record({
      op: fc.constantFrom('add', 'replace', 'remove'),
      path: fc.constantFrom('active', 'name.familyName', 'emails[type eq "work"].value', 'emails'),
      value: fc.constantFrom<unknown>('x', [{ value: 'y' }], [{ value: 'y' }, { value: 'z' }]),
    })
    fc.assert(
      fc.property(operation, (one) => assert.deepEqual(patch(ADA, one, one), patch(ADA, one))),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
