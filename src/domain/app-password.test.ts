import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { systemEntropy } from '#base/clock.ts'
import type { Problem } from '#base/problem.ts'
import {
  APPLICATION_NAMES,
  APPLICATIONS,
  connectionName,
  GATEWAYS,
  gatewaysOf,
  grouped,
  mintAppPassword,
  nameKey,
  readAppPassword,
  suggestName,
} from './app-password.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const minted = fc
  .uint8Array({ minLength: 23, maxLength: 23 })
  .map((bytes) => mintAppPassword(() => Buffer.from(bytes)).reveal())

const faultOf = (typed: string): string | undefined => {
  try {
    connectionName(typed)
    return undefined
  } catch (thrown) {
    return (thrown as Problem).fields[0]?.fault
  }
}

describe('an application password', () => {
  it('has 25 symbols of the alphabet, written in five groups of five', () => {
    const password = mintAppPassword(systemEntropy)
    assert.match(password.reveal(), new RegExp(`^[${ALPHABET}]{25}$`))
    assert.match(grouped(password), /^(\w{5}-){4}\w{5}$/)
  })

  it('is read in any case, with or without spaces and dashes, o for 0, i and l for 1', () => {
    fc.assert(
      fc.property(minted, (canonical) => {
        const spaced = canonical.match(/.{5}/g)!.join(' - ')
        for (const typed of [canonical, canonical.toUpperCase(), spaced, ` ${canonical} `]) {
          const read = readAppPassword(typed.replaceAll('0', 'O').replaceAll('1', 'l'))
          assert.equal(read.read === 'app_password' && read.canonical.reveal(), canonical)
        }
      }),
    )
  })

  it('is refused with any one symbol changed, any two changed, and any two exchanged', () => {
    const place = fc.nat(24)
    const symbol = fc.constantFrom(...ALPHABET)
    fc.assert(
      fc.property(minted, place, place, symbol, symbol, (canonical, a, b, x, y) => {
        const changed = [...canonical]
        changed[a] = x
        changed[b] = y
        const exchanged = [...canonical]
        ;[exchanged[a], exchanged[b]] = [canonical[b]!, canonical[a]!]
        for (const typed of [changed.join(''), exchanged.join('')])
          if (typed !== canonical) assert.equal(readAppPassword(typed).read, 'mistyped')
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused when every single symbol is replaced by every other', () => {
    const canonical = mintAppPassword(systemEntropy).reveal()
    for (let i = 0; i < 25; i++)
      for (const symbol of ALPHABET)
        if (symbol !== canonical[i])
          assert.equal(
            readAppPassword(canonical.slice(0, i) + symbol + canonical.slice(i + 1)).read,
            'mistyped',
          )
  })

  it('is refused truncated, lengthened, or with anything that is no symbol', () => {
    const canonical = mintAppPassword(systemEntropy).reveal()
    for (let i = 0; i < 25; i++) {
      assert.equal(readAppPassword(canonical.slice(0, i)).read, 'something_else')
      assert.equal(readAppPassword(canonical.slice(i + 1)).read, 'something_else')
      // U+212A is a K to toLowerCase, U+FF10 a 0 to NFKC, u is no symbol at all.
      for (const odd of ['\u212a', '\uff10', 'u', '\t', '\u00a0', '_', '\u0000'])
        assert.equal(
          readAppPassword(canonical.slice(0, i) + odd + canonical.slice(i + 1)).read,
          'something_else',
        )
    }
    assert.equal(readAppPassword(`${canonical}0`).read, 'something_else')
    assert.equal(readAppPassword('-'.repeat(1e6)).read, 'something_else')
  })
})

describe('the name of a connection', () => {
  it('is trimmed and composed, and has 1 to 64 characters, counted as people do', () => {
    assert.equal(connectionName('  Outlook on PC-12 '), 'Outlook on PC-12')
    assert.equal(connectionName('Cafe\u0301'), 'Caf\u00e9')
    assert.equal(connectionName('\u{1f4e7}'.repeat(64)), '\u{1f4e7}'.repeat(64))
    assert.equal(faultOf('\u{1f4e7}'.repeat(65)), 'too_long')
    assert.equal(faultOf(' \u3000 '), 'empty')
    assert.equal(faultOf('a\r\nX: b'), 'controls')
    assert.equal(faultOf('\u0000'), 'controls')
    assert.equal(faultOf('\ud800'), 'controls')
  })

  it('may hold HTML, formulas and marks of direction: they are inert where they are shown', () => {
    for (const name of ['<img src=x onerror=alert(1)>', '=HYPERLINK("http://x")', 'a\u202eb'])
      assert.equal(connectionName(name), name)
  })

  it('that is taken gets a free one suggested, never longer than allowed', () => {
    const taken = new Set(['outlook', 'outlook 2'].map(nameKey))
    assert.equal(suggestName('Outlook', taken), 'Outlook 3')
    assert.equal(suggestName('OUTLOOK 2', taken), 'OUTLOOK 3')
    const long = '\u{1f4e7}'.repeat(64)
    assert.equal([...suggestName(long, new Set([nameKey(long)]))].length, 64)
  })
})

describe('the gateways of an application password', () => {
  it('are those of its application unless others were picked', () => {
    for (const application of APPLICATION_NAMES)
      assert.deepEqual(gatewaysOf(application), APPLICATIONS[application])
    assert.deepEqual(gatewaysOf('other'), GATEWAYS)
    assert.deepEqual(gatewaysOf('scanner', ['imap']), ['imap'])
  })

  it('stand in one order, each once, and are never none', () => {
    assert.deepEqual(gatewaysOf('sync', ['smtp', 'drive', 'smtp']), ['drive', 'smtp'])
    assert.throws(() => gatewaysOf('sync', []), { code: 'invalid' })
  })
})
