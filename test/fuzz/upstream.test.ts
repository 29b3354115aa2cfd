import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAIL_PROTOCOLS } from '#gateways/mail/session.ts'
import { meetServers } from './upstream.ts'

/** `node test/fuzz/upstream.ts` meets many more; the same ones each time. */
const SERVERS = 3000

describe('V18: servers of providers that say what no server would', () => {
  for (const protocol of MAIL_PROTOCOLS)
    it(`${protocol}: every sign-in ends, as a value, and no token is anywhere`, async () => {
      const { signedIn } = await meetServers(protocol, SERVERS)
      // Most say what they should, so that every step of a dialogue is come to.
      assert.ok(signedIn > SERVERS / 100, `${signedIn}`)
    })
})
