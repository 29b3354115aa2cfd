/**
 * H07, H08, H09: ways out of a space, by path, by Destination and by the If header.
 */
import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { BODIES, davClient, exchange, hrefs, type DavClient } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

const OUT = [
  '/dav/Home/..',
  '/dav/Home/../',
  '/dav/Home/../../etc/passwd',
  '/dav/Home/%2e%2e/%2e%2e/x',
  '/dav/Home/.%2e/x',
  '/dav/Home/..%2f..%2fx',
  '/dav/Home/%2fetc%2fpasswd',
  '/dav/Home/a/../../x',
  '/dav/../dav/Home/x',
  '/dav/./Home/x',
  '/dav/Home//etc/passwd',
  '/dav//Home/x',
  '/dav/Home/..%5c..%5cx',
  '/dav/Home/%5c..%5cx',
  '/dav/Home/x%00.txt',
  '/dav/Home/%00',
  '/dav/Home/%c0%ae%c0%ae/x',
  '/dav/Home/%c0%af',
  '/dav/Home/%e0%80%af',
  '/dav/Home/%ff',
  '/dav/Home/%',
  '/dav/Home/%2',
  '/dav/Home/%0d%0aX:%20y',
  '/dav/Home/%7f',
  '/dav/%2e%2e/Home/x',
]

describe('Attacks: paths of the drive', () => {
  let server: DriveServer
  let ada: Person
  let dav: DavClient
  before(async () => {
    server = await startDrive()
    ada = await server.person('ada')
    await server.person('bob')
    dav = davClient(server, ada)
    await dav('PUT', '/dav/Home/f', { body: 'f' })
    writeFileSync(path.join(server.dir, 'outside'), 'outside')
  })
  after(async () => await server[Symbol.asyncDispose]())

  const nothingHappened = (): void => {
    assert.deepEqual(readdirSync(server.dir).toSorted(), ['.incoming', 'home', 'outside', 'shared'])
    assert.deepEqual(readdirSync(path.join(server.dir, 'home')), [ada.id])
    assert.deepEqual(readdirSync(server.home(ada)), ['f'])
  }

  it('H07: no method finds a way out', async () => {
    for (const target of OUT)
      for (const method of [
        'GET',
        'PUT',
        'DELETE',
        'MKCOL',
        'PROPFIND',
        'PROPPATCH',
        'LOCK',
        'COPY',
        'MOVE',
      ]) {
        const body = method === 'PUT' ? { body: 'x' } : {}
        const headers = { Depth: '0', Destination: '/dav/Home/g', Overwrite: 'F' }
        const sent = method === 'LOCK' ? { body: BODIES.lock(), headers } : { ...body, headers }
        const { status } = await dav(method, target, sent)
        assert.ok([400, 403, 404].includes(status), `${method} ${target} answered ${status}`)
      }
    nothingHappened()
  })

  it('H07: what only looks like a way out is a name', async () => {
    for (const target of [
      '/dav/Home;x/f',
      '/dav/Home/f;x',
      '/dav/home/f',
      '/DAV/Home/f',
      '/davHome/f',
      '/dav/Home/f/',
    ])
      assert.ok([200, 404].includes((await dav('GET', target)).status), target)
    assert.equal((await dav('GET', '/dav/Home;x/f')).status, 404)
    nothingHappened()
  })

  it('H07, H10: very long and very deep paths', async () => {
    assert.equal((await dav('PUT', `/dav/Home/${'a'.repeat(256)}`, { body: 'x' })).status, 414)
    assert.equal((await dav('GET', `/dav/Home${'/a'.repeat(5000)}`)).status, 414)
    assert.equal((await dav('GET', `/dav/Home/${'a'.repeat(11_000)}`)).status, 414)
    const headers = { Destination: `/dav/Home${'/a'.repeat(5000)}` }
    assert.equal((await dav('COPY', '/dav/Home/f', { headers })).status, 400)
    nothingHappened()
  })

  it('H07: trees that are moved into trees can be deleted however deep they are', async () => {
    const name = 'd'.repeat(200)
    for (const tree of ['t1', 't2']) {
      let at = `/dav/Home/${tree}`
      for (let depth = 0; depth < 14; depth++, at += `/${name}`)
        assert.equal((await dav('MKCOL', at)).status, 201)
    }
    const deepest = `/dav/Home/t1${`/${name}`.repeat(13)}/t2`
    assert.equal(
      (await dav('MOVE', '/dav/Home/t2', { headers: { Destination: deepest } })).status,
      201,
    )
    assert.equal((await dav('DELETE', '/dav/Home/t1')).status, 204)
    assert.deepEqual(server.drive.incoming.pending, [])
    nothingHappened()
  })

  it('H08: no Destination leads elsewhere', async () => {
    const own = `http://127.0.0.1:${server.port}`
    const inside = OUT.flatMap((target) => [target, own + target])
    for (const Destination of [
      ...inside,
      '',
      'dav/Home/g',
      '//other.example/dav/Home/g',
      'http://',
      own,
      `${own}/`,
      `${own}/etc/passwd`,
      '/api/v1/me',
      '/dav',
      'http://other.example/dav/Home/g',
      'ftp://127.0.0.1/dav/Home/g',
      'file:///dav/Home/g',
      `http://a:b@127.0.0.1:${server.port}/dav/Home/g`,
      `${own}@other.example/dav/Home/g`,
      '/dav/Home/g?x',
      '/dav/Home/g#x',
    ])
      for (const method of ['COPY', 'MOVE']) {
        const { status } = await dav(method, '/dav/Home/f', { headers: { Destination } })
        assert.ok(
          [400, 403, 502].includes(status),
          `${method} to ${Destination} answered ${status}`,
        )
      }
    assert.equal((await dav('COPY', '/dav/Home/f')).status, 400)
    const smuggled = `COPY /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\nDestination: /dav/Home/g\r\n X: y\r\nConnection: close\r\n\r\n`
    assert.match(await exchange(server.port, smuggled), /^HTTP\/1.1 400 /)
    nothingHappened()
  })

  it('H09: foreign URLs in If hold for nothing; answers name no host', async () => {
    for (const resource of [
      'http://other.example/dav/Home/f',
      'https://127.0.0.1:1/dav/Home/f',
      '/etc/passwd',
      '/dav/../etc',
      '/dav/Home/../f',
    ])
      for (const list of [`<${resource}> (Not <urn:x>)`, `<${resource}> (["x"])`])
        assert.equal(
          (await dav('PUT', '/dav/Home/f', { headers: { If: list }, body: 'f' })).status,
          412,
          list,
        )
    const { text, headers } = await dav('PROPFIND', '/dav/Home/', {
      headers: { Depth: '1', 'X-Forwarded-Host': 'evil.example' },
    })
    assert.deepEqual(hrefs(text), ['/dav/Home/', '/dav/Home/f'])
    assert.doesNotMatch(text, /127\.0\.0\.1|evil/)
    assert.doesNotMatch(JSON.stringify(headers), /127\.0\.0\.1|evil/)
    nothingHappened()
  })
})
