/**
 * A connection to a provider's mail server: to an address that may be reached, with TLS verified for
 * its name. Why none came about is a value.
 */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { plainAddress } from '#base/network.ts'
import { connectFailure, type ConnectFailure, type MailServer } from '#mail/mail-server.ts'
import { NotAllowed } from '#vault/guarded-lookup.ts'
import { patientTimeout } from '#vault/patient-timeout.ts'
import { Conversation } from './conversation.ts'
import { dataInlet, lentInlet } from './inlet.ts'
import { LISTENER_LIMITS } from './limits.ts'
import type { UpstreamTls } from './upstream-tls.ts'

/** A connection to a provider's server that has said nothing yet. */
export type UpstreamConnection = {
  readonly conversation: Conversation
  /** null: TLS is on. false: the handshake failed, and the connection is over. */
  readonly startTls: (() => Promise<boolean>) | null
  /** What was wrong when that handshake failed, such as a certificate that has ended; for the log. */
  readonly tlsFault: () => string | null
}

export type Connected =
  | { readonly ok: true; readonly upstream: UpstreamConnection }
  /** `said` is what went wrong, for the log. */
  | { readonly ok: false; readonly stage: ConnectFailure; readonly said: string }

type How = {
  readonly tls: UpstreamTls
  /** Whoever waits for it has gone. */
  readonly signal: AbortSignal
  /** From the lookup of the name to the end of the TLS handshake. */
  readonly timeoutMs: number
}

export async function connectUpstream(
  server: Pick<MailServer, 'host' | 'port' | 'security' | 'addressOf'>,
  { tls, signal, timeoutMs }: How,
): Promise<Connected> {
  using limit = patientTimeout(timeoutMs, signal)
  const ended = limit.signal
  try {
    const address = await before(ended, async () => await server.addressOf(server.host))
    const upstream =
      server.security === 'tls'
        ? await overTls(server, address, tls, ended)
        : await inTheClear(server, address, tls, ended)
    return { ok: true, upstream }
  } catch (thrown) {
    if (limit.isOver) return { ok: false, stage: 'timeout', said: 'No answer in time.' }
    const said = thrown instanceof Error ? thrown.message : 'It failed.'
    return { ok: false, stage: connectFailure(thrown), said }
  }
}

type Where = Pick<MailServer, 'host' | 'port'>

async function overTls(
  server: Where,
  address: string,
  tls: UpstreamTls,
  signal: AbortSignal,
): Promise<UpstreamConnection> {
  const { onread, ...inlet } = lentInlet()
  // A constant of its own: the types of `connect` do not know `onread`, its documentation does.
  const options = { ...tls.options(server), ...wanted(address, server.port), onread }
  const socket = connectTls(options)
  await connected(socket, address, signal)
  await secured(socket, server, tls, signal)
  return { conversation: new Conversation(socket, inlet), startTls: null, tlsFault: () => null }
}

async function inTheClear(
  server: Where,
  address: string,
  tls: UpstreamTls,
  signal: AbortSignal,
): Promise<UpstreamConnection> {
  const socket = connectPlain(wanted(address, server.port))
  await connected(socket, address, signal)
  const conversation = new Conversation(socket, dataInlet(socket))
  let fault: string | null = null
  const wrap = async (plain: Socket): Promise<TLSSocket> => {
    const wrapped = connectTls({ ...tls.options(server), socket: plain })
    await secured(wrapped, server, tls).catch((thrown: unknown) => {
      fault = thrown instanceof Error ? thrown.message : null
      throw thrown
    })
    return wrapped
  }
  const startTls = async (): Promise<boolean> => await conversation.startTls(wrap)
  return { conversation, startTls, tlsFault: () => fault }
}

const wanted = (host: string, port: number) => ({
  host,
  port,
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: LISTENER_LIMITS.keepAliveMs,
})

/** Checked once more where it counts: what is connected is what may be reached. */
async function connected(socket: Socket, address: string, signal: AbortSignal): Promise<void> {
  await event(socket, 'connect', signal)
  if (plainAddress(socket.remoteAddress ?? '') === plainAddress(address)) return
  socket.destroy()
  throw new NotAllowed(address)
}

async function secured(
  socket: TLSSocket,
  server: Where,
  tls: UpstreamTls,
  signal?: AbortSignal,
): Promise<void> {
  socket.on('session', (session: Buffer) => tls.keep(server, session, socket.isSessionReused()))
  await event(socket, 'secureConnect', signal)
}

/** @throws what went wrong before it; the socket is destroyed then */
async function event(socket: Socket, name: string, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: unknown): void => {
      socket.destroy()
      settle(() => reject(cause instanceof Error ? cause : new Error('It closed the connection.')))
    }
    const aborted = (): void => fail(signal?.reason)
    const done = (): void => settle(resolve)
    const settle = (how: () => void): void => {
      socket.off(name, done).off('error', fail).off('close', fail).on('error', quiet)
      signal?.removeEventListener('abort', aborted)
      how()
    }
    socket.on(name, done).on('error', fail).on('close', fail)
    signal?.addEventListener('abort', aborted)
    if (signal?.aborted === true) aborted()
  })
}

/** What was begun goes on. @throws Error when the signal comes first; what the work throws */
export async function before<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  return await new Promise<T>((resolve, reject) => {
    const aborted = (): void => reject(new Error('Nobody waits for it any more.'))
    signal.addEventListener('abort', aborted)
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', aborted))
  })
}

const quiet = (): void => {}
