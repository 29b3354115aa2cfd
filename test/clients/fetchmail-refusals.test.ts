import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { Closed } from '#gateways/mail/mailbox.ts'
import { openPop3 } from '../support/pop3-gateway.ts'
import { run, workFolder } from '../support/program.ts'
import { localhostTls } from '../support/tls.ts'

/** What fetchmail ends with (EXIT CODES of its manual): it gives a mailbox up for the first alone. */
const [WRONG_PASSWORD, IN_USE, SERVER_BUSY] = [3, 9, 14]
const CODES: Readonly<Record<Closed, number>> = {
  refused: WRONG_PASSWORD,
  busy: IN_USE,
  unavailable: SERVER_BUSY,
  reconsent: IN_USE,
  mailbox_off: SERVER_BUSY,
}

describe('fetchmail, refused over POP3', () => {
  for (const [why, expected] of Object.entries(CODES) as [Closed, number][])
    it(`${why}: ${expected === WRONG_PASSWORD ? 'the password is wrong' : 'comes again'}`, async () => {
      await using gateway = await openPop3(async () => ({ ok: false, why }))
      using work = workFolder()
      const certFile = path.join(work.path, 'cert.pem')
      writeFileSync(certFile, localhostTls().cert)
      writeFileSync(
        path.join(work.path, '.fetchmailrc'),
        `poll localhost protocol POP3 service ${gateway.tlsPort}
           username "ada" password "pw" ssl sslcertck sslcertfile "${certFile}" mda "cat"`,
        { mode: 0o600 },
      )
      const { code, output } = await run('fetchmail', [], { home: work.path })
      assert.equal(code, expected, output)
    })
})
