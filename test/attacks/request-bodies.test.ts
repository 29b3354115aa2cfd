import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { parseFlatObject } from '#api/json-body.ts'
import type { Problem } from '#base/problem.ts'
import type { Client } from '../support/client.ts'
import { startProduct, type Product } from '../support/product.ts'

const refusal = (text: string | Uint8Array): string => {
  try {
    parseFlatObject(typeof text === 'string' ? Buffer.from(text) : text)
    return 'taken'
  } catch (thrown) {
    return (thrown as Problem).code
  }
}

describe('A25: hostile JSON', () => {
  it('is refused when it nests, repeats a name, is no UTF-8, or is no object', () => {
    for (const text of [
      '['.repeat(8000),
      `{"a":${'['.repeat(7000)}${']'.repeat(7000)}}`,
      '{"a":{"b":1}}',
      '{"a":[1]}',
      '{"a":1,"a":2}',
      '{"a":1,"\\u0061":2}',
      '[]',
      'null',
      '"text"',
      '{"a":1',
      '{a:1}',
      "{'a':1}",
      '{"a":1}{"b":2}',
      '\ufeff{"a":1}',
      '',
    ])
      assert.equal(refusal(text), 'invalid', text.slice(0, 30))
    assert.equal(refusal(Buffer.from('7b2261223a22ff227d', 'hex')), 'invalid')
    assert.equal(refusal(Buffer.from('{"a":"\xe9"}', 'latin1')), 'invalid')
    assert.equal(refusal(Buffer.from('{"a":1}', 'utf16le')), 'invalid')
  })

  it('pollutes no prototype', () => {
    const parsed = parseFlatObject(Buffer.from('{"__proto__":1,"constructor":"x","toString":null}'))
    assert.equal(Object.getPrototypeOf(parsed), Object.prototype)
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
    assert.equal(refusal('{"__proto__":{"polluted":true}}'), 'invalid')
  })

  it('names with colons, quotes and escapes inside texts are no names', () => {
    assert.deepEqual(parseFlatObject(Buffer.from(String.raw`{"a":"\"b\":1, \\","c":1e3}`)), {
      a: '"b":1, \\',
      c: 1000,
    })
  })

  describe('over HTTP', () => {
    let product: Product
    let ada: Client
    before(async () => {
      product = await startProduct()
      ada = await product.administrator()
    })
    after(async () => await product[Symbol.asyncDispose]())
    const post = async (body: string | Uint8Array<ArrayBuffer>): Promise<number> =>
      (
        await ada.raw('POST', '/api/v1/me/app-passwords', {
          headers: { 'Content-Type': 'application/json' },
          body,
        })
      ).status

    it('what is too large is refused by what is sent, not by what is said', async () => {
      const huge = new TextEncoder().encode(`{"name":"${'x'.repeat(2_000_000)}"}`)
      assert.equal(await post(huge), 413)
      assert.equal(
        await post(
          JSON.stringify(Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`k${i}`, i]))),
        ),
        413,
      )
      const stream = new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(8192).fill(0x20))
        },
      })
      const response = await fetch(`${product.url}/api/v1/me/app-passwords`, {
        method: 'POST',
        body: stream,
        duplex: 'half',
        headers: {
          Origin: product.url,
          'Content-Type': 'application/json',
          Cookie: [...ada.cookies].map((c) => c.join('=')).join('; '),
        },
      })
      assert.equal(response.status, 413)
    })

    it('numbers beyond reason, wrong types and unknown names are named in the answer', async () => {
      for (const [body, field] of [
        ['{"name":"a","application":"other","validFor":1e308}', 'validFor'],
        ['{"name":"a","application":"other","validFor":-1}', 'validFor'],
        ['{"name":"a","application":"other","validFor":1.5}', 'validFor'],
        ['{"name":1,"application":"other"}', 'name'],
        ['{"name":"a","application":"root"}', 'application'],
        ['{"name":"a","application":"other","gateways":[]}', 'gateways'],
        ['{"name":"a","application":"other","gateways":["imap","telnet"]}', 'gateways.1'],
        ['{"name":"a","application":"other","gateways":"imap"}', 'gateways'],
        ['{"name":"a","application":"other","isAdmin":true}', 'isAdmin'],
      ] as const) {
        const answered = await ada.raw('POST', '/api/v1/me/app-passwords', {
          headers: { 'Content-Type': 'application/json' },
          body,
        })
        const problem = answered.body as { code: string; fields: { field: string }[] }
        assert.deepEqual(
          [answered.status, problem.code, problem.fields[0]?.field],
          [400, 'invalid', field],
        )
      }
      assert.equal((await ada.call('GET /me/app-passwords')).length, 0)
    })
  })
})
