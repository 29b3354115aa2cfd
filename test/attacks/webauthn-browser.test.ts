/**
 * A20: passkeys in a real Chromium with a virtual authenticator, and pages of others around it.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Answer, BodyIn } from '#api/contract.ts'
import { openChromium, signInAs } from '../support/browser.ts'
import type { Client } from '../support/client.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

type Question = Answer<'POST /session/webauthn'>
type Answered = BodyIn<'POST /sign-in/passkey'>
type Credential = { credentialId: string; signCount: number; [other: string]: unknown }

/** A page can ask for it; the server never does. */
const LAX = { userVerification: 'discouraged' as 'preferred' }

/** A window with an authenticator in it. */
class Window {
  readonly page: Page
  readonly #send: (method: string, params?: object) => Promise<unknown>
  readonly #context: BrowserContext
  #authenticator = ''
  constructor(context: BrowserContext, page: Page, send: Window['send']) {
    this.#context = context
    this.page = page
    this.#send = send
  }
  get send() {
    return this.#send
  }

  static async open(browser: Browser, url: string, as?: Client): Promise<Window> {
    const context = await browser.newContext()
    if (as) await signInAs(context, url, as)
    const page = await context.newPage()
    const cdp = await context.newCDPSession(page)
    const window = new Window(context, page, async (method, params) =>
      cdp.send(method as 'WebAuthn.enable', params),
    )
    await window.send('WebAuthn.enable')
    await window.#plugIn()
    await page.goto(url)
    return window
  }

  async #plugIn(): Promise<void> {
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    }
    const made = await this.send('WebAuthn.addVirtualAuthenticator', { options })
    this.#authenticator = (made as { authenticatorId: string }).authenticatorId
  }

  /** What the browser's page would send; a DOMException comes back as its name. */
  async get(question: Question): Promise<Answered | string> {
    return await this.page.evaluate(`(async (json) => {
      try {
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json)
        const { id, response } = (await navigator.credentials.get({ publicKey })).toJSON()
        const { clientDataJSON: clientData, authenticatorData, signature, userHandle } = response
        return { credentialId: id, clientData, authenticatorData, signature, userHandle }
      } catch (error) { return error.name }
    })(${JSON.stringify(question)})`)
  }

  /** Sets a passkey up for the person who is signed in in this window. */
  async setUp(client: Client): Promise<void> {
    const { id, options } = await client.call('POST /me/second-factors/webauthn', { body: {} })
    const body = await this.page.evaluate(`(async (json) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json)
      const { id, response } = (await navigator.credentials.create({ publicKey })).toJSON()
      const { clientDataJSON: clientData, attestationObject: attestation, transports } = response
      return { credentialId: id, clientData, attestation, transports }
    })(${JSON.stringify(options)})`)
    const params = { id }
    const answer = { params, body: body as BodyIn<'POST /me/second-factors/:id/verify'> }
    await client.call('POST /me/second-factors/:id/verify', answer)
  }

  async credentials(): Promise<Credential[]> {
    const authenticatorId = this.#authenticator
    const held = await this.send('WebAuthn.getCredentials', { authenticatorId })
    return (held as { credentials: Credential[] }).credentials
  }

  /** An authenticator that holds these. */
  async replaceBy(credentials: readonly Credential[]): Promise<void> {
    await this.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.#authenticator })
    await this.#plugIn()
    const authenticatorId = this.#authenticator
    for (const credential of credentials)
      await this.send('WebAuthn.addCredential', { authenticatorId, credential })
  }

  async verifiesUser(isUserVerified: boolean): Promise<void> {
    const authenticatorId = this.#authenticator
    await this.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}

