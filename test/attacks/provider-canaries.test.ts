/**
 * Row A26 for signing in: what a provider gives, and what only one browser has, stands nowhere.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ROUTE_NAMES } from '#api/contract.ts'
import { openEntra } from '../support/authority/entra.ts'
import { around, filesBelow, forms } from '../support/canaries.ts'
import { come, entraApplication, goThere, SECRET, signInScene } from '../support/sign-in-scene.ts'

const FIELDS = ['client_secret', 'code', 'code_verifier', 'refresh_token']
const ANSWERED = ['access_token', 'refresh_token', 'id_token']

describe('A26: secrets of a sign-in', () => {
  it('A26: are in no log, audit, metric, answer or database, whatever goes wrong', async () => {
    const nowhere = new Set<string>([SECRET])
    await using entra = await openEntra({
      given: (body) => {
        for (const name of ANSWERED) {
          const given = body[name]
          if (typeof given === 'string') nowhere.add(given)
        }
      },
    })
    await using s = await signInScene(
      entra,
      entraApplication(entra),
      { provisioning: 'create', ownMailbox: true, groupsClaim: 'groups', signOutThere: true },
      { settings: { second_factor: 'offered' } },
    )
    const client = s.product.client()
    const cookies = (): void => {
      for (const value of client.cookies.values()) nowhere.add(value)
    }
    await come(s, client)
    cookies()
    const { url } = await client.call('POST /session/confirm/provider', { body: {} })
    cookies()
    for (const name of ['state', 'nonce'])
      nowhere.add(new URL(url).searchParams.get(name) ?? 'missing')
    await goThere(s.product, client, url)
    cookies()
    // Wrong: another code, an answer that is none, a provider that is away, a declined visit.
    const wrong: (() => void)[] = [
      () => void (entra.instead = (path) => (path.endsWith('/token') ? BROKEN : null)),
      () => void (entra.instead = (path) => (path.endsWith('/token') ? AWAY : null)),
      () => void (entra.instead = () => null),
    ]
    for (const set of wrong) {
      set()
      const other = s.product.client()
      const went = await come(s, other, {
        change: ({ searchParams }) => searchParams.set('code', `canary-${'c'.repeat(60)}`),
      })
      assert.ok(went.said.get('provider'))
    }
    nowhere.add(`canary-${'c'.repeat(60)}`)
    for (const { body } of entra.seen)
      for (const field of FIELDS) if (body.has(field)) nowhere.add(body.get(field) ?? '')
    const token = await s.ada.call('POST /identity-providers/:id/scim-token', {
      params: { id: s.providerId },
    })
    nowhere.add(token.token)

    const said: string[] = []
    for (const one of [client, s.ada])
      for (const name of ROUTE_NAMES.filter((route) => route.startsWith('GET ')))
        said.push(JSON.stringify(await one.send(name, { params: { id: s.providerId } as never })))
    said.push(await s.ada.call('GET /audit/export', { query: {} }))
    said.push(String((await s.product.client().raw('GET', '/metrics')).body))
    s.product.ground.store.sqlite?.exec('pragma wal_checkpoint(truncate)')
    const onDisk = filesBelow(s.product.ground.config.dataDir)
      .filter((file) => !file.endsWith('master.key'))
      .map((file) => readFileSync(file, 'latin1'))
      .join('\n')
    const log = s.product.log.join('')
    assert.ok(nowhere.size > 12, `only ${nowhere.size} canaries`)
    for (const canary of nowhere)
      for (const form of forms(canary)) {
        if (form.length < 12) continue
        for (const [where, text] of Object.entries({ log, onDisk, said: said.join('\n') }))
          assert.ok(!text.includes(form), `${where}: ${around(text, form)}`)
      }
  })
})

const BROKEN = { status: 200, body: '{"access_token":"half' }
const AWAY = { status: 503, body: '<html>' }
