/**
 * What Windows' redirector and macOS Finder send, as they send it.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { BODIES, davClient, hrefs, type DavClient } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

const WINDOWS = { 'User-Agent': 'Microsoft-WebDAV-MiniRedir/10.0.19045', Translate: 'f' }
const FINDER = { 'User-Agent': 'WebDAVFS/3.0.0 (03008000) Darwin/23.1.0 (x86_64)' }

describe('Clients of the drive', () => {
  let server: DriveServer
  let ada: Person
  let dav: DavClient
  before(async () => {
    server = await startDrive()
    ada = await server.person('ada')
    dav = davClient(server, ada)
  })
  after(async () => await server[Symbol.asyncDispose]())

  it('Windows asks the root without credentials, then saves a new document', async () => {
    const nobody = davClient(server)
    const options = await nobody('OPTIONS', '/', { headers: WINDOWS })
    assert.deepEqual([options.status, options.headers['ms-author-via']], [200, 'DAV'])
    const refused = await nobody('PROPFIND', '/dav', { headers: { ...WINDOWS, Depth: '0' } })
    assert.equal(refused.status, 401)
    assert.equal(refused.headers['www-authenticate'], 'Basic realm="Passerelle", charset="UTF-8"')
    assert.equal((await dav('PROPFIND', '/', { headers: { ...WINDOWS, Depth: '0' } })).status, 207)
    assert.equal(
      (await dav('PROPFIND', '/dav', { headers: { ...WINDOWS, Depth: '0' } })).status,
      207,
    )
    const path = '/dav/Home/R%C3%A9sum%C3%A9.docx'
    assert.equal((await dav('PUT', path, { headers: WINDOWS, body: '' })).status, 201)
    const locked = await dav('LOCK', path, {
      headers: { ...WINDOWS, Timeout: 'Second-3600', 'Content-Type': 'text/xml; charset="utf-8"' },
      body: BODIES.lock('exclusive', '<owner><href>PC-12\\ada</href></owner>'),
    })
    const If = `(${String(locked.headers['lock-token'])})`
    assert.equal(
      (await dav('PUT', path, { headers: { ...WINDOWS, If }, body: 'words' })).status,
      204,
    )
    const set = [
      'Win32CreationTime',
      'Win32LastAccessTime',
      'Win32LastModifiedTime',
      'Win32FileAttributes',
    ]
      .map((name) => `<Z:${name}>Fri, 20 Nov 2026 12:00:00 GMT</Z:${name}>`)
      .join('')
    const patch = `<?xml version="1.0" encoding="utf-8" ?><D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop>${set}</D:prop></D:set></D:propertyupdate>`
    const patched = await dav('PROPPATCH', path, { headers: { ...WINDOWS, If }, body: patch })
    assert.doesNotMatch(patched.text, /HTTP\/1.1 [^2]/)
    const headers = { ...WINDOWS, 'Lock-Token': String(locked.headers['lock-token']) }
    assert.equal((await dav('UNLOCK', path, { headers })).status, 204)
    assert.equal(readFileSync(server.home(ada, 'Résumé.docx'), 'utf8'), 'words')
    const renamed = {
      ...WINDOWS,
      Destination: `http://127.0.0.1:${server.port}/dav/Home/B%20C.docx`,
      Overwrite: 'F',
    }
    assert.equal((await dav('MOVE', path, { headers: renamed })).status, 201)
  })

  it('Finder locks without an owner, writes ._ files, and asks for the room that is left', async () => {
    const body = BODIES.propfind('quota-available-bytes', 'quota-used-bytes', 'quota', 'quotaused')
    const room = await dav('PROPFIND', '/dav/Home/', { headers: { ...FINDER, Depth: '0' }, body })
    assert.match(room.text, /<D:quota-available-bytes>\d+</)
    for (const name of ['Note.txt', '._Note.txt', '.DS_Store']) {
      const path = `/dav/Home/${name}`
      assert.equal((await dav('PUT', path, { headers: FINDER, body: '' })).status, 201)
      const headers = { ...FINDER, Depth: '0', Timeout: 'Second-600' }
      const locked = await dav('LOCK', path, { headers, body: BODIES.lock('exclusive', '') })
      const If = `(${String(locked.headers['lock-token'])})`
      assert.equal((await dav('PUT', path, { headers: { ...FINDER, If }, body: 'x' })).status, 204)
      assert.equal(
        (await dav('LOCK', path, { headers: { ...FINDER, If, Timeout: 'Second-600' } })).status,
        200,
      )
      assert.equal((await dav('DELETE', path, { headers: { ...FINDER, If } })).status, 204)
    }
    assert.equal(existsSync(server.home(ada, '.DS_Store')), false)
  })

  it('finds a name in NFC and in NFD, keeps it as it was written, and never makes a twin', async () => {
    const [composed, decomposed] = ['caf%C3%A9', 'cafe%CC%81']
    assert.equal((await dav('PUT', `/dav/Home/${composed}`, { body: 'one' })).status, 201)
    assert.equal((await dav('GET', `/dav/Home/${decomposed}`, { headers: FINDER })).text, 'one')
    assert.equal(
      (await dav('PUT', `/dav/Home/${decomposed}`, { headers: FINDER, body: 'two' })).status,
      204,
    )
    const inside = { Destination: `/dav/Home/${decomposed}/in` }
    assert.equal((await dav('MOVE', `/dav/Home/${decomposed}`, { headers: inside })).status, 403)
    assert.deepEqual(
      readdirSync(server.home(ada)).filter((name) => name.startsWith('caf')),
      ['caf\u00e9'],
    )
    assert.equal((await dav('MKCOL', '/dav/Home/n%CC%83')).status, 201)
    assert.equal((await dav('MKCOL', '/dav/Home/%C3%B1')).status, 405)
    assert.equal((await dav('PUT', '/dav/Home/%C3%B1/f', { body: 'x' })).status, 201)
    const locked = await dav('LOCK', '/dav/Home/%C3%B1/f', { body: BODIES.lock() })
    assert.equal(locked.status, 200)
    assert.equal((await dav('PUT', '/dav/Home/n%CC%83/f', { body: 'y' })).status, 423)
    writeFileSync(server.home(ada, 'o\u0308'), 'from the disk')
    assert.equal((await dav('GET', '/dav/Home/%C3%B6')).text, 'from the disk')
  })

  it('keeps names of every kind, 255 bytes long', async () => {
    const names = [
      'a#b?c%d',
      '100%25',
      ' lead',
      'trail ',
      "it's",
      '<&>"',
      'a;b+c',
      'x\\y',
      'c:d',
      'f::$DATA',
      '日本語',
      '🔑',
      '\u202ertl',
      '...',
      'a'.repeat(255),
      'é'.repeat(127),
      '\u0085',
      '\ufffe',
    ]
    await dav('MKCOL', '/dav/Home/names')
    for (const name of names)
      assert.equal(
        (await dav('PUT', `/dav/Home/names/${encodeURIComponent(name)}`, { body: name })).status,
        201,
        name,
      )
    const { text } = await dav('PROPFIND', '/dav/Home/names/', { headers: { Depth: '1' } })
    const listed = hrefs(text)
      .slice(1)
      .map((href) => decodeURIComponent(href.slice('/dav/Home/names/'.length)))
    assert.deepEqual(listed.toSorted(), names.toSorted())
    assert.deepEqual(readdirSync(server.home(ada, 'names')).toSorted(), names.toSorted())
    for (const href of hrefs(text).slice(1)) assert.equal((await dav('GET', href)).status, 200)
  })
})
