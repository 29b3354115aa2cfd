/**
 * What the environment may say, and that everything wrong with it is said at once.
 */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { readConfig, SECRET_SETTINGS, SETTINGS, SETTING_NAMES } from './config.ts'

let folder = ''
before(() => (folder = mkdtempSync(join(tmpdir(), 'passerelle-config-'))))
after(() => rmSync(folder, { recursive: true }))

const read = (env: Record<string, string>) => readConfig({ PASSERELLE_DATA_DIR: folder, ...env })
const mistakesOf = (env: Record<string, string>): string => {
  try {
    read(env)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('configuration', () => {
  it('takes the port that is listened on into the origin, where no origin is given', () => {
    assert.equal(
      readConfig({ PASSERELLE_LISTEN: '127.0.0.1:9090' }).origin,
      'http://localhost:9090',
    )
    assert.equal(readConfig({ PASSERELLE_LISTEN: '[::1]:80' }).origin, 'http://localhost')
    const env = { PASSERELLE_LISTEN: '127.0.0.1:9090', PASSERELLE_URL: 'http://localhost:8080' }
    assert.equal(readConfig(env).origin, 'http://localhost:8080')
  })

  it('has a default for everything', () => {
    const config = readConfig({ HOME: '/root' })
    assert.equal(config.origin, 'http://localhost:8080')
    assert.deepEqual(config.listen, { host: '127.0.0.1', port: 8080 })
    assert.ok(config.dataDir.endsWith('/data'))
    assert.deepEqual(config.database, {
      kind: 'sqlite',
      file: join(config.dataDir, 'passerelle.db'),
    })
    assert.equal(config.masterKey.mayCreate, true)
    assert.equal(config.driveDir, join(config.dataDir, 'drive'))
    assert.deepEqual([config.tls, config.mail, config.metricsToken], [[], null, null])
    assert.deepEqual(config.mailGateways, {
      host: 'localhost',
      listeners: [],
      oldSmtp: null,
      proxies: [],
    })
    assert.deepEqual([config.logLevel, config.defaultLanguage], ['info', 'en'])
  })

  it('reads every setting', () => {
    const key = join(folder, 'named.key')
    writeFileSync(key, '', { mode: 0o600 })
    const config = read({
      PASSERELLE_URL: 'https://Files.Example.org/',
      PASSERELLE_LISTEN: '[::]:8443',
      PASSERELLE_TLS_CERT_FILE: '/etc/tls/cert.pem',
      PASSERELLE_TLS_KEY_FILE: '/etc/tls/key.pem',
      PASSERELLE_TRUSTED_PROXIES: '10.0.0.0/24, ::1',
      PASSERELLE_ALLOW_PRIVATE_NETWORKS: '10.20.0.0/16,fd00:1::/32',
      PASSERELLE_DATABASE_URL: 'postgres://me:pw@db/passerelle',
      PASSERELLE_MASTER_KEY_FILE: key,
      PASSERELLE_DRIVE_DIR: '/srv/drive',
      PASSERELLE_SMTP_URL: 'smtps://me:pw@mail.example.org:465',
      PASSERELLE_MAIL_FROM: 'Passerelle <passerelle@example.org>',
      PASSERELLE_LOG_LEVEL: 'warn',
      PASSERELLE_METRICS_TOKEN: 'sixteen letters!',
      PASSERELLE_DEFAULT_LANGUAGE: 'fr',
    })
    assert.equal(config.origin, 'https://files.example.org')
    assert.deepEqual(config.listen, { host: '::', port: 8443 })
    assert.deepEqual(config.trustedProxies, ['10.0.0.0/24', '::1'])
    assert.deepEqual(config.allowPrivateNetworks, ['10.20.0.0/16', 'fd00:1::/32'])
    assert.deepEqual(config.masterKey, { file: key, mayCreate: false })
    assert.equal(config.mail?.from, 'Passerelle <passerelle@example.org>')
    assert.equal(config.metricsToken?.reveal(), 'sixteen letters!')
    assert.equal(config.defaultLanguage, 'fr')
    assert.ok(!inspect(config, { depth: 9 }).includes('pw@'), 'a secret can be printed')
  })

  it('reports all mistakes at once', () => {
    const said = mistakesOf({
      PASSERELLE_URL: 'http://files.example.org',
      PASSERELLE_LISTEN: 'everywhere',
      PASSERELLE_LOG_LEVEL: 'loud',
      PASSERELLE_LOGLEVEL: 'info',
      PASSERELLE_SMTP_URL: 'smtp://mail.example.org',
      PASSERELLE_DRIVE_DIR: '',
    })
    assert.equal(said.split('\n').length, 7, said)
    assert.match(said, /PASSERELLE_LOGLEVEL is not known/)
    assert.match(said, /PASSERELLE_DRIVE_DIR is empty/)
    assert.match(said, /PASSERELLE_SMTP_URL needs PASSERELLE_MAIL_FROM/)
  })

  it('refuses unknown names and says which one may be meant', () => {
    assert.match(mistakesOf({ PASSERELLE_TLS_CERT: '/x' }), /Is PASSERELLE_TLS_CERT_FILE meant\?/)
    assert.match(mistakesOf({ PASSERELLE_URL_FILE: '/x' }), /PASSERELLE_URL_FILE is not known/)
    assert.equal(mistakesOf({ PASSERELLEX: '1', OTHER: '2' }), '')
  })

  it('never shows the value of a secret', () => {
    const said = mistakesOf({
      PASSERELLE_DATABASE_URL: 'mysql://canary-1@db',
      PASSERELLE_SMTP_URL: 'canary-2',
      PASSERELLE_METRICS_TOKEN: 'canary-3',
    })
    assert.equal(said.split('\n').length, 5, said)
    assert.doesNotMatch(said, /canary/)
  })

  it('documents every setting', () => {
    for (const name of SETTING_NAMES)
      assert.ok((SETTINGS[name].description ?? '').length > 20, name)
  })
})

describe('secrets as files', () => {
  it('reads them without the line end', () => {
    const file = join(folder, 'token')
    writeFileSync(file, 'a token of a file\n')
    const config = read({ PASSERELLE_METRICS_TOKEN_FILE: file })
    assert.equal(config.metricsToken?.reveal(), 'a token of a file')
  })

  it('exist for each setting that is a secret', () => {
    for (const name of SECRET_SETTINGS)
      assert.match(mistakesOf({ [`PASSERELLE_${name}_FILE`]: '/nowhere' }), /ENOENT/)
  })

  it('are refused beside the setting itself', () => {
    const said = mistakesOf({
      PASSERELLE_METRICS_TOKEN: 'sixteen letters!',
      PASSERELLE_METRICS_TOKEN_FILE: '/nowhere',
    })
    assert.match(said, /both set; keep one/)
  })
})

describe('origin', () => {
  for (const good of [
    'https://a.example',
    'http://localhost',
    'http://127.0.0.1:1',
    'http://[::1]',
  ])
    it(`takes ${good}`, () => {
      const proxies = good.startsWith('https') ? { PASSERELLE_TRUSTED_PROXIES: '::1' } : {}
      assert.equal(read({ PASSERELLE_URL: good, ...proxies }).origin, good)
    })
  for (const bad of [
    'files.example.org',
    'https://a.example/path',
    'https://me@a.example',
    'https://a.example?x',
    'http://127.a.example',
    'http://10.0.0.1',
    'ftp://a.example',
  ])
    it(`refuses ${bad}`, () => assert.match(mistakesOf({ PASSERELLE_URL: bad }), /PASSERELLE_URL/))
})

describe('what travels in the clear', () => {
  const proxies = { PASSERELLE_TRUSTED_PROXIES: '10.0.0.2' }
  const tls = { PASSERELLE_TLS_CERT_FILE: '/c', PASSERELLE_TLS_KEY_FILE: '/k' }
  const https = { PASSERELLE_URL: 'https://a.example' }

  it('is refused beyond this machine', () => {
    const open = { PASSERELLE_LISTEN: '0.0.0.0:8080' }
    assert.match(mistakesOf(open), /in the clear/)
    assert.equal(mistakesOf({ ...open, ...proxies }), '')
    assert.equal(mistakesOf({ ...open, ...https, ...tls }), '')
  })

  it('is refused where https is promised and nobody is named who ends it', () => {
    assert.match(mistakesOf(https), /nothing here ends TLS/)
    assert.equal(mistakesOf({ ...https, ...proxies }), '')
  })

  it('is not mixed: TLS here means https', () => {
    assert.match(mistakesOf(tls), /write https/)
    assert.match(mistakesOf({ ...https, PASSERELLE_TLS_CERT_FILE: '/c' }), /needs .*TLS_KEY_FILE/)
  })

  it('H04: no network of proxies may mean everybody', () => {
    for (const networks of ['0.0.0.0/0', '10.0.0.1, ::/0'])
      assert.match(mistakesOf({ PASSERELLE_TRUSTED_PROXIES: networks }), /believe everybody/)
    assert.match(mistakesOf({ PASSERELLE_TRUSTED_PROXIES: '10.0.0.0/33' }), /no address or network/)
  })
})

describe('the master key file', () => {
  it('has to exist when it is named', () => {
    const file = join(folder, 'missing.key')
    assert.match(mistakesOf({ PASSERELLE_MASTER_KEY_FILE: file }), /cannot be read \(ENOENT\)/)
  })

  it('is for its owner only', () => {
    const file = join(folder, 'open.key')
    writeFileSync(file, '')
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file, mode)
      assert.match(mistakesOf({ PASSERELLE_MASTER_KEY_FILE: file }), /chmod 600/)
    }
    chmodSync(file, 0o400)
    assert.equal(mistakesOf({ PASSERELLE_MASTER_KEY_FILE: file }), '')
  })
})

describe('listen, database and sender', () => {
  for (const bad of [
    '8080',
    ':8080',
    '127.0.0.1',
    '127.0.0.1:65536',
    'example.org:80',
    '[1.2.3.4]:1',
  ])
    it(`refuses to listen at ${bad}`, () =>
      assert.match(mistakesOf({ PASSERELLE_LISTEN: bad }), /PASSERELLE_LISTEN/))

  for (const bad of ['passerelle.db', 'sqlite:', 'postgres://', 'mysql://db'])
    it(`refuses the database ${bad}`, () =>
      assert.match(mistakesOf({ PASSERELLE_DATABASE_URL: bad }), /PASSERELLE_DATABASE_URL/))

  for (const bad of ['nobody', 'Name <nobody>', 'a@b <c@d> e', 'x\r\nBcc: a <a@b.c>'])
    it(`refuses the sender ${JSON.stringify(bad)}`, () => {
      const said = mistakesOf({ PASSERELLE_SMTP_URL: 'smtp://m', PASSERELLE_MAIL_FROM: bad })
      assert.match(said, /PASSERELLE_MAIL_FROM/)
    })
})
