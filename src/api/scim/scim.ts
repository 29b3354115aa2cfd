/**
 * SCIM 2.0 (RFC 7643, RFC 7644) at /scim/v2: an identity provider keeps its people and groups here.
 *
 * Every request carries the token of one provider and reaches what is that provider's, nothing else.
 */
import { Hono, type Context } from 'hono'
import { Problem } from '#base/problem.ts'
import { scimCaller, type ScimCaller, type ScimNeeds } from '#changes/scim/provider.ts'
import { providerOf, type BearerNeeds } from './bearer.ts'
import { readBody } from './body.ts'
import { resourceTypes, schemas, serviceProviderConfig } from './discovery.ts'
import { groups } from './groups.ts'
import { answer, failed, listed, refusal } from './messages.ts'
import { people } from './people.ts'
import { readQuery, readShown } from './query.ts'
import type { Resources } from './resources.ts'

export const SCIM_PATH = '/scim/v2'
const MAX_CLIENT = 200

export type ScimApiNeeds = ScimNeeds & BearerNeeds & { readonly publicOrigin: string }
type Env = { Bindings: { ip: string }; Variables: { scim: ScimCaller } }

/** @returns a Hono app to be mounted at SCIM_PATH */
export function scim(needs: ScimApiNeeds): Hono<Env> {
  const url = `${needs.publicOrigin}${SCIM_PATH}`
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    const { ip } = c.env
    const provider = await providerOf(needs, c.req.header('authorization') ?? null, ip)
    c.set('scim', scimCaller(provider, { ip, client: clientOf(c) }))
    await next()
  })
  app.get('/ServiceProviderConfig', () => answer(serviceProviderConfig(url)))
  described(app, 'ResourceTypes', resourceTypes(url))
  described(app, 'Schemas', schemas(url))
  serve(app, 'Users', people(needs, url), url)
  serve(app, 'Groups', groups(needs, url), url)
  for (const path of ['/Bulk', '/Me', '/.search', '/Users/.search', '/Groups/.search'])
    app.all(path, () => failed(501, 'This is not supported.'))
  app.all('*', () => failed(404, 'There is no such resource.'))
  app.onError((thrown) => {
    if (!(thrown instanceof Problem)) needs.log.error('scim.bug', { thrown })
    else if (thrown.code === 'unavailable') needs.log.error('scim.problem', { thrown })
    return refusal(thrown)
  })
  return app
}

function described(app: Hono<Env>, name: string, all: readonly object[]): void {
  app.get(`/${name}`, () => answer(listed({ total: all.length, startIndex: 1, resources: all })))
  app.get(`/${name}/:id`, (c) => {
    const found = all.find((one) => 'id' in one && one.id === c.req.param('id'))
    if (!found) throw new Problem('not_found', 'There is no such description.')
    return answer(found)
  })
}

function serve(app: Hono<Env>, name: string, resources: Resources, url: string): void {
  const params = (c: Context<Env>): URLSearchParams => new URL(c.req.url).searchParams
  const whole = async (c: Context<Env>, id: string, status = 200): Promise<Response> => {
    const resource = await resources.get(c.get('scim'), id, readShown(params(c)))
    return answer(resource, status, status === 201 ? { Location: `${url}/${name}/${id}` } : {})
  }
  app.get(`/${name}`, async (c) =>
    answer(listed(await resources.list(c.get('scim'), readQuery(params(c))))),
  )
  app.post(`/${name}`, async (c) =>
    whole(c, await resources.create(c.get('scim'), await readBody(c.req.raw)), 201),
  )
  app.get(`/${name}/:id`, async (c) => await whole(c, c.req.param('id')))
  app.put(`/${name}/:id`, async (c) => {
    const id = c.req.param('id')
    await resources.replace(c.get('scim'), id, await readBody(c.req.raw))
    return await whole(c, id)
  })
  app.patch(`/${name}/:id`, async (c) => {
    const id = c.req.param('id')
    await resources.patch(c.get('scim'), id, await readBody(c.req.raw))
    // RFC 7644 §3.5.2: 200 with the resource where attributes are asked for, else 204 will do.
    const asked = resources.shownAfterPatch || params(c).has('attributes')
    return asked ? await whole(c, id) : answer(null, 204)
  })
  app.delete(`/${name}/:id`, async (c) => {
    await resources.delete(c.get('scim'), c.req.param('id'))
    return answer(null, 204)
  })
}

/** A program's own word for itself, on one line. */
const clientOf = (c: Context): string =>
  (c.req.header('user-agent') ?? '')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .slice(0, MAX_CLIENT)
