import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { measureTree } from '#drive/tree.ts'
import { BODIES, davClient, dial, hrefs, type DavClient } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

describe('Spaces of the drive', () => {
  let server: DriveServer
  let ada: Person
  let bob: Person
  let dav: DavClient
  let bobs: DavClient
  before(async () => {
    server = await startDrive()
    ada = await server.person('ada')
    bob = await server.person('bob', 1000)
    dav = davClient(server, ada)
    bobs = davClient(server, bob)
    await server.folder('Équipe #1', [
      [ada, 'write'],
      [bob, 'read'],
    ])
    await server.folder('Secret', [[ada, 'write']])
  })
  after(async () => await server[Symbol.asyncDispose]())
  const list = async (as: DavClient, path = '/dav/'): Promise<string[]> =>
    hrefs((await as('PROPFIND', path, { headers: { Depth: '1' } })).text)

  it('are Home and the shared folders of which the person is a member', async () => {
    assert.deepEqual(await list(dav), [
      '/dav/',
      '/dav/Home/',
      '/dav/Secret/',
      '/dav/%C3%89quipe%20%231/',
    ])
    assert.deepEqual(await list(bobs), ['/dav/', '/dav/Home/', '/dav/%C3%89quipe%20%231/'])
    assert.deepEqual(await list(bobs, '/'), ['/', '/dav/'])
    assert.equal((await bobs('PROPFIND', '/dav/Secret/')).status, 404)
    assert.equal((await bobs('PUT', '/dav/Secret/x', { body: 'x' })).status, 403)
  })

  it('Home is a different one for everybody', async () => {
    await dav('PUT', '/dav/Home/mine', { body: 'ada' })
    assert.equal((await bobs('GET', '/dav/Home/mine')).status, 404)
  })

  it('a reader reads and changes nothing', async () => {
    const team = '/dav/%C3%89quipe%20%231'
    assert.equal((await dav('PUT', `${team}/f`, { body: 'team' })).status, 201)
    assert.equal((await bobs('GET', `${team}/f`)).text, 'team')
    assert.equal((await bobs('PUT', `${team}/f`, { body: 'x' })).status, 403)
    assert.equal((await bobs('DELETE', `${team}/f`)).status, 403)
    assert.equal((await bobs('MKCOL', `${team}/d`)).status, 403)
    assert.equal((await bobs('PROPPATCH', `${team}/f`, { body: BODIES.set('a', 'b') })).status, 403)
    assert.equal((await bobs('LOCK', `${team}/f`, { body: BODIES.lock() })).status, 403)
    const headers = { Destination: '/dav/Home/f' }
    assert.equal((await bobs('MOVE', `${team}/f`, { headers })).status, 403)
    assert.equal((await bobs('COPY', `${team}/f`, { headers })).status, 201)
    const into = { Destination: `${team}/mine` }
    assert.equal((await bobs('COPY', '/dav/Home/f', { headers: into })).status, 403)
    await bobs('DELETE', '/dav/Home/f')
  })

  it('nothing is put at the top, and no space moves', async () => {
    for (const [method, headers] of [
      ['PUT', {}],
      ['MKCOL', {}],
      ['DELETE', {}],
      ['PROPPATCH', {}],
      ['LOCK', {}],
      ['MOVE', { Destination: '/dav/Home/x' }],
    ] as const)
      assert.ok([403, 405].includes((await dav(method, '/dav/', { headers })).status), method)
    await dav('PUT', '/dav/Home/up', { body: 'x' })
    for (const Destination of ['/dav/up', '/dav/', '/dav/New/up', '/dav/Secret/'])
      assert.equal((await dav('MOVE', '/dav/Home/up', { headers: { Destination } })).status, 403)
    assert.equal((await dav('DELETE', '/dav/Secret/')).status, 403)
  })

  it('a quota counts what is kept, and refuses what is more', async () => {
    const figures = async (): Promise<string[]> => {
      const body = BODIES.propfind('quota-used-bytes', 'quota-available-bytes')
      const { text } = await bobs('PROPFIND', '/dav/Home/', { headers: { Depth: '0' }, body })
      return [...text.matchAll(/bytes>(\d+)</g)].map((found) => found[1] ?? '')
    }
    const put = async (name: string, bytes: number): Promise<number> =>
      (await bobs('PUT', `/dav/Home/${name}`, { body: Buffer.alloc(bytes) })).status
    assert.deepEqual(await figures(), ['0', '1000'])
    assert.equal(await put('a', 600), 201)
    assert.equal(await put('b', 401), 507)
    assert.equal(await put('b', 400), 201)
    assert.deepEqual(await figures(), ['1000', '0'])
    assert.equal(await put('a', 600), 204)
    assert.equal(await put('a', 601), 507)
    assert.equal(await put('a', 100), 204)
    assert.deepEqual(await figures(), ['500', '500'])
    const to = { Destination: '/dav/Home/c' }
    assert.equal((await bobs('COPY', '/dav/Home/b', { headers: to })).status, 201)
    assert.equal(
      (await bobs('COPY', '/dav/Home/b', { headers: { Destination: '/dav/Home/d' } })).status,
      507,
    )
    await bobs('DELETE', '/dav/Home/c')
    assert.deepEqual(await figures(), ['500', '500'])
    await server.drive.quota.settle()
    assert.equal(await server.store.tables.driveUsage.bytes(`home:${bob.id}`), 500)
    assert.deepEqual(server.drive.incoming.pending, [])
  })

  it('a quota is not passed by many at once, nor by a body without a length', async () => {
    await bobs('DELETE', '/dav/Home/a')
    await bobs('DELETE', '/dav/Home/b')
    const all = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, i) => await bobs('PUT', `/dav/Home/p${i}`, { body: Buffer.alloc(100) }),
      ),
    )
    assert.equal(all.filter(({ status }) => status === 201).length, 10)
    assert.ok((await measureTree(server.home(bob))) <= 1000)
    const socket = await dial(server.port)
    socket.write(
      `PUT /dav/Home/chunks HTTP/1.1\r\nHost: x\r\nAuthorization: ${bob.basic}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    socket.write(`186a0\r\n${'x'.repeat(100_000)}\r\n0\r\n\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    assert.match(answer.toString(), /^HTTP\/1.1 507 /)
    socket.destroy()
  })

  it('a figure that is wrong is corrected from the disk', async () => {
    await server.store.tables.driveUsage.set(`home:${ada.id}`, 999_999)
    writeFileSync(server.home(ada, 'by-the-operator'), Buffer.alloc(50))
    const bytes = await server.drive.recount(`home:${ada.id}`)
    assert.equal(bytes, await measureTree(server.home(ada)))
    assert.equal(await server.store.tables.driveUsage.bytes(`home:${ada.id}`), bytes)
    assert.ok(server.drive.spaceIdsOnDisk().includes(`home:${ada.id}`))
  })

  it('links that the operator placed are not followed, listed or replaced', async () => {
    mkdirSync(server.home(ada, 'with-links'))
    symlinkSync('/etc', server.home(ada, 'with-links', 'etc'))
    symlinkSync('/etc/passwd', server.home(ada, 'with-links', 'passwd'))
    assert.deepEqual(await list(dav, '/dav/Home/with-links/'), ['/dav/Home/with-links/'])
    for (const path of ['etc/passwd', 'passwd', 'etc/'])
      assert.equal((await dav('GET', `/dav/Home/with-links/${path}`)).status, 404)
    for (const path of ['etc/new', 'passwd', 'etc'])
      assert.equal(
        (await dav('PUT', `/dav/Home/with-links/${path}`, { body: 'x' })).status,
        403,
        path,
      )
    assert.equal((await dav('DELETE', '/dav/Home/with-links/passwd')).status, 403)
    assert.equal((await dav('MKCOL', '/dav/Home/with-links/etc')).status, 403)
    const headers = { Destination: '/dav/Home/copied' }
    assert.equal((await dav('COPY', '/dav/Home/with-links', { headers })).status, 201)
    assert.deepEqual(readdirSync(server.home(ada, 'copied')), [])
    assert.equal((await dav('DELETE', '/dav/Home/with-links')).status, 204)
  })
})
