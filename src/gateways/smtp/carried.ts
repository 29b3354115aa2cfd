/**
 * What the servers of all providers take, so that a client can be told before anybody knows to which
 * of them it will be connected. Learned at each sign-in, and by a round that asks and signs in
 * nowhere. A server that was never heard does not count: nothing can be sent through it either.
 */
import type { MailServer } from '#mail/mail-server.ts'
import { patientTimeout } from '#vault/patient-timeout.ts'
import { carriedByAll, type Carried } from '#wire/smtp/ehlo.ts'
import { UPSTREAM_LIMITS } from '../mail/limits.ts'
import { connectUpstream, type UpstreamConnection } from '../mail/upstream.ts'
import type { UpstreamTls } from '../mail/upstream-tls.ts'
import { meet } from './upstream.ts'

type Address = Pick<MailServer, 'host' | 'port'>

export class CarriedByServers {
  readonly #known = new Map<string, Carried>()
  #offered: Carried = carriedByAll([])

  /** What is offered to clients: nothing, as long as no server was heard. */
  readonly offered = (): Carried => this.#offered

  readonly learn = (server: Address, carried: Carried): void => {
    this.#known.set(keyOf(server), carried)
    this.#offered = carriedByAll([...this.#known.values()])
  }

  /** The others are not in use any more. */
  keep(servers: readonly Address[]): void {
    const used = new Set(servers.map(keyOf))
    for (const key of this.#known.keys()) if (!used.has(key)) this.#known.delete(key)
    this.#offered = carriedByAll([...this.#known.values()])
  }
}

type AskingServer = Pick<MailServer, 'host' | 'port' | 'security' | 'addressOf'>
type RoundNeeds = {
  /** Those that are in use, each once or more. */
  readonly servers: () => Promise<readonly AskingServer[]>
  readonly tls: UpstreamTls
  readonly name: string
  readonly signal: AbortSignal
}

/** Asks each server for its EHLO, one after the other. Who does not answer stays as it was known. */
export async function askServers(
  known: CarriedByServers,
  { servers, tls, name, signal }: RoundNeeds,
): Promise<void> {
  const each = new Map((await servers()).map((server) => [keyOf(server), server]))
  known.keep([...each.values()])
  for (const server of each.values()) {
    if (signal.aborted) return
    const connected = await connectUpstream(server, { tls, signal, timeoutMs })
    if (connected.ok) await askFor(known, server, connected.upstream, { name, signal })
  }
}

const timeoutMs = UPSTREAM_LIMITS.stepMs

async function askFor(
  known: CarriedByServers,
  server: AskingServer,
  upstream: UpstreamConnection,
  { name, signal }: Pick<RoundNeeds, 'name' | 'signal'>,
): Promise<void> {
  const { conversation } = upstream
  using limit = patientTimeout(timeoutMs, signal)
  limit.signal.addEventListener('abort', () => conversation.destroy(), { once: true })
  const met = await meet(upstream, name)
  if (met.ok) {
    known.learn(server, met.ehlo.carried)
    conversation.end('QUIT\r\n')
    await conversation.line(UPSTREAM_LIMITS.maxLineBytes)
  }
  conversation.destroy()
}

const keyOf = ({ host, port }: Address): string => `${host}:${port}`
