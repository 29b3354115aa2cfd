/**
 * H14, H19, H22 and the HTTP part of M15 and M16: what is sent as a name and a password.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { wrongAtGateways } from '#domain/throttle.ts'
import { davClient, exchange } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

const basic = (text: string | Uint8Array): string =>
  `Basic ${Buffer.from(text as string).toString('base64')}`

describe('Attacks: credentials of the drive', () => {
  let server: DriveServer
  let ada: Person
  before(async () => {
    server = await startDrive({ trusted: (address) => address === '127.0.0.1' })
    ada = await server.person('ada')
  })
  after(async () => await server[Symbol.asyncDispose]())

  let from = 0
  /** Each asks from an address of its own, so that none is told to wait for another. */
  const ask = async (Authorization: string | undefined) => {
    const headers = {
      'X-Forwarded-For': `198.51.100.${++from % 250}`,
      ...(Authorization === undefined ? {} : { Authorization }),
    }
    return await davClient(server)('GET', '/dav/Home/', { headers })
  }

  it('H19: an application password opens, however it is written down', async () => {
    const { password } = ada
    for (const text of [
      password,
      password.toUpperCase(),
      password.replaceAll('-', ''),
      password.replaceAll('-', ' '),
    ])
      assert.equal((await ask(basic(`ada:${text}`))).status, 200, text)
    assert.equal((await ask(ada.basic.replace('Basic ', 'basic   '))).status, 200)
    assert.equal((await ask(basic(`ada@example.org:${password}`))).status, 200)
  })

  it('H19: nobody, a wrong one, and a main password get the same answer', async () => {
    const bob = await server.person('bob')
    const answers = [
      undefined,
      '',
      'Bearer x',
      'Digest x',
      'Negotiate x',
      basic('ada:'),
      basic(':x'),
      basic(`:${ada.password}`),
      basic('ada:a main password'),
      basic(`bob:${ada.password}`),
      basic(`nobody:${ada.password}`),
      basic(`ada:${bob.password}`),
      basic(`ada:${ada.password}:x`),
      basic(`ada:${ada.password.slice(0, -1)}`),
    ]
    const seen = new Set<string>()
    for (const header of answers) {
      const { status, headers, text } = await ask(header)
      const { date: _, ...rest } = headers
      seen.add(JSON.stringify([status, rest, text]))
    }
    assert.equal(seen.size, 1)
    assert.match([...seen][0] ?? '', /^\[401,.*Basic realm=\\"Passerelle\\", charset=\\"UTF-8\\"/)
  })

  it('H19: the log says that a main password was sent, and never what it was', async () => {
    await ask(basic('ada:correct horse battery staple'))
    const line = server.log.find(
      (one) => one.includes('gateway.refused') && one.includes('not_an_app_password'),
    )
    assert.match(line ?? '', /most often a main password/)
    assert.equal(
      server.log.some((one) => one.includes('correct horse') || one.includes(ada.password)),
      false,
    )
  })

  it('H19: an empty name or password reaches nothing behind the door', async () => {
    const before = server.log.length
    const rows = async (): Promise<number> =>
      (await server.store.db.selectFrom('audit').select('seq').execute()).length
    const was = await rows()
    for (const text of ['ada:', ':x', ':']) assert.equal((await ask(basic(text))).status, 401)
    assert.equal(server.log.length, before)
    assert.equal(await rows(), was)
  })

  it('M15, M16, H19: bytes that cannot be in a name or a password', async () => {
    for (const bytes of [
      'ada',
      'ada:x\r\nX: y',
      'a\nda:x',
      'a\0da:x',
      'ada:\u0001',
      'ada:x\u007f',
      'ada:\u0085',
      Buffer.from('ad\u00e4:x', 'latin1'),
      Uint8Array.of(0xff, 0xfe, 0x3a, 0x61),
      Uint8Array.of(0x61, 0x3a, 0xc0, 0xaf),
      Uint8Array.of(0x61, 0x3a, 0xed, 0xa0, 0x80),
    ])
      assert.equal((await ask(basic(bytes))).status, 400, String(bytes))
    for (const header of [
      'Basic',
      'Basic !!',
      'Basic YWRhOng',
      'Basic YWRhOng= =',
      'Basic YWRhOn_4',
      'Basic =YWR',
    ])
      assert.equal((await ask(header)).status, 400, header)
    assert.equal((await ask(basic(`${'a'.repeat(300)}:x`))).status, 401)
    assert.equal((await ask(basic(`\u202eada:${ada.password}`))).status, 401)
    assert.equal((await ask(basic(`ada:${ada.password}\ufffd`))).status, 401)
    const long = `GET /dav/ HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic('a'.repeat(64_000))}\r\n\r\n`
    assert.match(await exchange(server.port, long), /^HTTP\/1.1 431 /)
  })

  it('M15: a name is the same composed and decomposed', async () => {
    const zoe = await server.person('zo\u00eb')
    for (const name of ['zo\u00eb', 'zoe\u0308', 'ZO\u00cb'])
      assert.equal((await ask(basic(`${name}:${zoe.password}`))).status, 200, name)
  })

  it('H14: who guesses is told to wait; the right password goes on working beside it', async () => {
    const wrong = async () =>
      await davClient(server)('GET', '/dav/', {
        headers: {
          Authorization: basic('ada:00000-00000-00000-00000-00000'),
          'X-Forwarded-For': '203.0.113.9',
        },
      })
    const all = await Promise.all(
      Array.from({ length: 2 * wrongAtGateways('203.0.113.9').tries }, wrong),
    )
    const waits = all.filter(({ status }) => status === 429)
    assert.ok(waits.length > 0)
    assert.ok(waits.every(({ headers }) => Number(headers['retry-after']) > 0))
    const headers = { 'X-Forwarded-For': '203.0.113.9' }
    assert.equal((await davClient(server, ada)('GET', '/dav/', { headers })).status, 200)
  })

  it('H22: nothing of an answer is kept by a cache between people, and no cookie is set', async () => {
    const dav = davClient(server, ada)
    await dav('PUT', '/dav/Home/f', { body: 'x' })
    for (const [method, path] of [
      ['GET', '/dav/Home/f'],
      ['GET', '/dav/Home/'],
      ['PROPFIND', '/dav/Home/'],
      ['GET', '/dav/none'],
      ['PUT', '/dav/Home/f'],
    ] as const) {
      const { headers } = await dav(
        method,
        path,
        method === 'PUT' ? { body: 'y' } : { headers: { Depth: '1', Cookie: '__Host-session=x' } },
      )
      assert.match(
        headers['cache-control'] ?? '',
        /^(no-store|private, no-cache)$/,
        `${method} ${path}`,
      )
      assert.equal(headers['set-cookie'], undefined)
    }
    assert.equal((await ask(undefined)).headers['cache-control'], 'no-store')
  })
})
