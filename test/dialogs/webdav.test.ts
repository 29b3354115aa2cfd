import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { after, before, describe, it } from 'node:test'
import { BODIES, davClient, exchange, hrefs, type DavClient } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

describe('WebDAV', () => {
  let server: DriveServer
  let ada: Person
  let dav: DavClient
  before(async () => {
    server = await startDrive()
    ada = await server.person('ada')
    dav = davClient(server, ada)
  })
  after(async () => await server[Symbol.asyncDispose]())

  const put = async (path: string, body: string | Uint8Array = 'x'): Promise<void> => {
    const { status } = await dav('PUT', path, { body })
    assert.ok(status === 201 || status === 204, `PUT ${path} answered ${status}`)
  }

  it('puts, gets and replaces a file, which is a plain file on the disk', async () => {
    assert.equal((await dav('PUT', '/dav/Home/a%20%23%25', { body: 'one' })).status, 201)
    const second = await dav('PUT', '/dav/Home/a%20%23%25', { body: 'two!' })
    assert.equal(second.status, 204)
    assert.equal(readFileSync(server.home(ada, 'a #%'), 'utf8'), 'two!')
    const got = await dav('GET', '/dav/Home/a%20%23%25')
    assert.deepEqual([got.status, got.text, got.headers.etag], [200, 'two!', second.headers.etag])
    const head = await dav('HEAD', '/dav/Home/a%20%23%25')
    assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, '4', ''])
    assert.equal((await dav('GET', '/dav/Home/none')).status, 404)
  })

  it('keeps every byte of a large file, with and without a length', async () => {
    const body = Buffer.alloc(5_000_003, 'passerelle 0123456789')
    assert.equal((await dav('PUT', '/dav/Home/large', { body })).status, 201)
    assert.ok((await dav('GET', '/dav/Home/large')).body.equals(body))
    assert.equal(await putChunked(server.port, ada, '/dav/Home/chunked', body), 201)
    assert.ok((await dav('GET', '/dav/Home/chunked')).body.equals(body))
    assert.deepEqual(server.drive.incoming.pending, [])
  })

  it('gives parts of a file', async () => {
    await put('/dav/Home/parts', '0123456789')
    const range = async (value: string, more = {}): Promise<[number, string, unknown]> => {
      const { status, text, headers } = await dav('GET', '/dav/Home/parts', {
        headers: { Range: value, ...more },
      })
      return [status, text, headers['content-range']]
    }
    assert.deepEqual(await range('bytes=2-4'), [206, '234', 'bytes 2-4/10'])
    assert.deepEqual(await range('bytes=-3'), [206, '789', 'bytes 7-9/10'])
    assert.deepEqual(await range('bytes=10-'), [416, '', 'bytes */10'])
    assert.deepEqual(await range('bytes=2-4', { 'If-Range': '"other"' }), [
      200,
      '0123456789',
      undefined,
    ])
    const several = await dav('GET', '/dav/Home/parts', { headers: { Range: 'bytes=0-1,8-' } })
    assert.equal(several.status, 206)
    const boundary = /boundary=(\S+)/.exec(several.headers['content-type'] ?? '')?.[1]
    assert.equal(
      several.text,
      ['0-1', '8-9']
        .map(
          (part, i) =>
            `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${part}/10\r\n\r\n${['01', '89'][i]}`,
        )
        .join('') + `\r\n--${boundary}--\r\n`,
    )
  })

  it('obeys conditions on both sides', async () => {
    await put('/dav/Home/cond', 'v1')
    const { etag = '' } = (await dav('GET', '/dav/Home/cond')).headers
    const send = async (method: string, headers: Record<string, string>): Promise<number> =>
      (
        await dav(method, '/dav/Home/cond', {
          headers,
          ...(method === 'PUT' ? { body: 'v2' } : {}),
        })
      ).status
    assert.equal(await send('GET', { 'If-None-Match': etag }), 304)
    assert.equal(await send('PUT', { 'If-None-Match': '*' }), 412)
    assert.equal(await send('PUT', { 'If-Match': '"other"' }), 412)
    assert.equal(await send('DELETE', { 'If-Match': '"other"' }), 412)
    assert.equal(await send('PUT', { 'If-Match': etag }), 204)
    assert.equal(await send('PUT', { 'If-Match': etag }), 412)
    assert.equal(readFileSync(server.home(ada, 'cond'), 'utf8'), 'v2')
  })

  it('makes collections, and refuses what has no place', async () => {
    assert.equal((await dav('MKCOL', '/dav/Home/col/')).status, 201)
    assert.equal((await dav('MKCOL', '/dav/Home/col')).status, 405)
    assert.equal((await dav('MKCOL', '/dav/Home/no/col')).status, 409)
    assert.equal((await dav('MKCOL', '/dav/Home/other', { body: '<x/>' })).status, 415)
    assert.equal((await dav('PUT', '/dav/Home/no/file', { body: 'x' })).status, 409)
    assert.equal((await dav('PUT', '/dav/Home/col', { body: 'x' })).status, 405)
    await put('/dav/Home/col/f')
    assert.equal((await dav('PUT', '/dav/Home/col/f/g', { body: 'x' })).status, 409)
    assert.equal((await dav('DELETE', '/dav/Home/col', { headers: { Depth: '0' } })).status, 400)
    assert.equal((await dav('DELETE', '/dav/Home/col')).status, 204)
    assert.equal((await dav('DELETE', '/dav/Home/col')).status, 404)
    assert.deepEqual(server.drive.incoming.pending, [])
  })

  it('copies and moves with the exact statuses', async () => {
    const to = async (method: string, from: string, target: string, more = {}): Promise<number> =>
      (
        await dav(method, `/dav/Home/${from}`, {
          headers: { Destination: `/dav/Home/${target}`, ...more },
        })
      ).status
    await dav('MKCOL', '/dav/Home/tree')
    await dav('MKCOL', '/dav/Home/tree/in')
    await put('/dav/Home/tree/in/f', 'deep')
    assert.equal(await to('COPY', 'tree', 'copy'), 201)
    assert.equal(readFileSync(server.home(ada, 'copy', 'in', 'f'), 'utf8'), 'deep')
    assert.equal(await to('COPY', 'tree', 'copy', { Overwrite: 'F' }), 412)
    assert.equal(await to('COPY', 'tree', 'copy'), 204)
    assert.equal(await to('COPY', 'tree', 'shallow', { Depth: '0' }), 201)
    assert.deepEqual(readdirSync(server.home(ada, 'shallow')), [])
    assert.equal(await to('COPY', 'tree', 'tree/in/x'), 403)
    assert.equal(await to('COPY', 'tree/in', 'tree'), 403)
    assert.equal(await to('MOVE', 'tree', 'tree'), 403)
    assert.equal(await to('MOVE', 'tree', 'no/where'), 409)
    assert.equal(await to('MOVE', 'none', 'x'), 404)
    assert.equal(await to('MOVE', 'tree', 'moved', { Depth: '0' }), 400)
    assert.equal(await to('MOVE', 'tree', 'copy'), 204)
    assert.equal(await to('MOVE', 'copy', 'moved'), 201)
    assert.equal(existsSync(server.home(ada, 'tree')), false)
    assert.equal(readFileSync(server.home(ada, 'moved', 'in', 'f'), 'utf8'), 'deep')
    assert.equal((await dav('DELETE', '/dav/Home/')).status, 403)
    assert.equal(await to('MOVE', '', 'x'), 403)
    assert.deepEqual(server.drive.incoming.pending, [])
  })

  it('keeps dead properties through copy, move and delete; a part that fails undoes all', async () => {
    const value = async (path: string): Promise<boolean> => {
      const body = '<propfind xmlns="DAV:"><prop><color xmlns="urn:test"/></prop></propfind>'
      return (await dav('PROPFIND', path, { headers: { Depth: '0' }, body })).text.includes(
        '>blue</x:color>',
      )
    }
    await dav('MKCOL', '/dav/Home/props')
    await put('/dav/Home/props/f')
    assert.equal(
      (await dav('PROPPATCH', '/dav/Home/props/f', { body: BODIES.set('color', 'blue') })).status,
      207,
    )
    await dav('COPY', '/dav/Home/props', { headers: { Destination: '/dav/Home/props2' } })
    assert.equal(await value('/dav/Home/props2/f'), true)
    await dav('MOVE', '/dav/Home/props2', { headers: { Destination: '/dav/Home/props3' } })
    assert.equal(await value('/dav/Home/props3/f'), true)
    await dav('DELETE', '/dav/Home/props3/f')
    await put('/dav/Home/props3/f')
    assert.equal(await value('/dav/Home/props3/f'), false)
    const mixed =
      '<propertyupdate xmlns="DAV:"><remove><prop><color xmlns="urn:test"/></prop></remove><set><prop><getetag>x</getetag></prop></set></propertyupdate>'
    const refused = await dav('PROPPATCH', '/dav/Home/props/f', { body: mixed })
    assert.match(
      refused.text,
      /<D:getetag\/><\/D:prop><D:status>HTTP\/1.1 403 .*cannot-modify-protected-property/,
    )
    assert.match(refused.text, /color.*424/)
    assert.equal(await value('/dav/Home/props/f'), true)
  })

  it('lists one level; all of it is refused as the RFC allows', async () => {
    await dav('MKCOL', '/dav/Home/list')
    await put('/dav/Home/list/a&b', 'abc')
    await dav('MKCOL', '/dav/Home/list/sub')
    const list = async (depth: string | null, body?: string) =>
      await dav('PROPFIND', '/dav/Home/list', {
        headers: depth === null ? {} : { Depth: depth },
        ...(body === undefined ? {} : { body }),
      })
    const one = await list('1')
    assert.equal(one.status, 207)
    assert.deepEqual(hrefs(one.text).toSorted(), [
      '/dav/Home/list/',
      '/dav/Home/list/a%26b',
      '/dav/Home/list/sub/',
    ])
    assert.match(one.text, /<D:displayname>a&amp;b<\/D:displayname><D:getcontentlength>3</)
    assert.deepEqual(hrefs((await list('0')).text), ['/dav/Home/list/'])
    assert.equal(hrefs((await list(null)).text).length, 3)
    const deep = await list('infinity')
    assert.deepEqual([deep.status, deep.text.includes('propfind-finite-depth')], [403, true])
    assert.equal((await list('2')).status, 400)
    const names = await list('0', '<propfind xmlns="DAV:"><propname/></propfind>')
    assert.match(names.text, /<D:resourcetype\/>.*<D:quota-used-bytes\/>/)
    assert.doesNotMatch(names.text, /getcontentlength/)
    const some = await list('0', BODIES.propfind('getcontentlength', 'resourcetype', 'x'))
    assert.match(some.text, /<D:collection\/>.*200 OK.*<D:getcontentlength\/><D:x\/>.*404/)
  })

  it('lists more than fits into one write', async () => {
    mkdirSync(server.home(ada, 'many'))
    for (let i = 0; i < 1500; i++) writeFileSync(server.home(ada, 'many', `f${i}`), '')
    const { text } = await dav('PROPFIND', '/dav/Home/many', { headers: { Depth: '1' } })
    assert.equal(new Set(hrefs(text)).size, 1501)
    assert.ok(text.endsWith('</D:multistatus>'))
  })

  it('says what it is able to do', async () => {
    for (const path of ['/', '*', '/dav/', '/dav/Home/']) {
      const { status, headers } = await dav('OPTIONS', path)
      assert.deepEqual(
        [status, headers.dav, headers['ms-author-via']],
        [200, '1, 2, 3', 'DAV'],
        path,
      )
    }
    const refused = await dav('POST', '/dav/Home/')
    assert.deepEqual([refused.status, refused.headers.allow?.includes('PROPPATCH')], [405, true])
  })

  it('gives people in a browser a page, and never lets a file act as one', async () => {
    await put(
      '/dav/Home/<img src=x onerror=alert(1)>.html'.replaceAll(/[<> ]/g, encodeURIComponent),
      '<script>1</script>',
    )
    const page = await dav('GET', '/dav/Home/')
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'/)
    assert.doesNotMatch(page.text, /<img|<script/)
    const file = await dav('GET', '/dav/Home/%3Cimg%20src=x%20onerror=alert(1)%3E.html')
    assert.match(String(file.headers['content-security-policy']), /^sandbox;/)
    assert.equal(file.headers['x-content-type-options'], 'nosniff')
    assert.match((await dav('GET', '/dav/')).text, /href="Home\/"/)
  })

  it('makes changes in the order in which they were sent, without waiting for answers', async () => {
    const head = (line: string, more = ''): string =>
      `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\n${more}\r\n`
    const answer = await exchange(
      server.port,
      `${head('PUT /dav/Home/p1', 'Content-Length: 3\r\n')}one`,
      head('MOVE /dav/Home/p1', 'Destination: /dav/Home/p2\r\n'),
      head('GET /dav/Home/p2'),
      head('DELETE /dav/Home/p2'),
      head('GET /dav/Home/p2', 'Connection: close\r\n'),
    )
    const statuses = [...answer.matchAll(/HTTP\/1.1 (\d+)/g)].map((found) => found[1])
    assert.deepEqual(statuses, ['201', '201', '200', '204', '404'])
  })

  it('keeps the second in which a synchronising client says that a file changed', async () => {
    const headers = { 'X-OC-Mtime': '1700000000' }
    const first = await dav('PUT', '/dav/Home/dated', { headers, body: 'a' })
    assert.equal(first.headers['x-oc-mtime'], 'accepted')
    const got = await dav('GET', '/dav/Home/dated')
    assert.equal(got.headers['last-modified'], 'Tue, 14 Nov 2023 22:13:20 GMT')
    const second = await dav('PUT', '/dav/Home/dated', { headers, body: 'b' })
    assert.notEqual(second.headers.etag, first.headers.etag)
  })
})

/** Without a length Node sends chunks. */
async function putChunked(
  port: number,
  { basic }: Person,
  path: string,
  body: Buffer,
): Promise<number> {
  const headers = { Authorization: basic }
  const req = http.request({ port, host: '127.0.0.1', method: 'PUT', path, headers })
  for (let at = 0; at < body.length; at += 77_777) req.write(body.subarray(at, at + 77_777))
  req.end()
  const [res] = (await once(req, 'response')) as [http.IncomingMessage]
  res.resume()
  return res.statusCode ?? 0
}
