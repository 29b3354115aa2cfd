import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { isEnd, mechanismsOf, readCapabilities } from './capa.ts'
import { readCommand, type Command } from './command.ts'
import { readReply } from './reply.ts'

const line = (text: string | Uint8Array): Buffer => Buffer.from(text as string)

/** The command with what is a secret or bytes readable. */
function read(text: string | Uint8Array): unknown {
  const command: Command = readCommand(line(text))
  if (command.command === 'pass') return ['pass', command.password?.reveal() ?? null]
  if (command.command === 'user') return ['user', command.name]
  if (command.command === 'auth')
    return ['auth', command.mechanism, command.initial?.toString('latin1') ?? null]
  return command.command
}

describe('POP3 commands', () => {
  it('are keywords in any case', () => {
    assert.equal(read('CAPA'), 'capa')
    assert.equal(read('stls'), 'stls')
    assert.equal(read('Quit'), 'quit')
    assert.deepEqual(read('user ada'), ['user', 'ada'])
    assert.deepEqual(read('pass pw'), ['pass', 'pw'])
    assert.deepEqual(read('auth plain AA=='), ['auth', 'plain', 'AA=='])
  })

  it('M29: PASS carries every space, in front and behind too', () => {
    assert.deepEqual(read('PASS  p w  '), ['pass', ' p w  '])
    assert.deepEqual(read('PASS  '), ['pass', ' '])
    assert.deepEqual(read('PASS a:"\\{é'), ['pass', 'a:"\\{é'])
  })

  it('a user name is what follows the space', () => {
    assert.deepEqual(read('USER ada@example.org'), ['user', 'ada@example.org'])
    assert.deepEqual(read('USER ada lovelace'), ['user', 'ada lovelace'])
    assert.deepEqual(read('USER zoë'), ['user', 'zoë'])
  })

  it('M16: no controls, no NUL and no bytes that are not UTF-8, in name and password', () => {
    const bad = ['a\u0000b', 'a\u0001b', 'a\tb', 'a\u007f', 'a\u0085b', 'a\rb', 'a\nb']
    const bytes = [[0xff, 0xfe], [0xeb], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]
    for (const argument of [...bad.map(line), ...bytes.map((one) => Buffer.from(one))]) {
      assert.deepEqual(read(Buffer.concat([line('USER '), argument])), ['user', null])
      assert.deepEqual(read(Buffer.concat([line('PASS '), argument])), ['pass', null])
    }
    for (const text of ['USER', 'USER ', 'PASS', 'PASS ']) assert.equal(read(text), 'malformed')
  })

  it('AUTH names a mechanism, or asks for them; one word may follow', () => {
    assert.deepEqual(read('AUTH'), ['auth', null, null])
    assert.deepEqual(read('AUTH PLAIN'), ['auth', 'PLAIN', null])
    assert.deepEqual(read('AUTH PLAIN ='), ['auth', 'PLAIN', '='])
    for (const text of ['AUTH ', 'AUTH  PLAIN', 'AUTH PLAIN ', 'AUTH PLAIN a b', 'AUTH PL@IN'])
      assert.equal(read(text), 'malformed', text)
  })

  it('that stand alone have no argument', () => {
    for (const text of ['CAPA ', 'CAPA x', 'STLS x', 'QUIT now'])
      assert.equal(read(text), 'malformed')
  })

  it('of the mailbox are commands, before signing in too; lines of other protocols are not', () => {
    for (const text of [
      'STAT',
      'NOOP',
      'RETR 1',
      'APOP ada c4c9334bac560ecc979e58001b3e22fb',
      'XYZ',
    ])
      assert.equal(read(text), 'other', text)
    for (const text of ['', ' ', 'a CAPABILITY', 'EHLO localhost', 'STARTTLS', 'ÄÖÜ', 'CAPA\u0000'])
      assert.equal(read(text), text.startsWith('EHLO') ? 'other' : 'malformed', text)
  })

  it('M07: of HTTP are told apart', () => {
    for (const text of [
      'GET / HTTP/1.1',
      'POST / HTTP/1.1',
      'PUT x',
      'CONNECT a:1',
      'HEAD',
      'PRI *',
    ])
      assert.equal(read(text), 'http', text)
  })

  it('whatever the bytes: nothing throws, and what is read can be written again', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('USER ', 'PASS ', 'AUTH ', 'AUTH PLAIN ', ''),
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((text) => line(text)),
        ),
        (verb, rest) => {
          const sent = Buffer.concat([line(verb), rest])
          const command = readCommand(sent)
          if (command.command === 'user' && command.name !== null)
            assert.deepEqual(line(`USER ${command.name}`), upper(sent))
          if (command.command === 'pass' && command.password)
            assert.deepEqual(line(`PASS ${command.password.reveal()}`), upper(sent))
        },
      ),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

/** The keyword in capitals. */
const upper = (sent: Buffer): Buffer =>
  Buffer.concat([line(sent.toString('latin1', 0, 4).toUpperCase()), sent.subarray(4)])

describe('POP3 replies', () => {
  it('are yes, no with or without a code, or a challenge', () => {
    assert.deepEqual(readReply(line('+OK')), { reply: 'ok', text: '' })
    assert.deepEqual(readReply(line('+OK ready <1@x>')), { reply: 'ok', text: 'ready <1@x>' })
    assert.deepEqual(readReply(line('-ERR')), { reply: 'error', code: null, text: '' })
    assert.deepEqual(readReply(line('-ERR [sys/temp] later')), {
      reply: 'error',
      code: 'SYS/TEMP',
      text: '[sys/temp] later',
    })
    assert.deepEqual(readReply(line('-ERR no [AUTH]')), {
      reply: 'error',
      code: null,
      text: 'no [AUTH]',
    })
    assert.deepEqual(readReply(line('+ eyJ9')), { reply: 'continue', text: 'eyJ9' })
    assert.deepEqual(readReply(line('+ ')), { reply: 'continue', text: '' })
    assert.deepEqual(readReply(line('+')), { reply: 'continue', text: '' })
  })

  it('and nothing else', () => {
    const others = [
      '',
      '+ok',
      'OK',
      '+OKAY',
      '-ERROR',
      '* OK IMAP4 ready',
      '220 ready',
      '++',
      ' +OK',
    ]
    for (const text of others) assert.equal(readReply(line(text)), null, text)
    const anyLine = fc.oneof(
      fc.uint8Array(),
      fc
        .tuple(fc.constantFrom('+', '+OK', '-ERR', '-ERR [', '+ '), fc.string())
        .map(([begin, rest]) => line(begin + rest)),
    )
    fc.assert(
      fc.property(anyLine, (bytes) => {
        const reply = readReply(Buffer.from(bytes))
        if (reply?.reply === 'error' && reply.code !== null)
          assert.ok(reply.text.toUpperCase().startsWith(`[${reply.code}]`))
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

describe('POP3 capabilities', () => {
  it('are read with their arguments, in any case', () => {
    const lines = ['TOP', 'uidl', 'SASL plain XOAUTH2', 'EXPIRE 0', 'IMPLEMENTATION A B'].map(line)
    const capabilities = readCapabilities(lines)
    assert.deepEqual([...capabilities.keys()], ['TOP', 'UIDL', 'SASL', 'EXPIRE', 'IMPLEMENTATION'])
    assert.deepEqual(mechanismsOf(capabilities), ['PLAIN', 'XOAUTH2'])
    assert.deepEqual(mechanismsOf(readCapabilities([line('USER')])), [])
  })

  it('leave out what is not one, and a second list of mechanisms', () => {
    const lines = ['', ' SASL PLAIN', '.SASL PLAIN', 'SASL XOAUTH2', 'SASL PLAIN'].map(line)
    assert.deepEqual(mechanismsOf(readCapabilities(lines)), ['XOAUTH2'])
  })

  it('end with a lone dot', () => {
    assert.ok(isEnd(line('.')))
    for (const text of ['', '..', '. ', '.x']) assert.ok(!isEnd(line(text)), text)
  })

  it('whatever the bytes: nothing throws', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { maxLength: 5 }), (lines) => {
        mechanismsOf(readCapabilities(lines.map((one) => Buffer.from(one))))
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
