import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { ROUTE_NAMES } from '#api/contract.ts'
import { startProduct } from '../support/product.ts'

describe('what operators and scripts look at', () => {
  it('health says that the process lives, readiness that its parts answer', async () => {
    await using product = await startProduct()
    const client = product.client()
    assert.equal((await client.raw('GET', '/healthz')).status, 200)
    assert.equal((await client.raw('GET', '/readyz')).status, 200)
    await rm(product.ground.config.driveDir, { recursive: true })
    assert.equal((await client.raw('GET', '/readyz')).status, 503)
    assert.equal((await client.raw('GET', '/healthz')).status, 200)
  })

  it('metrics are for this machine, or for who has the token', async () => {
    await using product = await startProduct()
    const client = product.client()
    const { status, body, headers } = await client.raw('GET', '/metrics')
    assert.equal(status, 200)
    assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
    assert.match(
      body as string,
      /^passerelle_info\{version="\d+\.\d+\.\d+",node="[\d.]+",database="sqlite"\} 1$/m,
    )
    // Every line is a comment or a sample, every sample has its type.
    for (const line of (body as string).trim().split('\n'))
      assert.match(
        line,
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? -?[\d.e+]+)$/,
      )
    assert.equal(
      (await client.raw('GET', '/metrics', { headers: { 'X-Forwarded-For': '127.0.0.1' } })).status,
      404,
    )
    await using closed = await startProduct({ env: { METRICS_TOKEN: 'a token of some length' } })
    for (const [token, expected] of [
      ['', 404],
      ['Bearer a token of some lengt', 404],
      ['Bearer a token of some length', 200],
    ] as const)
      assert.equal(
        (await closed.client().raw('GET', '/metrics', { headers: { Authorization: token } }))
          .status,
        expected,
      )
  })

  it('the API describes itself: OpenAPI 3.1 with every route, and a page to read', async () => {
    await using product = await startProduct()
    const client = product.client()
    const { body } = await client.raw('GET', '/api/v1/openapi.json')
    const description = body as {
      openapi: string
      paths: Record<string, Record<string, { responses: object }>>
    }
    assert.equal(description.openapi, '3.1.0')
    const described = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    )
    assert.deepEqual(described.sort(), [...ROUTE_NAMES].sort())
    const page = await client.raw('GET', '/api/v1/')
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    for (const name of ROUTE_NAMES) assert.ok((page.body as string).includes(`>${name}</h2>`), name)
  })

  it('pages come under a strict policy, and nothing outside their folder is served', async () => {
    await using product = await startProduct()
    const client = product.client()
    const one = await client.raw('GET', '/profile')
    const two = await client.raw('GET', '/users?page=2')
    const policy = one.headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w-]{22}'/,
    )
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.notEqual(policy, two.headers.get('content-security-policy'))
    assert.doesNotMatch(one.body as string, /__CSP_NONCE__/)
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
      '/assets/none.js',
      '/package.json',
      '/.git/config',
    ])
      assert.doesNotMatch(
        (await client.raw('GET', path)).body as string,
        /"dependencies"|\[core\]/,
        path,
      )
    assert.equal((await client.raw('POST', '/profile')).status, 404)
    assert.equal((await client.raw('GET', '/api/v2/users')).status, 404)
  })

  it('a bug says nothing to a stranger, and all to the log under the id of the answer', async () => {
    await using product = await startProduct()
    const ada = await product.administrator()
    await product.ground.store.db.schema.dropTable('notice').execute()
    const { status, code, message } = await ada.refused('GET /notices')
    assert.deepEqual([status, code], [500, 'broken'])
    assert.doesNotMatch(message, /notice|table|sql/i)
    const { requestId } = (await ada.send('GET /notices')).body as { requestId: string }
    const line = product.log.find((one) => one.includes(requestId))
    assert.match(line ?? '', /"event":"api\.bug".*no such table/)
  })
})
