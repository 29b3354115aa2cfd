import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { describe, it } from 'node:test'
import { connect } from 'node:tls'
import { startDrive } from '../support/drive.ts'
import { run, workFolder } from '../support/program.ts'

/** A certificate for 127.0.0.1 that nobody but this test believes. */
async function certificate(folder: string): Promise<{ cert: string; key: string }> {
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
  const [cert = '', key = ''] = ['cert.pem', 'key.pem'].map((name) =>
    readFileSync(path.join(folder, name), 'utf8'),
  )
  return { cert, key }
}

describe('The listener with a certificate', () => {
  it('keeps every byte both ways, and speaks TLS 1.2 and later only', async () => {
    using work = workFolder()
    const tls = await certificate(work.path)
    await using server = await startDrive({ tls })
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
})
