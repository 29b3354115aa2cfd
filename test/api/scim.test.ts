/** SCIM as Entra ID speaks it, and as RFC 7644 has it. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { identityRow, userRow } from '../support/rows.ts'
import { objectId, patch, person, scimScene, TENANT } from '../support/scim-scene.ts'
import type { ScimScene, Speaker } from '../support/scim-scene.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

for (const on of ['sqlite', 'postgres'] as const)
  describe(`SCIM on ${on}`, () => {
    let s: ScimScene
    let entra: Speaker
    before(async () => {
      s = await scimScene({ on })
      entra = await s.speaker('Contoso')
    })
    after(async () => await s[Symbol.asyncDispose]())

    const made = async (name: string, more: object = {}): Promise<string> => {
      const { status, body } = await entra.say('POST', '/Users', person(name, more))
      assert.equal(status, 201, JSON.stringify(body))
      return body.id as string
    }
    const identityOf = async (id: string) =>
      (await s.product.ground.store.tables.identities.ofUser(id))!

    it('says what it can, in its own media type', async () => {
      const { status, headers, body } = await entra.say('GET', '/ServiceProviderConfig')
      assert.equal(status, 200)
      assert.equal(headers.get('content-type'), 'application/scim+json')
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.deepEqual(
        [body.patch.supported, body.bulk.supported, body.filter.maxResults],
        [true, false, 200],
      )
      const types = await entra.say('GET', '/ResourceTypes')
      assert.deepEqual(
        types.body.Resources.map((one: { name: string }) => one.name),
        ['User', 'Group'],
      )
      const schemas = await entra.say('GET', '/Schemas')
      assert.equal(schemas.body.totalResults, 3)
      const one = await entra.say('GET', `/Schemas/${ENTERPRISE}`)
      assert.equal(one.body.name, 'EnterpriseUser')
      assert.equal((await entra.say('GET', '/Schemas/x')).status, 404)
    })

    it('lets Entra ID look for a person, make, change, disable, enable and delete them', async () => {
      const find = async (filter: string) =>
        await entra.say('GET', `/Users?filter=${encodeURIComponent(filter)}`)
      assert.equal((await find('userName eq "life@contoso.example"')).body.totalResults, 0)
      const created = await entra.say(
        'POST',
        '/Users',
        person('life', { [ENTERPRISE]: { department: 'Tours' }, preferredLanguage: 'fr-FR' }),
      )
      assert.equal(created.status, 201)
      const { id } = created.body
      assert.equal(created.headers.get('location'), `${s.product.url}/scim/v2/Users/${id}`)
      assert.deepEqual(
        [created.body.userName, created.body.active, created.body[ENTERPRISE].department],
        ['life@contoso.example', true, 'Tours'],
      )
      for (const filter of [
        'userName eq "LIFE@contoso.example"',
        `externalId eq "${objectId('life')}"`,
        `id eq "${id}"`,
        `${ENTERPRISE}:department eq "tours" and active eq true`,
      ]) {
        const { body } = await find(filter)
        assert.deepEqual([body.totalResults, body.Resources[0]?.id], [1, id], filter)
      }
      const user = (await s.product.ground.store.tables.users.find(id))!
      assert.deepEqual(
        [user.source, user.state, user.role, user.language, user.email_verified],
        [entra.provider.id, 'active', 'user', 'fr', 0],
      )
      const identity = await identityOf(id)
      assert.equal(identity.subject, `${TENANT} ${objectId('life')}`)

      const disabled = patch({ op: 'Replace', path: 'active', value: 'False' })
      assert.equal((await entra.say('PATCH', `/Users/${id}`, disabled)).body.active, false)
      assert.deepEqual(
        [(await identityOf(id)).state, (await identityOf(id)).reason],
        ['frozen', 'inactive'],
      )
      const enabled = patch({ op: 'Replace', path: 'active', value: 'True' })
      assert.equal((await entra.say('PATCH', `/Users/${id}`, enabled)).body.active, true)
      assert.equal((await identityOf(id)).state, 'alive')

      const changed = await entra.say(
        'PATCH',
        `/Users/${id}`,
        patch(
          { op: 'Add', path: 'emails[type eq "work"].value', value: 'new@contoso.example' },
          { op: 'Replace', value: { displayName: 'New Name', 'name.familyName': 'New' } },
          { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Law' },
        ),
      )
      assert.deepEqual(
        [changed.body.emails[0].value, changed.body.displayName, changed.body.name.familyName],
        ['new@contoso.example', 'New Name', 'New'],
      )
      assert.equal(
        (await s.product.ground.store.tables.users.find(id))?.email,
        'new@contoso.example',
      )

      assert.equal((await entra.say('DELETE', `/Users/${id}`)).status, 204)
      assert.equal((await entra.say('GET', `/Users/${id}`)).status, 404)
      assert.equal((await find(`id eq "${id}"`)).body.totalResults, 0)
      assert.equal((await identityOf(id)).reason, 'deleted')
      const again = await entra.say('POST', '/Users', person('life'))
      assert.deepEqual([again.status, again.body.id], [201, id]) // with all that they had
      assert.equal((await identityOf(id)).state, 'alive')
    })

    it('replaces the whole of a person, and writes nothing when nothing is new', async () => {
      const id = await made('whole', { nickName: 'W', title: 'Dr' })
      const put = await entra.say('PUT', `/Users/${id}`, person('whole', { title: 'Prof' }))
      assert.deepEqual([put.status, put.body.nickName, put.body.title], [200, undefined, 'Prof'])
      const { audit } = s.product.ground.store.tables
      const before = await audit.head()
      await entra.say('PUT', `/Users/${id}`, person('whole', { title: 'Prof' }))
      await entra.say('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'active', value: true }))
      assert.deepEqual(await audit.head(), before)
    })

    it('takes over who signed in before', async () => {
      const { tables } = s.product.ground.store
      const user = userRow('early', { source: entra.provider.id })
      await tables.users.insert(user)
      const subject = `${TENANT} ${objectId('early')}`
      await tables.identities.insert(identityRow(user, entra.provider, { subject }))
      assert.equal(await made('early'), user.id)
      const twice = await entra.say('POST', '/Users', person('early'))
      assert.deepEqual([twice.status, twice.body.scimType], [409, 'uniqueness'])
    })

    it('pages, and shows the attributes that are asked for', async () => {
      for (const name of ['p1', 'p2', 'p3']) await made(name)
      const all = await entra.say('GET', '/Users?count=0')
      assert.deepEqual([all.body.itemsPerPage, all.body.Resources], [0, []])
      const total = all.body.totalResults as number
      const ids = new Set<string>()
      for (let at = 1; at <= total; at += 2) {
        const { body } = await entra.say('GET', `/Users?startIndex=${at}&count=2`)
        assert.deepEqual([body.totalResults, body.startIndex], [total, at])
        for (const one of body.Resources) ids.add(one.id)
      }
      assert.equal(ids.size, total)
      const { body } = await entra.say(
        'GET',
        '/Users?filter=displayName%20eq%20%22p1%22&attributes=userName,name.familyName',
      )
      const [one] = body.Resources
      assert.deepEqual(one, {
        schemas: one.schemas,
        id: one.id,
        userName: 'p1@contoso.example',
        name: { familyName: 'p1' },
      })
      const { body: less } = await entra.say('GET', `/Users/${one.id}?excludedAttributes=emails,id`)
      assert.deepEqual([less.emails, less.id], [undefined, one.id])
    })

    it('keeps groups, with the people of the provider', async () => {
      const [a, b, c] = [await made('ga'), await made('gb'), await made('gc')]
      const created = await entra.say('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        externalId: 'g-1',
        displayName: 'Sales',
        members: [{ value: a }],
      })
      assert.equal(created.status, 201)
      const { id } = created.body
      const members = async (): Promise<string[]> =>
        ((await entra.say('GET', `/Groups/${id}`)).body.members as { value: string }[]).map(
          ({ value }) => value,
        )
      const say = async (...operations: object[]): Promise<void> => {
        const { status } = await entra.say('PATCH', `/Groups/${id}`, patch(...operations))
        assert.equal(status, 204)
      }
      await say({ op: 'Add', path: 'members', value: [{ value: b }, { value: c }] })
      assert.deepEqual(await members(), [a, b, c])
      await say({ op: 'Remove', path: `members[value eq "${a}"]` })
      await say({ op: 'Remove', path: 'members', value: [{ value: b }] })
      assert.deepEqual(await members(), [c])
      await say(
        { op: 'replace', path: 'members', value: [{ value: a }] },
        { op: 'Replace', path: 'displayName', value: 'Sales EU' },
      )
      assert.deepEqual(await members(), [a])
      const { tables } = s.product.ground.store
      assert.deepEqual(
        (await tables.groups.ofUser(a)).map(({ name, provider_id }) => [name, provider_id]),
        [['Sales EU', entra.provider.id]],
      )
      const { body: shown } = await entra.say('GET', `/Users/${a}`)
      assert.equal(shown.groups[0].display, 'Sales EU')
      const asked = async (filter: string): Promise<number> =>
        (
          await entra.say(
            'GET',
            `/Groups?excludedAttributes=members&filter=${encodeURIComponent(filter)}`,
          )
        ).body.totalResults as number
      assert.equal(await asked('displayName eq "Sales EU"'), 1)
      assert.equal(await asked(`id eq "${id}" and members eq "${a}"`), 1)
      assert.equal(await asked(`id eq "${id}" and members eq "${b}"`), 0)
      assert.equal(await asked('externalId eq "g-1"'), 1)
      const bare = await entra.say('GET', `/Groups/${id}?excludedAttributes=members`)
      assert.equal('members' in bare.body, false)
      const answered = await entra.say(
        'PATCH',
        `/Groups/${id}?attributes=displayName`,
        patch({ op: 'add', path: 'members', value: [] }),
      )
      assert.deepEqual([answered.status, answered.body.displayName], [200, 'Sales EU'])
      await entra.say('PUT', `/Groups/${id}`, { displayName: 'S', members: [] })
      assert.deepEqual(await members(), [])
      assert.equal((await entra.say('DELETE', `/Groups/${id}`)).status, 204)
      assert.equal((await entra.say('GET', `/Groups/${id}`)).status, 404)
    })

    it('refuses in the form of RFC 7644 §3.12', async () => {
      const id = await made('refusals')
      await s.product.person(s.ada, 'local')
      for (const [method, path, body, status, scimType] of [
        ['GET', '/Users?filter=userName', undefined, 400, 'invalidFilter'],
        ['GET', '/Users?count=x', undefined, 400, 'invalidValue'],
        ['POST', '/Users', '{', 400, 'invalidSyntax'],
        ['POST', '/Users', '[]', 400, 'invalidSyntax'],
        ['POST', '/Users', `{"a":${'['.repeat(20)}${']'.repeat(20)}}`, 400, 'invalidSyntax'],
        ['POST', '/Users', {}, 400, 'invalidValue'],
        ['POST', '/Users', person('noid', { externalId: null }), 400, 'invalidValue'],
        ['POST', '/Users', person('bad', { userName: 'a:b' }), 400, 'invalidValue'],
        ['POST', '/Users', person('bad', { active: 'maybe' }), 400, 'invalidValue'],
        ['POST', '/Users', person('bad', { emails: [{ value: 'x' }] }), 400, 'invalidValue'],
        ['POST', '/Users', person('big', { title: 'x'.repeat(20_000) }), 400, 'invalidValue'],
        ['POST', '/Users', person('other', { userName: 'local' }), 409, 'uniqueness'],
        [
          'POST',
          '/Users',
          person('other', { emails: [{ value: 'local@example.org' }] }),
          409,
          'uniqueness',
        ],
        ['POST', '/Users', person('refusals'), 409, 'uniqueness'],
        ['PATCH', `/Users/${id}`, { Operations: [] }, 400, 'invalidSyntax'],
        [
          'PATCH',
          `/Users/${id}`,
          patch({ op: 'replace', path: 'a b', value: 1 }),
          400,
          'invalidPath',
        ],
        ['PATCH', `/Users/${id}`, patch({ op: 'remove' }), 400, 'noTarget'],
        [
          'PATCH',
          `/Users/${id}`,
          patch({ op: 'replace', path: 'userName', value: 'local' }),
          409,
          'uniqueness',
        ],
        ['PATCH', `/Users/${id}`, patch({ op: 'remove', path: 'userName' }), 400, 'invalidValue'],
        ['PUT', '/Users/nobody', person('nobody'), 404, undefined],
        ['DELETE', '/Users/nobody', undefined, 404, undefined],
        ['POST', '/Groups', { displayName: 'X', members: [{ value: 'x' }] }, 400, 'invalidValue'],
        ['POST', '/Groups', { displayName: '' }, 400, 'invalidValue'],
        ['POST', '/Bulk', {}, 501, undefined],
        ['GET', '/Me', undefined, 501, undefined],
        ['GET', '/Nothing', undefined, 404, undefined],
        ['POST', '/Users', 'x'.repeat(1024 * 1024 + 1), 413, undefined],
      ] as const) {
        const answer = await entra.say(method, path, body)
        const about = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`
        assert.equal(answer.status, status, `${about}: ${JSON.stringify(answer.body)}`)
        assert.equal(answer.body.scimType, scimType, about)
        assert.equal(answer.body.status, String(status))
        assert.deepEqual(answer.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'])
      }
    })
  })
