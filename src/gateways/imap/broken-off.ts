/**
 * The end of a dialogue with a provider's server before its end, and how far it came.
 */
import type { MailRefusal } from '#mail/mail-server.ts'

export class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
  readonly stage: MailRefusal['stage']
  /** @param said what the server said, or what went wrong here */
  constructor(stage: MailRefusal['stage'], said: string) {
    super(said)
    this.stage = stage
  }
}
