/**
 * StartTLS (RFC 4511 §4.14): one request in the clear, one answer, and nothing else before TLS.
 */
import type { Socket } from 'node:net'
import { answerOf } from '#wire/ldap/answer.ts'
import { LdapAnswers } from '#wire/ldap/answers.ts'
import { DirectoryError } from './failure.ts'

/** ExtendedRequest 1, requestName 1.3.6.1.4.1.1466.20037. */
const REQUEST = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
])
const EXTENDED_RESPONSE = 0x78
/** ENUMERATED success. */
const SUCCESS = Buffer.from('0a0100', 'hex')

/**
 * Asks for TLS. Whatever came with the answer was not protected: it would be read as if it had been
 * said under TLS, so the connection ends.
 * @throws DirectoryError `start_tls`, `malformed`, `network`
 */
export async function askForTls(socket: Socket, where: string): Promise<void> {
  const answers = new LdapAnswers()
  let read: (chunk: Buffer) => void = () => {}
  let ended = (): void => {}
  try {
    await new Promise<void>((resolve, reject) => {
      read = (chunk) => {
        const taken = answers.take(chunk)
        if (typeof taken === 'string') return reject(new DirectoryError('malformed', where))
        const [answer, ...more] = taken
        if (!answer) return
        if (more.length > 0 || answers.pending > 0 || !saysYes(answer))
          return reject(new DirectoryError('start_tls', where))
        resolve()
      }
      ended = () => reject(new DirectoryError('network', where))
      socket.on('data', read).once('close', ended)
      socket.write(REQUEST)
    })
  } finally {
    socket.off('data', read).off('close', ended).pause()
  }
}

/** The result code is the first element of the answer. */
function saysYes(message: Buffer): boolean {
  const { id, tag } = answerOf(message)
  return id === 1 && tag === EXTENDED_RESPONSE && message.includes(SUCCESS)
}
