/** SCIM when a provider sends several requests at the same moment. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { patch, person, scimScene } from '../support/scim-scene.ts'

for (const on of ['sqlite', 'postgres'] as const)
  describe(`SCIM at the same moment, on ${on}`, () => {
    it('makes nobody twice, and loses no change', async () => {
      await using s = await scimScene({ on })
      const entra = await s.speaker('Contoso')
      const posts = await Promise.all(
        ['twice', 'twice', 'twice'].map(
          async (name) => await entra.say('POST', '/Users', person(name)),
        ),
      )
      assert.deepEqual(
        posts.map(({ status }) => status).toSorted((a, b) => a - b),
        [201, 409, 409],
      )
      const { id } = posts.find(({ status }) => status === 201)!.body
      const values = { title: 'Dr', nickName: 'T', timezone: 'Europe/Paris', userType: 'x' }
      await Promise.all(
        Object.entries(values).map(
          async ([path, value]) =>
            await entra.say('PATCH', `/Users/${id}`, patch({ op: 'add', path, value })),
        ),
      )
      const { body } = await entra.say(
        'GET',
        `/Users/${id}?attributes=${Object.keys(values).join()}`,
      )
      assert.deepEqual({ ...body, ...values }, body)
    })
  })
