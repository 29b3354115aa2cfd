/**
 * What the listener knows of a request when it hands it on.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

export type Door = {
  /** Where the request comes from: the peer, or what a trusted proxy says. */
  readonly ip: string
  /** Whether it travelled encrypted up to us, or up to a trusted proxy. */
  readonly tls: boolean
  /** The Host header, lower case, checked. */
  readonly host: string
  /** The path, percent-encoded as it came, without query. */
  readonly path: string
  readonly query: string
  /** Sends 100 (Continue) when the client waits for it. Call it before reading the body. */
  readonly goOn: () => void
}

export type Handler = (
  req: IncomingMessage,
  res: ServerResponse,
  door: Door,
) => void | Promise<void>

/** `holdsContinue`: the handler calls `goOn` itself; otherwise it is called before the handler. */
export type Route = Handler | { readonly handler: Handler; readonly holdsContinue: true }

/**
 * What answers what: by the longest prefix of whole segments (`/dav`, `/`), or for one method on
 * exactly one path (`OPTIONS /`), which goes first.
 */
export type Routes = Readonly<Record<string, Route>>

export function routeFor(routes: Routes, method: string, path: string): Route | undefined {
  const exact = routes[`${method} ${path}`]
  if (exact) return exact
  for (let prefix = path; prefix !== ''; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
    const route = routes[prefix]
    if (route) return route
  }
  return routes['/']
}
