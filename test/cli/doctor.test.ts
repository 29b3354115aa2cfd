import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import type { Finding } from '#cli/doctor/finding.ts'
import { selfSigned } from '../support/certificate.ts'
import { commandLine, type Settings } from '../support/command-line.ts'
import { freePort, startProduct, type Product } from '../support/product.ts'

let product: Product
let folder = ''
let settings: Settings = {}
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passerelle-doctor-'))
  product = await startProduct({ dataDir: folder })
  settings = {
    DATA_DIR: folder,
    URL: product.url,
    LISTEN: new URL(product.url).host.replace('localhost', '127.0.0.1'),
  }
})
after(async () => {
  await product[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function examine(more: Settings = {}): Promise<{ code: number | null; found: Finding[] }> {
  const { code, out } = await commandLine({ ...settings, ...more }).run('doctor', '--json')
  return { code, found: JSON.parse(out) as Finding[] }
}
const about = (found: readonly Finding[], part: string): string =>
  found
    .filter((one) => one.part === part)
    .map((one) => `${one.state}: ${one.says}`)
    .join('\n')

describe('passerelle doctor', () => {
  it('finds nothing wrong with a fresh installation', async () => {
    const { code, found } = await examine()
    assert.deepEqual(
      found.filter((one) => one.state === 'fault'),
      [],
    )
    assert.equal(code, 0)
    assert.match(about(found, 'server'), /ok: Running and ready/)
    assert.match(about(found, 'audit'), /ok: \d+ rows, whole/)
    assert.match(await commandLine(settings).ok('doctor'), /^ +PART[^]*ok +database +SQLite/)
  })

  it('says what is wrong with the configuration', async () => {
    const { code, found } = await examine({ LOG_LEVEL: 'loud' })
    assert.equal(code, 1)
    assert.match(about(found, 'configuration'), /fault: .*\n- PASSERELLE_LOG_LEVEL/)
  })

  it('finds a folder that is missing', async () => {
    const { code, found } = await examine({ DRIVE_DIR: join(folder, 'elsewhere') })
    assert.equal(code, 1)
    assert.match(about(found, 'folder'), /fault: .*elsewhere cannot be written/)
  })

  it('finds a certificate that is none, and goes on', async () => {
    const file = join(folder, 'cert.pem')
    writeFileSync(file, 'nothing')
    const { code, found } = await examine({
      URL: 'https://files.example.org',
      TLS_CERT_FILE: file,
      TLS_KEY_FILE: file,
    })
    assert.equal(code, 1)
    assert.match(about(found, 'certificate'), /fault: The certificate or its key cannot be read/)
    assert.match(about(found, 'database'), /ok/)
  })

  it('finds that no certificate is for a name that clients ask for', async () => {
    const { certificate, key } = selfSigned({ names: ['mail.example.org'] })
    const [certFile, keyFile] = [join(folder, 'own.pem'), join(folder, 'own.key')]
    writeFileSync(certFile, certificate)
    writeFileSync(keyFile, key)
    const tls = {
      URL: 'https://files.example.org',
      TLS_CERT_FILE: certFile,
      TLS_KEY_FILE: keyFile,
      IMAPS_LISTEN: '127.0.0.1:9993',
      MAIL_HOST: 'mail.example.org',
      MAIL_PORTS: 'imaps=993',
    }
    const { code, found } = await examine(tls)
    assert.equal(code, 1)
    assert.match(about(found, 'certificate'), /ok: .*own\.pem ends in \d+ days/)
    assert.match(about(found, 'certificate'), /fault: None is for files\.example\.org/)
    assert.match(about(found, 'certificate'), /ok: There is one for mail\.example\.org/)
    assert.match(
      about(found, 'mail gateways'),
      /ok: For mail\.example\.org: imaps at .*9993, for people at 993/,
    )
    writeFileSync(keyFile, selfSigned().key)
    const mixed = await examine(tls)
    assert.match(
      about(mixed.found, 'certificate'),
      /fault: .*own\.key is not the key of .*own\.pem/,
    )
  })

  it('reminds of the listener for old devices', async () => {
    const { found } = await examine({
      OLD_SMTP_LISTEN: '127.0.0.1:2525',
      OLD_SMTP_NETWORKS: '10.3.0.0/24',
    })
    assert.match(
      about(found, 'mail gateways'),
      /warning: Old devices in 10\.3\.0\.0\/24 .*without TLS/,
    )
  })

  it('finds a master key that others can read, or another one', async () => {
    const key = join(folder, 'other.key')
    writeFileSync(key, `k1 ${'ab'.repeat(32)}\n`, { mode: 0o600 })
    const other = await examine({ MASTER_KEY_FILE: key })
    assert.match(about(other.found, 'database'), /fault: .*is not the one with which this database/)
    chmodSync(key, 0o644)
    const open = await examine({ MASTER_KEY_FILE: key })
    assert.match(about(open.found, 'configuration'), /fault: [^]*chmod 600/)
  })

  it('finds a mail server that does not answer', async () => {
    const port = await freePort()
    const mail = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'a@example.org' }
    const { code, found } = await examine(mail)
    assert.equal(code, 1)
    assert.match(about(found, 'mail'), /fault: .*ECONNREFUSED/)
  })

  it('takes a mail server that answers', async () => {
    const server = createServer((socket) => {
      socket.write('220 mail.example.org ESMTP\r\n')
      socket.on('data', (chunk) => socket.write(replyTo(chunk.toString())))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const mail = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'a@example.org' }
    const { found } = await examine(mail)
    assert.match(about(found, 'mail'), /ok: /)
    server.close()
  })

  it('finds what the drive holds and does not count, and what belongs to nobody', async () => {
    const id = '01920000-0000-7000-8000-000000000001'
    mkdirSync(join(folder, 'drive', 'home', id), { recursive: true })
    writeFileSync(join(folder, 'drive', 'home', id, 'x'), 'four')
    await product.ground.store.tables.driveUsage.set(`home:${id}`, 1)
    const { code, found } = await examine()
    assert.equal(code, 0)
    assert.match(about(found, 'drive'), /warning: .*counts 1 bytes and holds 4/)
    assert.match(about(found, 'left over'), new RegExp(`warning: 1 folders .*${id}`))
  })

  it('finds a changed row of the audit, and a clock that went back', async () => {
    const db = new DatabaseSync(join(folder, 'passerelle.db'))
    db.exec(
      `update audit set at = ${Date.now() + 3_600_000} where seq = (select max(seq) from audit)`,
    )
    db.close()
    const { code, found } = await examine()
    assert.equal(code, 1)
    assert.match(about(found, 'audit'), /fault: Row \d+ is changed/)
    assert.match(about(found, 'clock'), /fault: It is behind/)
  })
})

const replyTo = (command: string): string =>
  command.startsWith('EHLO') ? '250 mail.example.org\r\n' : '250 ok\r\n'