/** A site of somebody else on this machine. */
async function otherSite(html = '') {
  const server = createServer((_, res) => {
    res.setHeader('Content-Type', 'text/html').end(html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    at: (host: string) => `http://${host}:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('passkeys in Chromium', () => {
  let chromium: Browser
  let product: Product
  let ada: Client
  let mallory: Client
  before(async () => {
    chromium = await openChromium()
    product = await startProduct()
    ada = await product.administrator()
    mallory = await product.person(ada, 'mallory')
  })
  after(async () => {
    await chromium.close()
    await product[Symbol.asyncDispose]()
  })

  // A page of this origin that asks for no passkey by itself.
  const window = async (as?: Client, url = `${product.url}/healthz`): Promise<Window> =>
    await Window.open(chromium, url, as)
  /** Ada, who has given her password. */
  const half = async (): Promise<Client> => {
    const client = product.client()
    await client.signIn('ada', PASSWORD)
    return client
  }
  const give = async (client: Client, answered: Answered): Promise<number> => {
    const body = { kind: 'webauthn' as const, ...answered }
    return (await client.send('POST /session/second-factor', { body })).status
  }
  async function answer(window: Window, question: Question): Promise<Answered> {
    const answered = await window.get(question)
    assert.ok(typeof answered === 'object', JSON.stringify(answered))
    return answered
  }
  async function taken(name: string): Promise<string | null> {
    const [last] = await product.ground.store.tables.audit.list({}, 1)
    assert.equal(last?.action, name)
    return last?.reason ?? null
  }

  it('A20: a passkey signs in alone and as the second factor; an answer sent again does not', async () => {
    await using laptop = await window(ada)
    await laptop.setUp(ada)
    const client = product.client()
    const { headers, body: question } = await client.send('POST /sign-in/passkey/options')
    assert.match(
      headers.getSetCookie().join(),
      /^__Host-passerelle-passkey=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    )
    const body = await answer(laptop, question as Question)
    const session = await client.call('POST /sign-in/passkey', { body })
    assert.deepEqual([session.stage, session.user?.name], ['full', 'ada'])
    const twice = product.client()
    twice.cookies.set('__Host-passerelle-passkey', client.cookies.get('__Host-passerelle-passkey')!)
    assert.equal((await twice.refused('POST /sign-in/passkey', { body })).status, 401)
    assert.equal(await taken('session.create'), 'wrong_challenge')
    const step = await half()
    const answered = await answer(laptop, await step.call('POST /session/webauthn'))
    const other = await half()
    assert.equal(await give(other, answered), 401, "another session's challenge")
    assert.equal(await taken('session.second_factor'), 'wrong_challenge')
    assert.equal(await give(step, answered), 200)
  })

  it('A20: a page of another port, to which the question is relayed, gets an answer of no use', async () => {
    await using laptop = await window(ada)
    await laptop.setUp(ada)
    await using site = await otherSite('<title>Sign in</title>')
    // The same host, so the browser lets it ask for the same rpId: only the origin tells.
    await laptop.page.goto(site.at('localhost'))
    const step = await half()
    assert.equal(
      await give(step, await answer(laptop, await step.call('POST /session/webauthn'))),
      401,
    )
    assert.equal(await taken('session.second_factor'), 'wrong_origin')
    const client = product.client()
    const body = await answer(laptop, await client.call('POST /sign-in/passkey/options'))
    assert.equal((await client.refused('POST /sign-in/passkey', { body })).status, 401)
    assert.equal(await taken('session.create'), 'wrong_origin')
  })

  it('A20: a page of another host cannot ask at all, and a frame of ours is not shown there', async () => {
    await using laptop = await window(ada)
    await laptop.setUp(ada)
    const frame = `<iframe allow="publickey-credentials-get *" src="${product.url}/sign-in"></iframe>`
    await using site = await otherSite(`<title>Win a prize</title>${frame}`)
    await laptop.page.goto(site.at('127.0.0.1'))
    const question = await (await half()).call('POST /session/webauthn')
    assert.equal(await laptop.get(question), 'SecurityError')
    const framed = laptop.page.frames()[1]
    assert.ok(framed && !framed.url().startsWith(product.url), framed?.url() ?? 'no frame')
  })

  it('A20: in a frame of another site an answer says so, and is refused for it', async () => {
    await using laptop = await window(ada)
    await laptop.setUp(ada)
    await using inner = await otherSite('<title>inner</title>')
    const frame = `<iframe allow="publickey-credentials-get *" src="${inner.at('localhost')}"></iframe>`
    await using outer = await otherSite(`<title>outer</title>${frame}`)
    await laptop.page.goto(outer.at('127.0.0.1'))
    const framed = laptop.page.frames().find((one) => one.url() === inner.at('localhost'))
    assert.ok(framed, 'the frame was not shown')
    const step = await half()
    const question = await step.call('POST /session/webauthn')
    const answered: Answered = await framed.evaluate(`(async (json) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json)
      const { id, response } = (await navigator.credentials.get({ publicKey })).toJSON()
      const { clientDataJSON: clientData, authenticatorData, signature, userHandle } = response
      return { credentialId: id, clientData, authenticatorData, signature, userHandle }
    })(${JSON.stringify(question)})`)
    const said = JSON.parse(Buffer.from(answered.clientData, 'base64url').toString()) as object
    assert.equal('crossOrigin' in said && said.crossOrigin, true)
    assert.equal(await give(step, answered), 401)
  })

  it('A20: without PIN or fingerprint a passkey is no sign-in, whatever the page asked for', async () => {
    await using laptop = await window(ada)
    await laptop.setUp(ada)
    await laptop.verifiesUser(false)
    const client = product.client()
    const question = await client.call('POST /sign-in/passkey/options')
    assert.equal(await laptop.get(question), 'NotAllowedError', 'Chromium does as it is asked')
    // A page that relays the question can ask otherwise, and name a key that it knows of.
    const [held] = await laptop.credentials()
    const id = Buffer.from(held?.credentialId ?? '', 'base64').toString('base64url')
    const allowCredentials = [{ id, type: 'public-key' as const }]
    const lax = { ...question, ...LAX, allowCredentials }
    const body = await answer(laptop, lax)
    assert.equal((await client.refused('POST /sign-in/passkey', { body })).status, 401)
    assert.equal(await taken('session.create'), 'user_verification')
    const step = await half()
    const answered = await answer(laptop, {
      ...(await step.call('POST /session/webauthn')),
      ...LAX,
    })
    assert.equal(await give(step, answered), 200, 'after a password it is enough')
  })

  it("A20: a copy of a key whose counter stands lower is refused, and so is another person's key", async () => {
    await using laptop = await window(ada)
    await laptop.setUp(ada)
    const copies = await laptop.credentials()
    for (let i = 0; i < 2; i++) {
      const step = await half()
      assert.equal(
        await give(step, await answer(laptop, await step.call('POST /session/webauthn'))),
        200,
      )
    }
    await laptop.replaceBy(copies)
    const step = await half()
    assert.equal(
      await give(step, await answer(laptop, await step.call('POST /session/webauthn'))),
      401,
    )
    assert.equal(await taken('session.second_factor'), 'counter_went_back')
    const notices = await ada.call('GET /me/notices')
    assert.ok(notices.some(({ kind }) => kind === 'second_factor_copied'))
    await using own = await window(mallory)
    await own.setUp(mallory)
    const question = { ...(await step.call('POST /session/webauthn')), allowCredentials: [] }
    assert.equal(await give(step, await answer(own, question)), 401)
    assert.equal(await taken('session.second_factor'), 'wrong_key')
  })
})
