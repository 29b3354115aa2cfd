import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes, ROUTE_NAMES } from '#api/contract.ts'
import type { Client } from '../support/client.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'

const NO_ID = '01890000-0000-7000-8000-000000000000'
const CHANGES = ROUTE_NAMES.filter((name) => !name.startsWith('GET '))
const pathOf = (name: string): [method: string, path: string] => {
  const [method = '', path = ''] = name.split(' ')
  return [method, `/api/v1${path.replaceAll(/:\w+/g, NO_ID)}`]
}

describe('A08: requests from other sites', () => {
  let product: Product
  let ada: Client
  before(async () => {
    product = await startProduct()
    ada = await product.administrator()
  })
  after(async () => await product[Symbol.asyncDispose]())

  const FOREIGN: Record<string, Record<string, string>> = {
    'of another site': { Origin: 'https://evil.example' },
    'of a page without origin': { Origin: 'null' },
    'of a sibling host': { Origin: 'http://files.localhost:8080' },
    'of the right host with another scheme': { Origin: 'https://localhost' },
    'that the browser says is cross-site': { 'Sec-Fetch-Site': 'cross-site' },
    'that the browser says is same-site': { 'Sec-Fetch-Site': 'same-site' },
    'with nothing that says where from': { Origin: '' },
  }
  for (const [which, headers] of Object.entries(FOREIGN))
    it(`are refused ${which}, on every route that changes something`, async () => {
      for (const name of CHANGES) {
        const [method, path] = pathOf(name)
        const init = { headers: { 'Content-Type': 'application/json', ...headers }, body: '{}' }
        const { status, body } = await ada.raw(method, path, init)
        assert.equal(status, 403, name)
        assert.equal((body as { code: string }).code, 'cross_origin', name)
      }
    })

  it('are refused as a form would send them: no JSON, whatever the origin', async () => {
    for (const name of CHANGES.filter(
      (one) => 'body' in routes[one] && one !== 'POST /session/second-factor',
    )) {
      const [method, path] = pathOf(name)
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'application/json+x',
        '',
      ]) {
        const { status } = await ada.raw(method, path, {
          headers: { 'Content-Type': type },
          body: '{}',
        })
        assert.ok(status === 400 || status === 404, `${name} as "${type}" answered ${status}`)
      }
    }
  })

  it('cannot change anything by GET or HEAD, or by naming another method', async () => {
    const created = await ada.call('POST /me/app-passwords', {
      body: { name: 'kept', application: 'other' },
    })
    const path = `/api/v1/me/app-passwords/${created.id}`
    for (const method of ['GET', 'HEAD']) {
      const headers = { 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'DELETE' }
      await ada.raw(method, `${path}?_method=DELETE`, { headers })
    }
    const { status } = await ada.raw('POST', path, {
      headers: { 'X-HTTP-Method-Override': 'DELETE' },
    })
    assert.equal(status, 404)
    assert.equal((await ada.call('GET /me/app-passwords')).length, 1)
  })

  it('get no cookie to work with: __Host-, Secure, HttpOnly, SameSite=Strict', async () => {
    const client = product.client()
    const { headers } = await client.send('POST /session', {
      body: { name: 'ada', password: PASSWORD },
    })
    const cookies = headers.getSetCookie()
    assert.ok(cookies.length > 0)
    for (const cookie of cookies) {
      assert.match(cookie, /^__Host-[a-z-]+=[\w-]{43};/)
      for (const attribute of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict'])
        assert.ok(cookie.includes(`; ${attribute}`), cookie)
      assert.ok(!/domain/i.test(cookie))
    }
  })
})
