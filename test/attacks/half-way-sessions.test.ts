/**
 * A06: a sign-in that is not complete opens no route, whichever method began it.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes, ROUTE_NAMES } from '#api/contract.ts'
import type { Access, Route } from '#api/contract/route.ts'
import { FIRST, type SessionMethod, type Stage } from '#domain/sign-in-method.ts'
import { eventOf, writeDown } from '#identity/audited.ts'
import { enter, prepareEntry } from '#identity/entrance.ts'
import type { Client } from '../support/client.ts'
import { startProduct, type Product } from '../support/product.ts'

const FROM = { ip: '127.0.0.1', client: 'test' }
const NO_ID = '01890000-0000-7000-8000-000000000000'
const OPEN: Record<Exclude<Stage, 'full'>, readonly Access[]> = {
  second_factor: ['anyone', 'half', 'second_factor'],
  set_up: ['anyone', 'half', 'set_up'],
}

/** Factors of the person for whom the method leads to that stage, where policy asks for one. */
const WAYS = FIRST.flatMap((first) => [
  { method: first as SessionMethod, who: 'ada', stage: 'second_factor' as const },
  { method: first as SessionMethod, who: 'bob', stage: 'set_up' as const },
  // Asked to set up anew: what the provider or the passkey proved is no new factor.
  { method: `${first}+provider` as SessionMethod, who: 'eve', stage: 'set_up' as const },
  { method: `${first}+user_verification` as SessionMethod, who: 'eve', stage: 'set_up' as const },
])

describe('a sign-in that is not complete', () => {
  let product: Product
  before(async () => {
    product = await startProduct()
    const ada = await product.administrator()
    await product.person(ada, 'eve')
    const bob = await product.person(ada, 'bob')
    const { tables } = product.ground.store
    await tables.secondFactors.deleteOf(bob.userId)
    const eve = await tables.users.findByKey('eve')
    const again = { factors_again_at: product.clock.now() + 1 }
    await tables.users.update(eve?.id ?? '', again)
  })
  after(async () => await product[Symbol.asyncDispose]())

  async function halfWay(method: SessionMethod, who: string): Promise<[Client, Stage]> {
    const { identity, store } = product.ground
    const user = (await store.tables.users.findByKey(who))!
    const entry = await prepareEntry(identity, user, method, null)
    await writeDown(identity, eventOf('session.create', user, FROM, null))
    const arrival = { device: null, sessionToken: null, from: FROM }
    const entered = await store.transaction((tables) =>
      enter(identity, tables, user.id, entry, arrival),
    )
    const client = product.client()
    client.cookies.set('__Host-passerelle', entered.token.reveal())
    return [client, entered.stage]
  }

  for (const { method, who, stage } of WAYS)
    it(`A06: ${method}, at ${stage}: every route but those of the next step is closed`, async () => {
      const [client, reached] = await halfWay(method, who)
      assert.equal(reached, stage)
      for (const name of ROUTE_NAMES) {
        const { access, body }: Route = routes[name]
        if (OPEN[stage].includes(access)) continue
        const [verb = '', path = ''] = name.split(' ')
        const answered = await client.raw(verb, `/api/v1${path.replaceAll(/:\w+/g, NO_ID)}`, {
          headers: { 'Content-Type': 'application/json' },
          ...(body ? { body: '{}' } : {}),
        })
        const { code } = answered.body as { code?: string }
        assert.equal(code, 'second_factor_required', name)
      }
      assert.equal((await client.call('GET /session')).stage, stage)
    })
})
