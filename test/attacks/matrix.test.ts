import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { routes, ROUTE_NAMES, type RouteName } from '#api/contract.ts'
import type { Access, Route } from '#api/contract/route.ts'
import { PASSWORD, startProduct, type Product } from '../support/product.ts'
import type { Client } from '../support/client.ts'

/** Who may call what: each route × each kind of caller, from the contract. */
type Who =
  | 'nobody'
  | 'half signed in'
  | 'setting up'
  | 'user'
  | 'auditor'
  | 'administrator'
  | 'application password'

const MAY: Record<Who, readonly Access[]> = {
  nobody: ['anyone'],
  'half signed in': ['anyone', 'half', 'second_factor'],
  'setting up': ['anyone', 'half', 'set_up'],
  user: ['anyone', 'half', 'set_up', 'user'],
  auditor: ['anyone', 'half', 'set_up', 'user', 'auditor'],
  administrator: ['anyone', 'half', 'set_up', 'user', 'auditor', 'administrator'],
  'application password': ['anyone'],
}

const REFUSED: Record<Who, (access: Access) => string> = {
  nobody: () => 'unauthenticated',
  'half signed in': () => 'second_factor_required',
  'setting up': () => 'second_factor_required',
  user: (access) => (access === 'second_factor' ? 'conflict' : 'forbidden'),
  auditor: (access) => (access === 'second_factor' ? 'conflict' : 'forbidden'),
  administrator: () => 'conflict',
  'application password': () => 'unauthenticated',
}
/** What a caller hears who is let in and sends nothing that makes sense. */
const NOT_ADMISSION = new Set(['invalid', 'not_found', 'link_dead', 'conflict'])
/** Asked for a proof and given none: that is what it says. */
const PROVES: readonly RouteName[] = ['POST /session/confirm']

// Signing out ends the session that the other routes need.
const LAST: RouteName = 'DELETE /session'
const NAMES = [...ROUTE_NAMES.filter((name) => name !== LAST), LAST]
const NO_ID = '01890000-0000-7000-8000-000000000000'

describe('authorisation matrix', () => {
  let product: Product
  const callers = {} as Record<Who, Client>
  let basic = ''
  before(async () => {
    product = await startProduct()
    const ada = await product.administrator()
    const anna = await product.person(ada, 'anna')
    const half = product.client()
    await half.signIn('anna', PASSWORD)
    const { password } = await anna.call('POST /me/app-passwords', {
      body: { name: 'x', application: 'other' },
    })
    basic = `Basic ${Buffer.from(`anna:${password}`).toString('base64')}`
    const bert = await ada.call('POST /users', {
      body: { name: 'bert', email: 'b@example.org', role: 'user', language: 'fr' },
    })
    const { url } = await ada.call('POST /users/:id/link', { params: { id: bert.id } })
    const settingUp = product.client()
    await settingUp.call('POST /links/accept', {
      body: { token: url.split('#')[1]!, password: PASSWORD },
    })
    Object.assign(callers, {
      nobody: product.client(),
      'half signed in': half,
      'setting up': settingUp,
      user: anna,
      auditor: await product.person(ada, 'otto', 'auditor'),
      administrator: ada,
      'application password': product.client(),
    } satisfies Record<Who, Client>)
  })
  after(async () => await product[Symbol.asyncDispose]())

  for (const who of Object.keys(MAY) as Who[])
    it(`A10 A11: ${who}`, async () => {
      for (const name of NAMES) {
        const { access }: Route = routes[name]
        const answered = await send(
          callers[who],
          name,
          who === 'application password' ? basic : null,
        )
        const code = (answered.body as { code?: string } | null)?.code
        const allowed = MAY[who].includes(access)
        if (!allowed) assert.equal(code, REFUSED[who](access), `${name} for ${who}`)
        else
          assert.ok(
            answered.status < 300 ||
              NOT_ADMISSION.has(code ?? '') ||
              (PROVES.includes(name) && code === 'unauthenticated'),
            `${name} for ${who}: ${answered.status} ${code}`,
          )
      }
    })

  it('A13: what is sensitive needs a recent sign-in, and nothing is done without', async () => {
    await using product = await startProduct()
    const eve = await product.administrator('eve')
    product.clock.advance(11 * MINUTE)
    for (const name of NAMES) {
      const route: Route = routes[name]
      if (route.access === 'second_factor' || name === LAST) continue
      const { body } = await send(eve, name, null)
      const code = (body as { code?: string } | null)?.code
      assert.equal(code === 'step_up_required', route.recent === true, name)
    }
  })
})

/** Reading that does something besides: no auditor starts it. */
const NOT_ONLY_READING: readonly RouteName[] = ['GET /mail-accounts/:id/init/:initId']
/** Questions that are too long for an address. */
const QUESTIONS: readonly RouteName[] = ['POST /policy/what-if']

it('A10: an auditor reads whatever an administrator reads, and changes nothing', () => {
  for (const name of ROUTE_NAMES) {
    const { access }: Route = routes[name]
    if (access === 'auditor') assert.ok(name.startsWith('GET ') || QUESTIONS.includes(name), name)
    if (access === 'administrator' && name.startsWith('GET '))
      assert.ok(NOT_ONLY_READING.includes(name), name)
  }
})

/** Every way to mint, to grant or to take away needs one. */
it('A13: every change of what belongs to somebody else asks for a recent sign-in', () => {
  for (const name of ROUTE_NAMES) {
    const route: Route = routes[name]
    if (route.access === 'administrator' && !name.startsWith('GET '))
      assert.equal(route.recent, true, name)
  }
  assert.equal((routes['POST /me/app-passwords'] satisfies Route).recent, true)
})

async function send(
  client: Client,
  name: RouteName,
  basic: string | null,
): Promise<{ status: number; body: unknown }> {
  const [method = '', path = ''] = name.split(' ')
  const route: Route = routes[name]
  return await client.raw(method, `/api/v1${path.replaceAll(/:\w+/g, NO_ID)}`, {
    headers: {
      'Content-Type': 'application/json',
      ...(basic === null ? {} : { Authorization: basic }),
    },
    ...(route.body ? { body: '{}' } : {}),
  })
}
