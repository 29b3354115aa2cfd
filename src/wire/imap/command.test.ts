import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { commandReader, type Argument, type CommandStep } from './command.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { readId } from './id.ts'

const LIMITS = { maxLiteralBytes: 4096, maxLiterals: 4 }

/** Lines and literals in turn. */
function read(...parts: string[]): CommandStep {
  const reader = commandReader(LIMITS)
  let step: CommandStep | null = null
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) reader.literal(Buffer.from(part, 'latin1'))
    else step = reader.line(Buffer.from(part, 'latin1'))
  }
  return step!
}
const shown = (one: Argument): string =>
  one.is === 'atom' ? one.text : one.is === 'string' ? `'${one.bytes.toString('latin1')}'` : one.is
function args(...parts: string[]): string[] {
  const step = read(...parts)
  assert.equal(step.next, 'done', JSON.stringify(parts))
  return step.next === 'done' ? step.command.args.map(shown) : []
}

describe('an IMAP command', () => {
  it('has a tag, a verb in any case, and arguments', () => {
    assert.deepEqual(read('a1 Noop'), {
      next: 'done',
      command: { tag: 'a1', verb: 'NOOP', args: [] },
    })
    assert.deepEqual(args('A.1] LOGIN ada@example.org k7m2p-x4qwd'), [
      'ada@example.org',
      'k7m2p-x4qwd',
    ])
    assert.deepEqual(args('a LOGIN "a b" "c\\"d\\\\{5}"'), ["'a b'", `'c"d\\{5}'`])
    assert.deepEqual(args('a AUTHENTICATE PLAIN AGFkYQBw+/=='), ['PLAIN', 'AGFkYQBw+/=='])
    assert.deepEqual(args('a ID ("name" "x" "version" NIL)'), [
      '(',
      "'name'",
      "'x'",
      "'version'",
      'NIL',
      ')',
    ])
    assert.deepEqual(args('a ID ()'), ['(', ')'])
  })

  it('goes on after a literal, and says whether the client waits', () => {
    assert.deepEqual(read('a LOGIN {3}'), { next: 'literal', tag: 'a', size: 3, waits: true })
    assert.deepEqual(read('a LOGIN ada {4096+}'), {
      next: 'literal',
      tag: 'a',
      size: 4096,
      waits: false,
    })
    assert.deepEqual(args('a LOGIN {3}', 'a\r\n', ' {0+}', '', ''), ["'a\r\n'", "''"])
    assert.deepEqual(args('a ID ("name" {1}', 'x', ')'), ['(', "'name'", "'x'", ')'])
  })

  it('is none with anything that is not in the grammar', () => {
    for (const line of [
      '',
      'a',
      'a ',
      ' a NOOP',
      'a  NOOP',
      'a NOOP ',
      'a LOGIN  x y',
      'a LOGIN x y ',
      '* NOOP',
      '+ NOOP',
      'a+ NOOP',
      'a{1} NOOP',
      'a NO-OP',
      'a LOGIN "x',
      'a LOGIN "x\\y" z',
      'a LOGIN "x"y',
      'a LOGIN x"y"',
      'a LOGIN x\u00e9 y',
      'a LOGIN % y',
      'a LOGIN x{3}',
      'a LOGIN {3',
      'a ID (',
      'a ID ("x" (',
      'a ID ( "x")',
      'a ID ("x" )',
      'a ID )',
      'a ID ("x"))',
      'a ID ("x""y")',
    ])
      assert.equal(read(line).next, 'bad', line)
    assert.equal(read('a LOGIN {1}', 'x', 'y z').next, 'bad')
    assert.equal(read(`a ID (${'x '.repeat(80)}x)`).next, 'bad')
  })

  it('M08: takes no size that a name or a password cannot have', () => {
    for (const size of ['{4294967296}', '{-1}', '{1e9}', '{00000000000001}', '{01}', '{ 1}'])
      assert.deepEqual(read(`a LOGIN ${size}`), { next: 'bad', tag: 'a', lost: false }, size)
    for (const size of [
      '{}',
      '{1-}',
      '{+1}',
      '{1++',
      '{4097}',
      '{9999}',
      '{1}}',
      '{0x10}',
      '{1.0}',
    ])
      assert.equal(read(`a LOGIN ${size}`).next, 'bad', size)
    // Here octets may be under way that nobody can tell from commands.
    for (const size of ['{99999999+}', '{4097+}', '{-1+}', '{1++}', '{01+}'])
      assert.deepEqual(read(`a LOGIN ${size}`), { next: 'bad', tag: 'a', lost: true }, size)
    const five = ['a ID (', ...Array<string>(5).fill('{1}')]
    assert.equal(read(five[0]!, '').next, 'bad')
    const reader = commandReader(LIMITS)
    let step = reader.line(Buffer.from('a ID ({1}'))
    for (let i = 0; i < 4; i++) {
      assert.equal(step.next, 'literal')
      reader.literal(Buffer.from('x'))
      step = reader.line(Buffer.from(' {1}'))
    }
    assert.equal(step.next, 'bad')
  })

  it('whatever arrives: it ends with a value, and reads what was written', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    const near = fc
      .array(fc.constantFrom(...'a "(){}+*%\\~]1\u00e9\0', ' LOGIN ', '{5+}', 'NIL', '""'))
      .map((parts) => Buffer.from(parts.join(''), 'latin1'))
    fc.assert(
      fc.property(fc.oneof(bytes, near), fc.oneof(bytes, near), (first, second) => {
        const reader = commandReader(LIMITS)
        let step = reader.line(Buffer.from(first))
        if (step.next === 'literal') {
          reader.literal(Buffer.alloc(step.size, 0x78))
          step = reader.line(Buffer.from(second))
        }
        if (step.next === 'literal') assert.ok(step.size <= LIMITS.maxLiteralBytes)
        if (step.next !== 'done') return
        assert.match(step.command.verb, /^[A-Z]+$/)
        assert.ok(step.command.args.length <= 65)
        readId(step.command.args)
      }),
      { numRuns: PROPERTY_RUNS },
    )
    const text = fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some))
    fc.assert(
      fc.property(text, text, (name, password) => {
        const quotable = !password.some((byte) => byte === 0 || byte === 10 || byte === 13)
        const written = password.toString('latin1').replaceAll(/["\\]/g, '\\$&')
        const line = quotable ? ` "${written}"` : ` {${password.length}+}`
        const step = quotable
          ? read(`a LOGIN {${name.length}}`, name.toString('latin1'), line)
          : read(
              `a LOGIN {${name.length}}`,
              name.toString('latin1'),
              line,
              password.toString('latin1'),
              '',
            )
        assert.ok(step.next === 'done')
        assert.deepEqual(step.command.args, [
          { is: 'string', bytes: name },
          { is: 'string', bytes: password },
        ])
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

describe('ID', () => {
  const id = (text: string): string | null => {
    const step = read(`a ID ${text}`)
    return step.next === 'done' ? readId(step.command.args) : null
  }

  it('is name and version, where it says them', () => {
    assert.equal(id('("name" "Thunderbird" "version" "128.5" "os" NIL)'), 'Thunderbird/128.5')
    assert.equal(id('("VERSION" "1" "Name" "mutt")'), 'mutt/1')
    assert.equal(id('("name" "mutt")'), 'mutt')
    assert.equal(id('("name" NIL)'), '')
    assert.equal(id('()'), '')
    assert.equal(id('nil'), '')
    assert.equal(id('("name" "\xc3\xa9t\xc3\xa9")'), 'été')
    assert.equal(id('("name" "\xff")'), '')
  })

  it('is none where fields and values are not in pairs, or not strings', () => {
    for (const text of ['', '"x"', 'NIL NIL', '("name")', '(NIL "x")', '("name" x)', '(name "x")'])
      assert.equal(id(text), null, text)
    assert.equal(id(`(${'"a" "b" '.repeat(30)}"a" "b")`), null)
  })
})
