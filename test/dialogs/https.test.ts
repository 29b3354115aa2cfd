import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { describe, it } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { silentLog } from '#base/log.ts'
import { Certificates } from '#gateways/tls/certificates.ts'
import { startDrive } from '../support/drive.ts'
import { run, workFolder } from '../support/program.ts'

/** A certificate for 127.0.0.1 that nobody but this test believes. */
async function certificate(folder: string): Promise<{ cert: string; certificates: Certificates }> {
  const made = await run(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=test',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
    ],
    { home: folder },
  )
  assert.equal(made.code, 0, made.output)
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  const certificates = Certificates.open([{ certFile, keyFile }], silentLog)
  return { cert: readFileSync(certFile, 'utf8'), certificates }
}

describe('The listener with a certificate', () => {
  it('keeps every byte both ways, and speaks TLS 1.2 and later only', async () => {
    using work = workFolder()
    const tls = await certificate(work.path)
    await using server = await startDrive({ tls: tls.certificates })
    const ada = await server.person('ada')
    const ask = async (method: string, body?: Buffer): Promise<[number, Buffer]> => {
      const req = https.request({
        host: '127.0.0.1',
        port: server.port,
        ca: tls.cert,
        method,
        path: '/dav/Home/f',
        headers: { Authorization: ada.basic, ...(body ? { 'Content-Length': body.length } : {}) },
      })
      req.end(body)
      const [res] = (await once(req, 'response')) as [IncomingMessage]
      const chunks: Buffer[] = []
      for await (const chunk of res) chunks.push(chunk as Buffer)
      return [res.statusCode ?? 0, Buffer.concat(chunks)]
    }
    const body = Buffer.alloc(3_000_001, 'over tls ')
    assert.equal((await ask('PUT', body))[0], 201)
    const [status, got] = await ask('GET')
    assert.equal(status, 200)
    assert.ok(got.equals(body))
    const old = connect({
      port: server.port,
      host: '127.0.0.1',
      ca: tls.cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    })
    await assert.rejects(async () => await once(old, 'secureConnect'))
    const plain = connect({
      port: server.port,
      host: '127.0.0.1',
      ca: tls.cert,
      maxVersion: 'TLSv1.2',
    })
    await once(plain, 'secureConnect')
    assert.equal(plain.getProtocol(), 'TLSv1.2')
    plain.destroy()
  })

  it('shows a renewed certificate to those who connect later; who is connected stays', async () => {
    using work = workFolder()
    const { cert, certificates } = await certificate(work.path)
    await using server = await startDrive({ tls: certificates })
    const ask = async (agent: https.Agent): Promise<string> => {
      const at = { host: '127.0.0.1', port: server.port, agent, rejectUnauthorized: false }
      const req = https.get({ ...at, path: '/dav/' })
      const [res] = (await once(req, 'response')) as [IncomingMessage]
      const { raw } = (res.socket as TLSSocket).getPeerCertificate()
      await once(res.resume(), 'end')
      return new X509Certificate(raw).toString()
    }
    using before = disposable(new https.Agent({ keepAlive: true, maxSockets: 1 }))
    assert.equal(await ask(before.agent), cert)
    const next = await certificate(work.path)
    certificates.check()
    assert.notEqual(next.cert, cert)
    using after = disposable(new https.Agent({ keepAlive: true, maxSockets: 1 }))
    assert.equal(await ask(after.agent), next.cert)
    assert.equal(await ask(before.agent), cert)
  })
})

const disposable = (agent: https.Agent) => ({
  agent,
  [Symbol.dispose]: () => agent.destroy(),
})
