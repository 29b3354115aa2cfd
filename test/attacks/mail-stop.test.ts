/**
 * V15, V18: the real process with many mail connections and refreshes, when it is told to stop, and
 * when something is thrown that nobody catches.
 */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { systemClock, systemEntropy } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { readConfig } from '#config.ts'
import { openGround, type Ground } from '#ground.ts'
import { REFRESH_LIMITS } from '#vault/refresh-limits.ts'
import { refreshTokenPlace } from '#vault/token-places.ts'
import { line, start, type Settings } from '../support/command-line.ts'
import { Dialogue } from '../support/dialogue.ts'
import { addApplication, addMailbox, addPerson } from '../support/filled-mailboxes.ts'
import { openImapServer } from '../support/imap.ts'
import { freePort } from '../support/product.ts'
import { workFolder } from '../support/program.ts'
import { localhostTls } from '../support/tls.ts'
import { openTokenServer } from '../support/token-server.ts'

const SESSIONS = 1000
const REFRESHES = 50
/** Of one person: below what one may have. */
const EACH = 50
/** At once, so that nobody has to wait for long. */
const BATCH = 50

type Login = { readonly email: string; readonly password: string; readonly accountId: string }

/** A process that can be started on this folder, and the store in it for when it does not run. */
async function scene(folder: string) {
  const [http, imap] = [await freePort(), await freePort()]
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, localhostTls().cert)
  const settings: Settings = {
    URL: `http://localhost:${http}`,
    LISTEN: `127.0.0.1:${http}`,
    IMAP_LISTEN: `127.0.0.1:${imap}`,
    ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1',
    DATA_DIR: join(folder, 'data'),
  }
  const ground = async (): Promise<Ground> => {
    const named = Object.entries(settings).map(([name, value]) => [`PASSERELLE_${name}`, value])
    const world = { clock: systemClock, entropy: systemEntropy, log: silentLog }
    return await openGround(readConfig(Object.fromEntries(named) as Settings), world, {
      migrates: true,
    })
  }
  const serve = async (more: Settings = {}): Promise<ChildProcess> => {
    const server = start(settings, ['serve'], { NODE_EXTRA_CA_CERTS: caFile, ...more })
    await line(server, /Passerelle serves/)
    server.stdout?.resume()
    server.stderr?.resume()
    return server
  }
  return { imap, ground, serve }
}

async function inBatches<From, To>(
  all: readonly From[],
  act: (one: From) => Promise<To>,
): Promise<To[]> {
  const made: To[] = []
  for (let from = 0; from < all.length; from += BATCH)
    made.push(...(await Promise.all(all.slice(from, from + BATCH).map(act))))
  return made
}

async function logIn(port: number, { email, password }: Login): Promise<Dialogue> {
  const client = await Dialogue.open(port)
  await client.expect('* OK …')
  client.send(`a LOGIN ${email} ${password}\r\n`)
  return client
}

const ended = async (server: ChildProcess): Promise<number | null> => {
  if (server.exitCode === null && server.signalCode === null) await once(server, 'close')
  return server.exitCode
}

async function refuses(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const [thrown] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(thrown.code, 'ECONNREFUSED')
}

