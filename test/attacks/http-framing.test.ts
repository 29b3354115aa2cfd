/**
 * H01 and the HTTP part of H16: requests that two servers in a row could read differently.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { dial, exchange } from '../support/dav-client.ts'
import { startDrive, type DriveServer } from '../support/drive.ts'

describe('Attacks: framing', () => {
  let server: DriveServer
  let seen = 0
  before(async () => {
    const routes = {
      '/': (req: { url?: string | undefined }, res: { end(text: string): void }) => {
        if (req.url === '/smuggled') seen++
        res.end('page')
      },
    }
    server = await startDrive({ routes })
  })
  after(async () => await server[Symbol.asyncDispose]())

  const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
  const refused = async (request: string, status = /^HTTP\/1.1 (400|501|505) /): Promise<void> => {
    seen = 0
    // What comes after the refused request is on the same connection, and is never answered.
    const answer = await exchange(server.port, request + SMUGGLED)
    assert.match(answer, status, JSON.stringify(request.slice(0, 80)))
    assert.equal(answer.match(/HTTP\/1.1/g)?.length, 1, JSON.stringify(request.slice(0, 80)))
    assert.match(answer, /connection: close/i)
    assert.equal(seen, 0)
  }

  it('H01: two lengths, a length and chunks, odd transfer codings', async () => {
    for (const head of [
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: 5\r\nContent-Length: 5',
      'Content-Length: 5, 5',
      'Content-Length: +5',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: chunked\r\nContent-Length: 5',
      'Transfer-Encoding: x, chunked',
      'Transfer-Encoding: chunked, x',
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: \u000bchunked',
      'Transfer-Encoding : chunked',
      ' Transfer-Encoding: chunked',
    ])
      await refused(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n5\r\nhello\r\n0\r\n\r\n`)
    await refused('POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
  })

  it('H01: bare line feeds, folded lines, NUL and other controls', async () => {
    await refused('GET / HTTP/1.1\nHost: x\n\n')
    await refused('GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n')
    await refused('GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n')
    await refused('GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n')
    await refused('GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n')
    await refused('GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n')
    await refused('GET /a b HTTP/1.1\r\nHost: x\r\n\r\n')
    await refused('GET /\u00e4 HTTP/1.1\r\nHost: x\r\n\r\n')
  })

  it('H01: chunks that end in another way', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    for (const chunks of [
      '5\nhello\r\n0\r\n\r\n',
      '5;a\nb\r\nhello\r\n0\r\n\r\n',
      '-5\r\nhello',
      '0x5\r\nhello',
      '5 \r\nhello',
    ]) {
      seen = 0
      const answer = await exchange(server.port, head + chunks + SMUGGLED)
      assert.equal(answer.match(/HTTP\/1.1/g)?.length, 1, chunks)
      assert.equal(seen, 0)
    }
  })

  it('H01: two hosts, no host, another host', async () => {
    await refused('GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n')
    await refused('GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n')
    await refused('GET / HTTP/1.1\r\n\r\n')
    await refused('GET / HTTP/1.1\r\nHost: x@y\r\n\r\n')
    await refused('GET / HTTP/1.1\r\nHost: x y\r\n\r\n')
    await refused('GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n')
    await refused('GET //y/ HTTP/1.1\r\nHost: x, y\r\n\r\n')
  })

  it('H02: two Authorization headers', async () => {
    await refused('GET /dav/ HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n')
  })

  it('H16: no TRACE, no CONNECT, no upgrade', async () => {
    await refused('TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 405 /)
    await refused('CONNECT y:443 HTTP/1.1\r\nHost: y:443\r\n\r\n', /^HTTP\/1.1 405 /)
    await refused('GET / HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n', /^HTTP\/1.1 417 /)
    const upgrade =
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n'
    const answer = await exchange(server.port, upgrade)
    assert.match(answer, /^HTTP\/1.1 200 .*page$/s)
  })

  it('H01: headers without end', async () => {
    await refused(
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
      /^HTTP\/1.1 431 /,
    )
    await refused(`GET /${'a'.repeat(13_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1.1 414 /)
  })

  it('goes on serving others', async () => {
    const socket = await dial(server.port)
    socket.write(SMUGGLED)
    socket.destroy()
    assert.match(await exchange(server.port, 'GET / HTTP/1.0\r\n\r\n'), /200 OK/)
  })
})
