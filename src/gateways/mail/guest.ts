/**
 * Guest: one connection at a mail gateway, from accepting it until it is closed. It owns the time
 * before login.
 */
import type { Socket } from 'node:net'
import type { Crowd } from './crowd.ts'
import type { ListenerLimits } from './limits.ts'
import type { SessionEnd } from './session.ts'

type Limits = Pick<ListenerLimits, 'beforeLoginMs' | 'lastWordMs'>

export class Guest {
  /** With TLS over it, the one that TLS is in. */
  socket: Socket
  readonly #limits: Limits
  readonly #crowd: Crowd
  #beforeLogin: AbortController | null = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #ip: string | null = null

  private constructor(socket: Socket, limits: Limits, crowd: Crowd) {
    this.socket = socket
    this.#limits = limits
    this.#crowd = crowd
    this.#timer = setTimeout(() => this.end('time_is_up'), limits.beforeLoginMs)
  }

  /** @returns null when there are too many: the connection is closed */
  static arrive(socket: Socket, limits: Limits, crowd: Crowd): Guest | null {
    const guest = new Guest(socket, limits, crowd)
    if (crowd.enter(guest)) {
      socket.once('close', () => guest.#left())
      return guest
    }
    clearTimeout(guest.#timer)
    socket.destroy()
    return null
  }

  /** Until `signedIn`; null after that. */
  get signal(): AbortSignal | null {
    return this.#beforeLogin?.signal ?? null
  }

  /** The address is known. @returns false when too many come from there */
  from(ip: string): boolean {
    if (!this.#crowd.from(ip)) return false
    this.#ip = ip
    return true
  }

  readonly signedIn = (): void => {
    if (!this.#beforeLogin || this.socket.destroyed) return
    this.#beforeLogin = null
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#ip !== null) this.#crowd.signedIn(this, this.#ip)
  }

  /** Tells the session, which says its last word; cut a moment later. After login: nothing. */
  end(why: SessionEnd): void {
    if (!this.#beforeLogin) return
    this.#beforeLogin.abort(why)
    this.#cutSoon()
  }

  /** The session is over without a login. */
  dismiss(): void {
    if (!this.#beforeLogin) return
    if (this.socket.writable) this.socket.end()
    this.#cutSoon()
  }

  readonly cut = (): void => {
    this.socket.destroy()
  }

  /** A client that neither reads nor closes is not waited for. */
  #cutSoon(): void {
    clearTimeout(this.#timer)
    if (!this.socket.destroyed) this.#timer = setTimeout(this.cut, this.#limits.lastWordMs)
  }

  #left(): void {
    clearTimeout(this.#timer)
    this.#crowd.leave(this, this.#ip, this.#beforeLogin === null)
    // Whoever still works for it need not go on.
    this.#beforeLogin?.abort('gone' satisfies SessionEnd)
  }
}
