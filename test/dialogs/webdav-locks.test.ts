import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { BODIES, davClient, hrefs, type DavAnswer, type DavClient } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

let ahead = 0
const clock = { now: () => Date.now() + ahead }

describe('WebDAV locks', () => {
  let server: DriveServer
  let ada: Person
  let dav: DavClient
  let bob: DavClient
  before(async () => {
    server = await startDrive({ clock })
    ada = await server.person('ada')
    const other = await server.person('bob')
    await server.folder('Team', [
      [ada, 'write'],
      [other, 'write'],
    ])
    dav = davClient(server, ada)
    bob = davClient(server, other)
  })
  after(async () => await server[Symbol.asyncDispose]())

  const lock = async (
    path: string,
    headers: Record<string, string> = {},
    body = BODIES.lock(),
  ): Promise<DavAnswer> => await dav('LOCK', path, { headers, body })
  const token = ({ headers }: DavAnswer): string => String(headers['lock-token'] ?? '')
  const put = async (
    path: string,
    headers: Record<string, string> = {},
    as = dav,
  ): Promise<number> => (await as('PUT', path, { headers, body: 'x' })).status
  const unlock = async (path: string, held: string, as = dav): Promise<number> =>
    (await as('UNLOCK', path, { headers: { 'Lock-Token': held } })).status

  it('keeps everybody out who does not send the token', async () => {
    await put('/dav/Home/f')
    const made = await lock('/dav/Home/f', { Timeout: 'Second-100' })
    assert.equal(made.status, 200)
    assert.match(
      made.text,
      /<D:exclusive\/>.*<owner xmlns="DAV:">Ada<\/owner><D:timeout>Second-100</,
    )
    const refused = await dav('PUT', '/dav/Home/f', { body: 'x' })
    assert.equal(refused.status, 423)
    assert.match(refused.text, /<D:lock-token-submitted><D:href>\/dav\/Home\/f</)
    assert.equal((await dav('DELETE', '/dav/Home/f')).status, 423)
    assert.equal(
      (await dav('PROPPATCH', '/dav/Home/f', { body: BODIES.set('a', 'b') })).status,
      423,
    )
    assert.equal(
      (await dav('MOVE', '/dav/Home/f', { headers: { Destination: '/dav/Home/g' } })).status,
      423,
    )
    assert.equal(
      (await dav('COPY', '/dav/Home/f', { headers: { Destination: '/dav/Home/g' } })).status,
      201,
    )
    assert.equal(
      (await dav('COPY', '/dav/Home/g', { headers: { Destination: '/dav/Home/f' } })).status,
      423,
    )
    assert.equal(await put('/dav/Home/f', { If: `(${token(made)})` }), 204)
    assert.equal(await put('/dav/Home/f', { If: '(<urn:uuid:other>)' }), 412)
    assert.equal(await put('/dav/Home/f', { If: '(Not <DAV:no-lock>)' }), 423)
    assert.equal(await put('/dav/Home/f', { If: 'broken' }), 400)
    assert.equal(await unlock('/dav/Home/g', token(made)), 409)
    assert.equal(await unlock('/dav/Home/f', token(made)), 204)
    assert.equal(await unlock('/dav/Home/f', token(made)), 409)
    assert.equal(await put('/dav/Home/f'), 204)
  })

  it('locks what is not there yet by an empty file', async () => {
    const made = await lock('/dav/Home/new')
    assert.equal(made.status, 201)
    assert.equal(statSync(server.home(ada, 'new')).size, 0)
    assert.equal(await put('/dav/Home/new', { If: `(${token(made)})` }), 204)
    assert.equal((await lock('/dav/Home/no/where')).status, 409)
    assert.equal((await lock('/dav/Home/new', { Depth: '1' })).status, 400)
  })

  it('locks a collection with all that comes into it; depth 0 locks its list only', async () => {
    await dav('MKCOL', '/dav/Home/deep')
    await put('/dav/Home/deep/f')
    const deep = await lock('/dav/Home/deep')
    assert.equal(await put('/dav/Home/deep/f'), 423)
    assert.equal(await put('/dav/Home/deep/new'), 423)
    assert.equal(await put('/dav/Home/deep/new', { If: `(${token(deep)})` }), 201)
    assert.equal(await put('/dav/Home/deep/new2', { If: `</dav/Home/deep> (${token(deep)})` }), 201)
    assert.equal(
      await put('/dav/Home/deep/new3', {
        If: `<http://127.0.0.1:${server.port}/dav/Home/deep/> (${token(deep)})`,
      }),
      201,
    )
    assert.equal(
      await put('/dav/Home/deep/new4', {
        If: `<http://other.example/dav/Home/deep> (${token(deep)})`,
      }),
      412,
    )
    assert.equal(await unlock('/dav/Home/deep/f', token(deep)), 204)
    const flat = await lock('/dav/Home/deep', { Depth: '0' })
    assert.equal(await put('/dav/Home/deep/f'), 204)
    assert.equal(await put('/dav/Home/deep/another'), 423)
    assert.equal((await dav('DELETE', '/dav/Home/deep/f')).status, 423)
    await unlock('/dav/Home/deep', token(flat))
  })

  it('deletes nothing of a tree in which something is locked, and says what', async () => {
    await dav('MKCOL', '/dav/Home/tree')
    await put('/dav/Home/tree/free')
    await put('/dav/Home/tree/held')
    const made = await lock('/dav/Home/tree/held')
    const refused = await dav('DELETE', '/dav/Home/tree')
    assert.equal(refused.status, 207)
    assert.deepEqual(hrefs(refused.text), ['/dav/Home/tree/held'])
    assert.match(refused.text, /423 Locked/)
    assert.ok(existsSync(server.home(ada, 'tree', 'free')))
    const collection = await lock('/dav/Home/tree')
    assert.equal(collection.status, 207)
    assert.match(collection.text, /held<.*423.*tree\/<.*424/)
    const headers = { If: `</dav/Home/tree/held> (${token(made)})` }
    assert.equal((await dav('DELETE', '/dav/Home/tree', { headers })).status, 204)
  })

  it('lets several share, and one have it alone', async () => {
    await put('/dav/Team/shared')
    const mine = await lock('/dav/Team/shared', {}, BODIES.lock('shared'))
    const theirs = await bob('LOCK', '/dav/Team/shared', { body: BODIES.lock('shared') })
    assert.deepEqual([mine.status, theirs.status], [200, 200])
    const alone = await lock('/dav/Team/shared')
    assert.equal(alone.status, 423)
    assert.match(alone.text, /no-conflicting-lock/)
    assert.equal(await put('/dav/Team/shared', { If: `(${token(mine)})` }), 204)
    assert.equal(await put('/dav/Team/shared', { If: `(${token(theirs)})` }, bob), 204)
    await unlock('/dav/Team/shared', token(mine))
    await unlock('/dav/Team/shared', token(theirs), bob)
  })

  it('H09: a token is worth nothing to anybody but the person who locked', async () => {
    await put('/dav/Team/held')
    const made = await lock('/dav/Team/held')
    assert.equal(await put('/dav/Team/held', { If: `(${token(made)})` }, bob), 423)
    assert.equal(await unlock('/dav/Team/held', token(made), bob), 403)
    const refresh = { If: `(${token(made)})` }
    assert.equal((await bob('LOCK', '/dav/Team/held', { headers: refresh })).status, 403)
    assert.equal((await dav('LOCK', '/dav/Team/held', { headers: refresh })).status, 200)
    await unlock('/dav/Team/held', token(made))
  })

  it('H15: ends by itself, and never lasts longer than an hour', async () => {
    await put('/dav/Home/timed')
    const made = await lock('/dav/Home/timed', { Timeout: 'Infinite' })
    assert.match(made.text, /<D:timeout>Second-3600</)
    ahead += HOUR - MINUTE
    assert.equal(await put('/dav/Home/timed'), 423)
    const refreshed = await dav('LOCK', '/dav/Home/timed', {
      headers: { If: `(${token(made)})`, Timeout: 'Second-120' },
    })
    assert.match(refreshed.text, /<D:timeout>Second-120</)
    ahead += 119 * SECOND
    assert.equal(await put('/dav/Home/timed'), 423)
    ahead += 2 * SECOND
    assert.equal(await put('/dav/Home/timed'), 204)
    assert.equal(await put('/dav/Home/timed', { If: `(${token(made)})` }), 412)
  })

  it('tells who holds a lock, and for how long', async () => {
    await put('/dav/Home/shown')
    const made = await lock('/dav/Home/shown', {}, BODIES.lock('exclusive', ''))
    const shown = await dav('PROPFIND', '/dav/Home/', {
      headers: { Depth: '1' },
      body: BODIES.propfind('lockdiscovery'),
    })
    assert.match(
      shown.text,
      new RegExp(
        `shown</D:href>.*?<D:activelock>.*?${token(made).slice(1, -1)}.*?<D:lockroot><D:href>/dav/Home/shown<`,
      ),
    )
  })

  it('stays behind when its file moves, and goes with it when it is deleted', async () => {
    await put('/dav/Home/from')
    const made = await lock('/dav/Home/from')
    const headers = { Destination: '/dav/Home/to', If: `(${token(made)})` }
    assert.equal((await dav('MOVE', '/dav/Home/from', { headers })).status, 201)
    assert.equal(await put('/dav/Home/to'), 204)
    assert.equal(await put('/dav/Home/from'), 201)
  })
})
