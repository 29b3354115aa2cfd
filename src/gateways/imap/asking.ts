/**
 * Commands to a provider's IMAP server, one at a time, and its answers to them.
 */
import { capabilitiesIn, readResponse, type Response } from '#wire/imap/response.ts'
import type { Conversation } from '../mail/conversation.ts'
import { UPSTREAM_LIMITS } from '../mail/limits.ts'
import { BrokenOff } from './broken-off.ts'

/** The answer that ends a command, and the capabilities that came with it or before it. */
export type Tagged = Extract<Response, { is: 'status' }> & {
  readonly capabilities: readonly string[] | null
}
export type Asking = {
  /** Sends a command. @returns its tag */
  send(command: string): string
  /** A line that goes on with a command. */
  write(text: string): void
  /** The next line. @throws BrokenOff where there is none */
  next(): Promise<Response>
  /**
   * The answer to a command, or its continuation. Untagged lines before it are passed over, or kept.
   * @param keeps gets the lines that nobody asked for
   * @throws BrokenOff when the server takes leave, or says what is no answer
   */
  answer(tag: string, keeps?: Buffer[]): Promise<Tagged | Extract<Response, { is: 'continuation' }>>
  /** Both, for a command without continuation. @throws BrokenOff */
  ask(command: string, keeps?: Buffer[]): Promise<Tagged>
}

const CRLF = Buffer.from('\r\n')

export function asking(conversation: Conversation): Asking {
  let commands = 0

  const line = async (): Promise<Buffer> => {
    const found = await conversation.line(UPSTREAM_LIMITS.maxLineBytes)
    if (found.read === 'line') return found.bytes
    if (found.read === 'end') throw new BrokenOff('network', 'It closed the connection.')
    throw new BrokenOff('mailbox', 'It sent what is no line of IMAP.')
  }
  const it: Asking = {
    send: (command) => {
      const tag = `P${++commands}`
      conversation.write(`${tag} ${command}\r\n`)
      return tag
    },
    write: (text) => conversation.write(`${text}\r\n`),
    next: async () => readResponse(await line()),
    answer: async (tag, keeps) => {
      let capabilities: readonly string[] | null = null
      for (let lines = 0; lines < UPSTREAM_LIMITS.maxLines; lines++) {
        const bytes = await line()
        const response = readResponse(bytes)
        if (response.is === 'continuation') return response
        const named = capabilitiesIn(response)
        capabilities = named ?? capabilities
        if (response.is === 'status' && response.tag === tag) return { ...response, capabilities }
        if (response.is === 'status' && (response.tag !== null || response.status === 'BYE'))
          throw new BrokenOff('mailbox', `${response.status} ${response.text}`)
        if (named === null) keeps?.push(Buffer.concat([bytes, CRLF]))
      }
      throw new BrokenOff('mailbox', 'It answers without end.')
    },
    ask: async (command, keeps) => {
      const answer = await it.answer(it.send(command), keeps)
      if (answer.is === 'status') return answer
      throw new BrokenOff('mailbox', 'It asks for more where there is no more.')
    },
  }
  return it
}
