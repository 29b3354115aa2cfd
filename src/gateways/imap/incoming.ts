/**
 * The next command of a client: its lines and literals, each asked for as the protocol has it.
 */
import { beginsLikeHttp } from '#wire/http/method.ts'
import { commandReader, type Command } from '#wire/imap/command.ts'
import type { Conversation } from '../mail/conversation.ts'
import { IMAP_LIMITS } from '../mail/limits.ts'
import { NEEDS_TLS } from './reply.ts'

export type Incoming =
  | { readonly got: 'command'; readonly command: Command }
  /** `lost`: what comes next cannot be told from a command. */
  | { readonly got: 'bad'; readonly tag: string | null; readonly lost: boolean }
  /** It was answered already. */
  | { readonly got: 'nothing' }
  /** A browser was led here (ALPACA): no word of ours may reach what it takes for an answer. */
  | { readonly got: 'http' }
  | { readonly got: 'end' }

/** @param mayAsk false: a literal may be a password, and nobody is asked for one without TLS */
export async function nextCommand(client: Conversation, mayAsk: boolean): Promise<Incoming> {
  const reader = commandReader(IMAP_LIMITS)
  for (let octets = 0; ;) {
    const line = await client.line(IMAP_LIMITS.maxLineBytes - octets)
    if (line.read === 'end') return { got: 'end' }
    if (line.read !== 'line') return { got: 'bad', tag: null, lost: true }
    if (octets === 0 && beginsLikeHttp(line.bytes)) return { got: 'http' }
    octets += line.bytes.length
    const step = reader.line(line.bytes)
    if (step.next === 'done') return { got: 'command', command: step.command }
    if (step.next === 'bad') return { got: 'bad', tag: step.tag, lost: step.lost }
    if (step.waits && !mayAsk) {
      client.write(`${step.tag} ${NEEDS_TLS}\r\n`)
      return { got: 'nothing' }
    }
    if (step.waits) client.write('+ Go on.\r\n')
    const literal = await client.bytes(step.size)
    if (!literal) return { got: 'end' }
    reader.literal(literal)
  }
}
