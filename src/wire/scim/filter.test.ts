import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Problem } from '#base/problem.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { COMPARISONS, fits, needed, readFilter, type Filter } from './filter.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const BJENSEN = {
  id: '2819c223',
  externalId: 'Oid-1',
  userName: 'bjensen@example.com',
  active: true,
  loginCount: 7,
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  emails: [
    { type: 'work', value: 'bjensen@example.com', primary: true },
    { type: 'home', value: 'babs@example.org' },
  ],
  members: [{ value: 'a' }, { value: 'b' }],
  meta: { lastModified: '2011-05-13T04:42:34Z' },
  [ENTERPRISE]: { department: 'Tour Operations' },
}

const asks = (filter: string): boolean => fits(readFilter(filter), BJENSEN)

describe('a SCIM filter', () => {
  for (const filter of [
    'userName eq "bjensen@example.com"',
    'USERNAME Eq "BJensen@Example.com"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "bj"',
    `name.familyName co "O'Malley"`,
    'userName ew "example.com" and active eq true',
    'active eq "True"', // Entra ID
    'loginCount gt 6 and loginCount le 7 and loginCount ge 7.0 and loginCount lt 8',
    'title pr or userName pr',
    'not (title pr)',
    'not(userName eq "x")',
    'meta.lastModified gt "2011-05-13T04:42:33.9Z"',
    'meta.lastModified eq "2011-05-13T06:42:34+02:00"',
    'emails[type eq "work" and value co "@example.com"]',
    'emails[ type eq "home" ] and emails.type eq "work"',
    'emails co "example.org"',
    'emails.value eq "babs@example.org"',
    'members[value eq "b"]',
    `${ENTERPRISE}:department eq "tour operations"`,
    'title eq null',
    'externalId eq "Oid-1"',
    'userName eq "nobody" or (active eq true and not (emails[type eq "other"]))',
    'title ne "x"',
  ])
    it(`fits: ${filter}`, () => assert.equal(asks(filter), true))

  for (const filter of [
    'userName eq "bjensen"',
    'externalId eq "oid-1"', // case counts (RFC 7643 §3.1)
    'active eq false',
    'active eq "False"',
    'emails[type eq "home" and value co "@example.com"]',
    'title pr',
    'userName eq null',
    'loginCount eq "7"',
    'userName ne "bjensen@example.com"',
    'userName pr and title pr or title pr', // and binds more than or
    'meta.lastModified lt "2011-05-13T04:42:33.9Z"',
  ])
    it(`does not fit: ${filter}`, () => assert.equal(asks(filter), false))

  for (const filter of [
    '',
    ' ',
    'userName',
    'userName eq',
    'userName eq x',
    "userName eq 'x'",
    'userName eq "x',
    'userName eq "x" and',
    'userName eq "x" or or active pr',
    'and userName pr',
    'userName = "x"',
    'userName eq "a" "b"',
    'userName eq "\\x"',
    'userName eq "a\nb"',
    '(userName pr',
    'userName pr)',
    'emails[type eq "work"',
    'emails[]',
    'emails[type eq "work"].value eq "x"',
    'userName eq 01',
    'userName eq truely',
    'name..familyName pr',
    'name.a.b pr',
    '__proto__ pr',
    'urn:ietf:params:scim:schemas:core:2.0:User pr',
    'userName eq "x"; drop table user',
    `${'('.repeat(100)}userName pr${')'.repeat(100)}`,
    `${'not ('.repeat(25)}userName pr${')'.repeat(25)}`,
    `userName eq "${'a'.repeat(5000)}"`,
  ])
    it(`is not: ${JSON.stringify(filter.slice(0, 60))}`, () =>
      assert.throws(
        () => readFilter(filter),
        (thrown) => thrown instanceof Problem && thrown.fields[0]?.field === 'filter',
      ))

  it('says which texts an index can look for', () => {
    const of = (filter: string, attribute = 'userName'): readonly string[] | null =>
      needed(readFilter(filter), attribute)
    assert.deepEqual(of('userName eq "Ada"'), ['Ada'])
    assert.deepEqual(of('active eq true and USERNAME eq "Ada"'), ['Ada'])
    assert.deepEqual(of('userName eq "a" or userName eq "b"'), ['a', 'b'])
    assert.deepEqual(of('emails.value eq "a@x"', 'emails.value'), ['a@x'])
    assert.equal(of('userName eq "a" or active eq true'), null)
    assert.equal(of('not (userName eq "a")'), null)
    assert.equal(of('userName sw "a"'), null)
    assert.equal(of('emails[userName eq "a"]'), null)
  })

  it('is read as it was written, whatever was written', () => {
    fc.assert(
      fc.property(filters, (filter) =>
        assert.deepEqual(readFilter(written(filter)), structuredClone(filter)),
      ),
      { numRuns: PROPERTY_RUNS },
    )
  })

  it('never breaks on any text, nor takes long', () => {
    const pieces = fc.constantFrom('userName', ' eq ', '"x"', '(', ')', '[', ']', ' and ', 'not ')
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((a) => a.join('')),
    )
    fc.assert(
      fc.property(any, (text) => {
        try {
          fits(readFilter(text), BJENSEN)
        } catch (thrown) {
          assert.ok(thrown instanceof Problem)
        }
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  it('asks of the index nothing that a resource which fits has not', () => {
    fc.assert(
      fc.property(filters, fc.constantFrom('a', 'b', 'c'), (filter, userName) => {
        const texts = needed(filter, 'userName')
        if (texts && fits(filter, { userName })) assert.ok(texts.includes(userName))
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

const name = fc.constantFrom('userName', 'active', 'title', '$ref')
const path = fc.oneof(
  name.map((one): [string, ...string[]] => [one]),
  fc.tuple(name, fc.constantFrom('value', 'type')),
  fc.tuple(fc.constant(ENTERPRISE), name),
)
const value = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '', 'x y', '"', '\\', ') or (', 'é\n'),
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.constant(null),
)
const filters = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      is: fc.constant('compare' as const),
      path,
      by: fc.constantFrom(...COMPARISONS),
      value,
    }),
    fc.record({ is: fc.constant('present' as const), path }),
    fc.record({
      is: fc.constantFrom('and' as const, 'or' as const),
      of: fc.tuple(tie('tree'), tie('tree')),
    }),
    fc.record({ is: fc.constant('not' as const), of: tie('tree') }),
    fc.record({ is: fc.constant('some' as const), path, of: tie('tree') }),
  ),
})).tree

const shown = ([first, ...rest]: readonly string[]): string =>
  first === ENTERPRISE ? `${first}:${rest.join('.')}` : [first, ...rest].join('.')

/** As RFC 7644 has it, with every bracket that can be there. */
function written(filter: Filter): string {
  switch (filter.is) {
    case 'compare':
      return `${shown(filter.path)} ${filter.by} ${JSON.stringify(filter.value)}`
    case 'present':
      return `${shown(filter.path)} pr`
    case 'not':
      return `not (${written(filter.of)})`
    case 'some':
      return `${shown(filter.path)}[${written(filter.of)}]`
    case 'and':
    case 'or':
      return filter.of.map((one) => `(${written(one)})`).join(` ${filter.is} `)
  }
}
