import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect as connectPlain, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { createLog } from '#base/log.ts'
import { selfSigned, type SelfSigned } from '../../../test/support/certificate.ts'
import { workFolder } from '../../../test/support/program.ts'
import { acceptTls } from './accept.ts'
import { Certificates } from './certificates.ts'
import type { KeyPairFiles } from './key-pair.ts'

const FIRST = selfSigned({ names: ['mail.example.org'] })
const RENEWED = selfSigned({ names: ['mail.example.org'] })
const OTHER = selfSigned({ names: ['imap.example.com', '*.example.net'] })

function put(folder: string, name: string, { certificate, key }: SelfSigned): KeyPairFiles {
  const files = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) }
  writeFileSync(files.certFile, certificate)
  writeFileSync(files.keyFile, key)
  return files
}

/** A server that says a letter when TLS is on. */
async function listen(folder: string, more: readonly KeyPairFiles[] = []) {
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), { now: () => 0 }, 'info')
  const files = put(folder, 'first', FIRST)
  const certificates = Certificates.open([files, ...more], log)
  const server = createServer((socket) => {
    socket.on('error', () => {})
    const offer = { certificates, age: 'today', alpn: ['imap'], handshakeMs: 10_000 } as const
    void acceptTls(socket, offer).then((secure) => secure?.pipe(secure))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { files, certificates, lines, port, [Symbol.dispose]: () => void server.close() }
}

async function dial(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

/** Whose certificate is shown. */
async function shown(port: number, servername?: string): Promise<string> {
  const socket = await dial(port, servername === undefined ? {} : { servername })
  const { raw } = socket.getPeerCertificate()
  socket.destroy()
  return new X509Certificate(raw).toString()
}

describe('certificates', () => {
  it('are chosen by their own names; the first is for unknown names and for none', async () => {
    using work = workFolder()
    using server = await listen(work.path, [put(work.path, 'other', OTHER)])
    assert.equal(await shown(server.port, 'mail.example.org'), FIRST.certificate)
    assert.equal(await shown(server.port, 'imap.example.com'), OTHER.certificate)
    assert.equal(await shown(server.port, 'IMAP.Example.com'), OTHER.certificate)
    assert.equal(await shown(server.port, 'any.example.net'), OTHER.certificate)
    assert.equal(await shown(server.port, 'a.b.example.net'), FIRST.certificate)
    assert.equal(await shown(server.port, 'unknown.example'), FIRST.certificate)
    assert.equal(await shown(server.port), FIRST.certificate)
  })

  it('are read again when written, renamed over or pointed elsewhere; connections stay', async () => {
    using work = workFolder()
    using server = await listen(work.path)
    const open = await dial(server.port)
    const { certFile, keyFile } = put(work.path, 'renewed', RENEWED)
    renameSync(keyFile, server.files.keyFile)
    renameSync(certFile, server.files.certFile)
    server.certificates.check()
    assert.equal(await shown(server.port), RENEWED.certificate)
    assert.match(server.lines.join(), /tls\.certificate_changed/)

    put(work.path, 'first', FIRST)
    server.certificates.check()
    assert.equal(await shown(server.port), FIRST.certificate)

    const next = put(work.path, 'next', RENEWED)
    for (const name of ['certFile', 'keyFile'] as const) {
      rmSync(server.files[name])
      symlinkSync(next[name], server.files[name])
    }
    server.certificates.check()
    assert.equal(await shown(server.port), RENEWED.certificate)

    open.write('x')
    assert.equal(String((await once(open, 'data'))[0]), 'x')
    open.destroy()
  })

  it('that are broken or do not fit leave the one before, and are told once', async () => {
    using work = workFolder()
    using server = await listen(work.path)
    let changes = 0
    server.certificates.onChange(() => void changes++)
    for (const [file, text] of [
      [server.files.certFile, RENEWED.certificate], // with the key of the one before
      [server.files.certFile, 'nothing'],
      [server.files.keyFile, ''],
    ] as const) {
      writeFileSync(file, text)
      const before = server.lines.length
      for (let look = 0; look < 4; look++) server.certificates.check()
      assert.equal(server.lines.length, before + 1)
      assert.match(server.lines.at(-1) ?? '', /tls\.certificate_not_taken/)
      assert.doesNotMatch(server.lines.at(-1) ?? '', /PRIVATE KEY/)
      assert.equal(await shown(server.port), FIRST.certificate)
    }
    rmSync(server.files.certFile)
    for (let look = 0; look < 4; look++) server.certificates.check()
    assert.equal(changes, 0)
    put(work.path, 'first', RENEWED)
    server.certificates.check()
    assert.equal(await shown(server.port), RENEWED.certificate)
    assert.equal(changes, 1)
  })

  it('whose two files are renewed one after the other cause no warning', async () => {
    using work = workFolder()
    using server = await listen(work.path)
    writeFileSync(server.files.certFile, RENEWED.certificate)
    server.certificates.check()
    writeFileSync(server.files.keyFile, RENEWED.key)
    server.certificates.check()
    assert.equal(await shown(server.port), RENEWED.certificate)
    assert.doesNotMatch(server.lines.join(), /not_taken/)
  })

  it('that cannot be used at start are named', () => {
    using work = workFolder()
    const files = put(work.path, 'first', { ...FIRST, key: OTHER.key })
    const log = createLog(() => {}, { now: () => 0 }, 'error')
    assert.throws(
      () => Certificates.open([files], log),
      /first\.key is not the key of .*first\.pem/,
    )
    writeFileSync(files.keyFile, 'x')
    assert.throws(() => Certificates.open([files], log), /first\.key has no private key/)
    rmSync(files.certFile)
    assert.throws(() => Certificates.open([files], log), /first\.pem cannot be read/)
  })
})

describe('a TLS connection', () => {
  it('that breaks after its handshake is closed', async () => {
    using work = workFolder()
    using server = await listen(work.path)
    const plain = connectPlain(server.port, '127.0.0.1')
    await once(plain, 'connect')
    const secure = connect({ socket: plain, rejectUnauthorized: false }).on('error', () => {})
    await once(secure, 'secureConnect')
    secure.write('x')
    await once(secure, 'data')
    const closed = once(plain, 'close')
    plain.write(Buffer.alloc(400, 'A')) // no record of TLS
    await closed
  })
})
