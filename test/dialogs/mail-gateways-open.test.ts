/**
 * The product with mail listeners: where passwords may be clear, and whose address is written down.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { selfSigned } from '../support/certificate.ts'
import { Dialogue } from '../support/dialogue.ts'
import { freePort, startProduct } from '../support/product.ts'
import { workFolder } from '../support/program.ts'

const PROXY = '127.0.0.9'

describe('The mail gateways of the product', () => {
  it('take passwords without TLS on this machine, and not of others whom a proxy brings', async () => {
    using work = workFolder()
    const { certificate, key } = selfSigned()
    const [certFile, keyFile] = [join(work.path, 'cert.pem'), join(work.path, 'key.pem')]
    writeFileSync(certFile, certificate)
    writeFileSync(keyFile, key)
    const port = await freePort()
    const env = { IMAP_LISTEN: `127.0.0.1:${port}`, PROXY_PROTOCOL_NETWORKS: PROXY }
    const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, LISTEN_TLS: 'off' }
    for (const [settings, remote] of [
      [env, '* OK [CAPABILITY …AUTH=PLAIN…] …'],
      [{ ...env, ...tls }, '* OK [CAPABILITY …STARTTLS LOGINDISABLED] …'],
    ] as const) {
      await using _ = await startProduct({ env: settings })
      using here = await Dialogue.open(port)
      await here.expect('* OK [CAPABILITY …AUTH=PLAIN…] …')
      using brought = await Dialogue.open(port, { from: PROXY })
      brought.send('PROXY TCP4 198.51.100.7 192.0.2.1 4711 143\r\n')
      await brought.expect(remote)
      using health = await Dialogue.open(port, { from: PROXY })
      health.send('PROXY UNKNOWN\r\n')
      await health.expect('* OK [CAPABILITY …AUTH=PLAIN…] …')
    }
  })

  it('M32: write down the address that the proxy says', async () => {
    const port = await freePort()
    const env = { POP3_LISTEN: `127.0.0.1:${port}`, PROXY_PROTOCOL_NETWORKS: PROXY }
    await using product = await startProduct({ env })
    const ada = await product.administrator()
    using brought = await Dialogue.open(port, { from: PROXY })
    brought.send('PROXY TCP4 198.51.100.7 192.0.2.1 4711 110\r\n')
    await brought.play(`
      S: +OK …
      C: USER ada
      S: +OK …
      C: PASS k7m2p-x4qwd-9fhtb-3nrvc-z8sjy
      S: -ERR [AUTH] …`)
    const { rows } = await ada.call('GET /audit', { query: { size: 50 } })
    const refused = rows.find(({ action }) => action === 'gateway.sign_in')
    assert.deepEqual([refused?.outcome, refused?.ip], ['refused', '198.51.100.7'])
  })

  it('are closed when the product stops, and open again at once', async () => {
    const port = await freePort()
    const env = { SUBMISSION_LISTEN: `127.0.0.1:${port}` }
    for (let start = 0; start < 2; start++) {
      const product = await startProduct({ env })
      using client = await Dialogue.open(port)
      await client.expect('220 …')
      const stopped = product[Symbol.asyncDispose]()
      await client.expect('421 …')
      assert.equal(await client.line(), null)
      await stopped
    }
  })

  it('do not start with a certificate that cannot be used', async () => {
    using work = workFolder()
    const file = join(work.path, 'cert.pem')
    writeFileSync(file, 'nothing')
    const env = {
      IMAPS_LISTEN: '127.0.0.1:0',
      TLS_CERT_FILE: file,
      TLS_KEY_FILE: file,
      LISTEN_TLS: 'off',
    }
    await assert.rejects(startProduct({ env }), /cert\.pem has no certificate \(PEM\)/)
  })
})