describe('a stop with mail connections', () => {
  it(`V15: ${SESSIONS} sessions are drained, ${REFRESHES} refreshes are stored, and it starts again`, async () => {
    using folder = workFolder()
    await using provider = await openImapServer()
    await using tokens = await openTokenServer({ tls: true })
    const { imap, ground, serve } = await scene(folder.path)
    const logins: Login[] = []
    const stale: Login[] = []
    const before = await ground()
    const application = await addApplication(before, { imapPort: provider.port }, tokens.url)
    for (let n = 0; n < SESSIONS / EACH; n++) {
      const { id, password } = await addPerson(before, `person${n}`)
      const box = await addMailbox(before, application, [id])
      const login = { email: box.email, password, accountId: box.id }
      logins.push(...Array.from({ length: EACH }, () => login))
    }
    const late = await addPerson(before, 'late')
    for (let n = 0; n < REFRESHES; n++) {
      const refreshToken = tokens.issue('stays_valid', `grant${n}`)
      const given = { refreshToken, accessToken: null }
      const box = await addMailbox(before, application, [late.id], given)
      stale.push({ email: box.email, password: late.password, accountId: box.id })
    }
    await before[Symbol.asyncDispose]()

    const server = await serve()
    const clients = await inBatches(logins, async (login) => {
      const client = await logIn(imap, login)
      await client.expect('a OK …')
      return client
    })
    tokens.delayMs = 3000
    const waiting = await Promise.all(stale.map(async (login) => await logIn(imap, login)))
    while (tokens.counts.requests < REFRESH_LIMITS.inFlight) await tokens.nextRequest()
    const stopping = line(server, /server\.stopping/)
    server.kill('SIGTERM')
    await stopping
    for (const client of clients) {
      await client.expect('* BYE The connection is closed here. Connect again.')
      await client.expect('<end>')
    }
    for (const client of waiting) {
      await client.expect('* BYE The server stops. Connect again.')
      await client.expect('<end>')
    }
    await refuses(imap)
    assert.equal(await ended(server), 0)

    assert.ok(tokens.counts.refreshed >= REFRESH_LIMITS.inFlight)
    assert.equal(tokens.counts.mostAtOnce, 1)
    const after = await ground()
    const newest = await Promise.all(
      stale.map(async ({ accountId }, n) => {
        const row = await after.store.tables.mailAccounts.find(accountId)
        assert.equal(row?.lease_owner, null)
        const stored = after.identity.sealer.open(row.refresh_token!, refreshTokenPlace(accountId))
        // The second of a grant, where there was time for one: what was given last is what is kept.
        const given = 1 + (tokens.refreshes.get(`grant${n}`) ?? 0)
        assert.match(stored.reveal(), new RegExp(`^rt\\.${given}\\.`))
        return given
      }),
    )
    assert.equal(newest.filter((given) => given > 1).length, tokens.counts.refreshed)
    await after[Symbol.asyncDispose]()

    tokens.delayMs = 0
    const again = await serve()
    for (const login of [logins[0]!, stale[0]!, stale.at(-1)!]) {
      using client = await logIn(imap, login)
      await client.expect('a OK …')
    }
    again.kill('SIGTERM')
    assert.equal(await ended(again), 0)
    for (const client of [...clients, ...waiting]) client[Symbol.dispose]()
  })

  it('V18: what nobody catches is logged, ends the process in order, and sessions are told', async () => {
    using folder = workFolder()
    await using provider = await openImapServer()
    const { imap, ground, serve } = await scene(folder.path)
    const before = await ground()
    const application = await addApplication(before, { imapPort: provider.port })
    const { id, password } = await addPerson(before, 'ada')
    const box = await addMailbox(before, application, [id])
    const login = { email: box.email, password, accountId: box.id }
    await before[Symbol.asyncDispose]()
    // A bug, where no promise and no socket is around it.
    const bug = join(folder.path, 'bug.mjs')
    writeFileSync(
      bug,
      `process.on('SIGUSR2', () => { throw new TypeError('a bug') })
       process.on('SIGWINCH', () => void Promise.reject(new TypeError('another bug')))`,
    )
    const server = await serve({ NODE_OPTIONS: `--import=${bug}` })
    using client = await logIn(imap, login)
    await client.expect('a OK …')
    const rejected = line(server, /process\.unhandled_rejection.*another bug/)
    server.kill('SIGWINCH')
    await rejected
    await client.play('C: b NOOP\nS: b OK done')
    const logged = line(server, /process\.uncaught_exception.*a bug/)
    server.kill('SIGUSR2')
    await logged
    await client.play('S: * BYE …\nS: <end>')
    assert.equal(await ended(server), 1)
    const again = await serve()
    using back = await logIn(imap, login)
    await back.expect('a OK …')
    again.kill('SIGTERM')
    assert.equal(await ended(again), 0)
  })
})
