/**
 * An old scanner sends a page through the listener for old devices, and everybody can see it did.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Dialogue } from '../support/dialogue.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { freePort } from '../support/product.ts'

const SCANNER = '127.0.0.6'
const TLS_10 = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function hello(scanner: Dialogue): Promise<string[]> {
  scanner.send('EHLO scanner\r\n')
  const lines: string[] = []
  do lines.push((await scanner.line()) ?? '')
  while (lines.at(-1)?.startsWith('250-'))
  return lines
}

async function send({ user, password }: MailGatewaysStory, scanner: Dialogue): Promise<void> {
  await scanner.play(`
    C: AUTH LOGIN
    S: 334 VXNlcm5hbWU6
    C: ${base64(user)}
    S: 334 UGFzc3dvcmQ6
    C: ${base64(password)}
    S: 235 …
    C: MAIL FROM:<${user}>
    S: 250 …
    C: RCPT TO:<${user}>
    S: 250 …
    C: DATA
    S: 354 …
    C: Subject: Page 1
    C:
    C: scanned
    C: .
    S: 250 …
    C: QUIT
    S: 221 …`)
}

describe('An old scanner', () => {
  for (const [tls, security] of [
    ['off', 'none'],
    ['1.0', 'TLSv1'],
  ] as const)
    it(`sends a page, with TLS ${tls}; the start and its sign-in stand in the audit`, async () => {
      const port = await freePort()
      await using story = await openMailGatewaysStory({
        OLD_SMTP_LISTEN: `127.0.0.1:${port}`,
        OLD_SMTP_NETWORKS: SCANNER,
        OLD_SMTP_TLS: tls,
      })
      using stranger = await Dialogue.open(port)
      assert.equal(await stranger.line(), null)
      using scanner = await Dialogue.open(port, { from: SCANNER })
      await scanner.expect('220 …')
      const offered = (await hello(scanner)).join('\n')
      assert.equal(/AUTH/.test(offered), tls === 'off')
      assert.equal(/STARTTLS/.test(offered), tls === '1.0')
      if (tls === '1.0') {
        await scanner.play(`
          C: AUTH LOGIN
          S: 530 …
          C: STARTTLS
          S: 220 …`)
        await scanner.startTls(TLS_10)
        await hello(scanner)
      }
      await send(story, scanner)
      const { rows } = await story.ada.call('GET /audit', { query: { size: 200 } })
      const opened = rows.find(({ action }) => action === 'gateway.old_smtp')
      assert.deepEqual(opened?.details, { listen: `127.0.0.1:${port}`, networks: SCANNER, tls })
      const signedIn = rows.find(({ action }) => action === 'gateway.sign_in')
      assert.deepEqual(
        [signedIn?.outcome, signedIn?.ip, signedIn?.client, signedIn?.details],
        ['ok', SCANNER, 'scanner', { gateway: 'smtp', security }],
      )
      assert.match(story.product.log.join(''), /mail\.old_smtp_open/)
    })
})
