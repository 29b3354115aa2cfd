/**
 * A browser without pages: keeps cookies, sends the Origin of the public URL, speaks the contract.
 */
import assert from 'node:assert/strict'
import { TOTP } from 'otpauth'
import type { Answer, BodyIn, PathParams, QueryIn, RouteName } from '#api/contract.ts'

type Sent<Name extends RouteName> = {
  body?: BodyIn<Name>
  query?: QueryIn<Name>
  params?: { [param in PathParams<Name>]: string }
}
export type Answered<T> = { status: number; headers: Headers; body: T }
/** What every refusal says. */
export type Refused = {
  code: string
  message: string
  fields: { field: string; fault: string; suggestion?: string }[]
}

export class Client {
  readonly url: string
  readonly cookies = new Map<string, string>()
  /** The key of the authenticator app, once it was set up. */
  totp: TOTP | null = null
  readonly #now: () => number

  /** `now`: the clock of the product, which the authenticator app shares. */
  constructor(url: string, now: () => number = Date.now) {
    this.url = url
    this.#now = now
  }

  /** Sends a call and gives back whatever came. */
  async send<Name extends RouteName>(
    name: Name,
    sent: Sent<Name> = {},
  ): Promise<Answered<unknown>> {
    const [method = '', path = ''] = name.split(' ')
    const params = (sent.params ?? {}) as Record<string, string>
    const filled = path.replaceAll(/:(\w+)/g, (_, param: string) =>
      encodeURIComponent(params[param] ?? ''),
    )
    const query = new URLSearchParams(Object.entries(sent.query ?? {}))
    return await this.raw(
      method,
      `/api/v1${filled}${query.size > 0 ? `?${query.toString()}` : ''}`,
      {
        headers: { 'Content-Type': 'application/json' },
        ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      },
    )
  }

  /** Sends a call that has to succeed. */
  async call<Name extends RouteName>(name: Name, sent: Sent<Name> = {}): Promise<Answer<Name>> {
    const { status, body } = await this.send(name, sent)
    assert.ok(status < 300, `${name} answered ${status}: ${JSON.stringify(body)}`)
    return body as Answer<Name>
  }

  /** Sends a call that has to be refused, and gives back how. */
  async refused<Name extends RouteName>(
    name: Name,
    sent: Sent<Name> = {},
  ): Promise<Refused & { status: number }> {
    const { status, body } = await this.send(name, sent)
    assert.ok(status >= 400, `${name} answered ${status}: ${JSON.stringify(body)}`)
    return { status, ...(body as Refused) }
  }

  async raw(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> } = {},
  ): Promise<Answered<unknown>> {
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      ...(init.body === undefined ? {} : { body: init.body }),
      headers: {
        Origin: this.url,
        ...(this.cookies.size > 0 ? { Cookie: this.#cookieHeader() } : {}),
        ...init.headers,
      },
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') === true
    const body: unknown = json && text !== '' ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body }
  }

  /** The code that the authenticator app shows; `steps` ahead or behind. */
  code(steps = 0): string {
    assert.ok(this.totp, 'no authenticator app was set up')
    return this.totp.generate({ timestamp: this.#now() + steps * 30_000 })
  }

  /** Sets up an authenticator app; the session has to be recent. */
  async setUpTotp(): Promise<void> {
    const { id, secret } = await this.call('POST /me/second-factors/totp', { body: {} })
    this.totp = new TOTP({ secret })
    const params = { id }
    await this.call('POST /me/second-factors/:id/verify', { params, body: { code: this.code() } })
  }

  async signIn(name: string, password: string): Promise<Answer<'GET /session'>> {
    return await this.call('POST /session', { body: { name, password } })
  }

  #cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
