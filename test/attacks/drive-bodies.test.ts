/**
 * H10, H11, H12, H15: bodies and headers that ask for more than is reasonable.
 */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { MAX_LOCKS_OF_PERSON, MAX_PROPERTIES_OF_RESOURCE } from '#drive/limits.ts'
import { BODIES, davClient, type DavClient } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

describe('Attacks: bodies and headers of the drive', () => {
  let server: DriveServer
  let ada: Person
  let dav: DavClient
  before(async () => {
    server = await startDrive()
    ada = await server.person('ada')
    dav = davClient(server, ada)
    await dav('PUT', '/dav/Home/f', { body: '0123456789' })
  })
  after(async () => await server[Symbol.asyncDispose]())

  it('H10: all of a tree at once is refused, one large level is streamed', async () => {
    mkdirSync(server.home(ada, 'large'))
    for (let i = 0; i < 5000; i++)
      writeFileSync(server.home(ada, 'large', `${i}-${'n'.repeat(60)}`), '')
    assert.equal(
      (await dav('PROPFIND', '/dav/Home/', { headers: { Depth: 'infinity' } })).status,
      403,
    )
    const { status, headers, text } = await dav('PROPFIND', '/dav/Home/large', {
      headers: { Depth: '1' },
    })
    assert.equal(status, 207)
    assert.equal(headers['transfer-encoding'], 'chunked')
    assert.equal(text.match(/<D:response>/g)?.length, 5001)
    for (const method of [
      'REPORT',
      'SEARCH',
      'ACL',
      'BIND',
      'ORDERPATCH',
      'VERSION-CONTROL',
      'PATCH',
      'POST',
    ])
      assert.ok([405, 400].includes((await dav(method, '/dav/Home/')).status), method)
  })

  it('H11: nothing of a document is expanded, fetched or followed', async () => {
    const laughs = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i} "&a;&a;">`).join('')}]><propfind xmlns="DAV:"><prop><x>&a29;</x></prop></propfind>`
    const external =
      '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:"><prop><x>&x;</x></prop></propfind>'
    for (const [body, method] of [
      laughs,
      external,
      '<!DOCTYPE propfind SYSTEM "http://127.0.0.1:1/x"><propfind xmlns="DAV:"/>',
    ].flatMap((body) =>
      ['PROPFIND', 'PROPPATCH', 'LOCK'].map((method) => [body, method] as const),
    )) {
      const { status, text } = await dav(method, '/dav/Home/f', { headers: { Depth: '0' }, body })
      assert.equal(status, 403)
      assert.match(text, /<D:no-external-entities\/>/)
    }
  })

  it('H11: depth, attributes, size and encodings are bounded', async () => {
    const asked = (inner: string): string =>
      `<propfind xmlns="DAV:"><prop>${inner}</prop></propfind>`
    const wide = Buffer.from(`\ufeff${asked('<getetag/>')}`, 'utf16le')
    assert.equal(
      (await dav('PROPFIND', '/dav/Home/f', { headers: { Depth: '0' }, body: wide })).status,
      207,
    )
    for (const body of [
      asked('<a>'.repeat(10_000) + '</a>'.repeat(10_000)),
      asked(`<a ${Array.from({ length: 20_000 }, (_, i) => `a${i}=""`).join(' ')}/>`),
      asked('<a/>'.repeat(30_000)),
      asked('<a xmlns:x="u" xmlns:x="v"/>'),
      "+ADw-propfind xmlns='DAV:'/+AD4-",
      '<?xml version="1.0" encoding="UTF-7"?><propfind xmlns="DAV:"><prop/></propfind>',
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from([0x3c, 0x61, 0xc0, 0xaf, 0x2f, 0x3e]),
    ])
      assert.equal(
        (await dav('PROPFIND', '/dav/Home/f', { headers: { Depth: '0' }, body })).status,
        400,
      )
    const large = asked('<a/>' + ' '.repeat(2_000_000))
    assert.equal(
      (await dav('PROPFIND', '/dav/Home/f', { headers: { Depth: '0' }, body: large })).status,
      413,
    )
  })

  it('H11: a resource holds so many properties of such a size, and no more', async () => {
    const set = async (names: readonly string[], value = '1') => {
      const inner = names
        .map((name) => `<x:${name} xmlns:x="urn:test">${value}</x:${name}>`)
        .join('')
      const body = `<propertyupdate xmlns="DAV:"><set><prop>${inner}</prop></set></propertyupdate>`
      return (await dav('PROPPATCH', '/dav/Home/f', { body })).text
    }
    const names = Array.from({ length: MAX_PROPERTIES_OF_RESOURCE }, (_, i) => `p${i}`)
    assert.match(await set(names), /200 OK/)
    assert.match(await set(['one-more']), /507 /)
    assert.match(await set(['p0'], 'a'.repeat(100_000)), /507 /)
    assert.match(await set(['p0'], 'b'), /200 OK/)
  })

  it('H12: many, overlapping, huge and negative ranges cost no more than the file', async () => {
    const get = async (Range: string) => await dav('GET', '/dav/Home/f', { headers: { Range } })
    for (const range of [
      `bytes=${Array.from({ length: 10_000 }, (_, i) => `0-${i}`)
        .join(',')
        .slice(0, 20_000)}`,
      'bytes=0-,0-,0-,0-',
      'bytes=5-2',
      'bytes=-',
      'bytes=--1',
      'bytes=a',
      `bytes=0-${2 ** 63},1-`,
    ]) {
      const { status, text } = await get(range)
      assert.deepEqual([status, text], [200, '0123456789'], range.slice(0, 40))
    }
    assert.equal((await get('bytes=9223372036854775808-')).status, 416)
    assert.equal((await get(`bytes=0-${2 ** 63}`)).text, '0123456789')
    const part = { 'Content-Range': 'bytes 0-3/10' }
    assert.equal((await dav('PUT', '/dav/Home/f', { headers: part, body: 'xxxx' })).status, 400)
    assert.equal((await dav('GET', '/dav/Home/f')).text, '0123456789')
  })

  it('H15: a person has so many locks, and no more; ended ones do not count', async () => {
    const now = Date.now()
    const { davLocks } = server.store.tables
    for (let i = 0; i < MAX_LOCKS_OF_PERSON; i++)
      await davLocks.insert({
        token: `urn:uuid:${i}`,
        space: `home:${ada.id}`,
        path: Buffer.from(`elsewhere/${i}`),
        depth: '0',
        scope: 'exclusive',
        owner: '',
        user_id: ada.id,
        timeout_s: 600,
        expires_at: now + 600_000,
        created_at: now,
      })
    const lock = async (): Promise<number> =>
      (await dav('LOCK', '/dav/Home/f', { body: BODIES.lock() })).status
    assert.equal(await lock(), 429)
    await server.store.db
      .updateTable('dav_lock')
      .set({ expires_at: now - 1 })
      .execute()
    assert.equal(await lock(), 200)
    assert.equal(await davLocks.countOf(ada.id, 0), 1)
    const owner = `<owner>${'o'.repeat(10_000)}</owner>`
    assert.equal(
      (await dav('LOCK', '/dav/Home/g', { body: BODIES.lock('exclusive', owner) })).status,
      400,
    )
    const If = Array.from({ length: 500 }, (_, i) => `(<urn:uuid:${i}>)`).join(' ')
    assert.equal((await dav('PUT', '/dav/Home/f', { headers: { If }, body: 'x' })).status, 400)
  })
})
