/**
 * Conversations before login that no client would have: `node test/fuzz/pre-login.ts smtp 100000 7`
 * has so many, beginning with that number. The gateway answers in the form of its protocol or not
 * at all, closes the connection, admits nobody, and holds nothing afterwards.
 */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { setImmediate as breathe } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { createLog } from '#base/log.ts'
import { systemClock } from '#base/clock.ts'
import type { MailProtocol } from '#gateways/mail/session.ts'
import type { GatewayAlone } from '../support/mail-doors.ts'
import { settledMemory } from '../support/memory.ts'
import { chance, mutated, pieces, type Chance } from './mutation.ts'
import { FUZZED, type Fuzzed } from './fuzzed.ts'

const AT_ONCE = 32
/** After so many everything that is made once has been made. */
const WARM_UP = 500

export type Run = { readonly conversations: number; readonly grownBytes: number }

/** @throws AssertionError that names the number of the conversation */
export async function fuzz(protocol: MailProtocol, conversations: number, first = 0): Promise<Run> {
  const { open, ...seeds } = FUZZED[protocol]
  const faults: string[] = []
  const log = createLog((line) => void faults.push(line), systemClock, 'error')
  await using gateway = await open(log)
  const held = async (): Promise<number> => {
    await settledMemory()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  let before = 0
  for (let n = 0; n < conversations; n += AT_ONCE) {
    if (n >= WARM_UP && before === 0) before = await held()
    const numbers = Array.from(
      { length: Math.min(AT_ONCE, conversations - n) },
      (_, i) => first + n + i,
    )
    await Promise.all(numbers.map(async (number) => await converse(gateway, seeds, number)))
    assert.deepEqual(faults, [], `Conversations ${numbers[0]} to ${numbers.at(-1)}`)
    gateway.attempts.length = 0
  }
  while (gateway.listener.open.all > 0) await breathe()
  return { conversations, grownBytes: before === 0 ? 0 : (await held()) - before }
}

async function converse(
  { port, tlsPort, clearPort }: GatewayAlone,
  { conversations, answers, tlsBegins }: Omit<Fuzzed, 'open'>,
  number: number,
): Promise<void> {
  const at = chance(number)
  const sort = at.below(20)
  const where = { host: '127.0.0.1', port: sort === 0 ? tlsPort : sort < 4 ? port : clearPort }
  const socket =
    sort === 0 ? connectTls({ ...where, servername: 'localhost' }) : connect({ ...where })
  // Whoever is cut off in the middle of sending hears of it this way.
  socket.on('error', () => {})
  const said: Buffer[] = []
  socket.on('data', (bytes: Buffer) => void said.push(bytes))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await send(socket, mutated(conversations, at), at)
  await closed
  const [inTheClear = ''] = Buffer.concat(said).toString('latin1').split(tlsBegins)
  // A reset takes away what was not read yet, in the middle of a line too.
  const whole = inTheClear.slice(0, inTheClear.lastIndexOf('\n') + 1)
  assert.match(whole, answers, `Conversation ${number}: ${JSON.stringify(whole)}`)
}

async function send(socket: Socket, bytes: Buffer, at: Chance): Promise<void> {
  for (const piece of pieces(bytes, at)) {
    if (!socket.writable) return
    socket.write(piece)
    await breathe()
  }
  if (at.below(10) === 0) socket.destroy()
  else socket.end()
}

if (import.meta.main) {
  const [protocol = '', conversations = '100000', first = '0'] = process.argv.slice(2)
  assert.ok(protocol in FUZZED, `One of ${Object.keys(FUZZED).join(', ')}.`)
  const run = await fuzz(protocol as MailProtocol, Number(conversations), Number(first))
  console.log(`${run.conversations} conversations, ${Math.round(run.grownBytes / 1024)} KiB more`)
}
