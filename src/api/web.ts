/**
 * Everything that browsers and scripts reach: the API, its reference, health, metrics, the pages.
 */
import { Hono, type Context } from 'hono'
import type { Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'
import { SIGN_IN_PATH } from '#changes/provider-visit/visit.ts'
import { CALLBACK_PATH } from '#changes/token-init/return.ts'
import { api, type ApiNeeds } from './api.ts'
import { mayReadMetrics, type Metrics } from './metrics.ts'
import { openapi } from './openapi.ts'
import type { ProviderDoors } from './provider-doors.ts'
import { REFERENCE_CSP, referencePage } from './reference-page.ts'
import { scim, SCIM_PATH, type ScimApiNeeds } from './scim/scim.ts'

/** What the listener knows of a request: the address with proxies taken off. */
export type Peer = { readonly ip: string }
type Env = { Bindings: Peer }

export type WebNeeds = {
  readonly api: ApiNeeds
  readonly scim: ScimApiNeeds
  readonly version: string
  readonly metrics: Metrics
  readonly metricsToken: Secret | null
  readonly pages: (c: Context) => Promise<Response>
  /** Where providers send browsers back: the redirect URL that is registered there. */
  readonly oauthCallback: (c: Context) => Promise<Response>
  /** The same of identity providers. */
  readonly providerDoors: ProviderDoors
  /** Resolves when every part that requests need answers; throws the first that does not. */
  readonly ready: () => Promise<void>
  readonly log: Log
}

export function web(needs: WebNeeds): Hono<Env> {
  const { publicOrigin } = needs.api
  const app = new Hono<Env>()
  const description = openapi(publicOrigin, needs.version)
  const reference = referencePage()
  app.use(async (c, next) => {
    await next()
    if (publicOrigin.startsWith('https:')) c.header('Strict-Transport-Security', 'max-age=31536000')
  })

  app.get('/healthz', (c) => c.text('ok\n', 200, { 'Cache-Control': 'no-store' }))
  app.get('/readyz', async (c) => {
    try {
      await needs.ready()
      return c.text('ready\n', 200, { 'Cache-Control': 'no-store' })
    } catch (cause) {
      needs.log.warn('health.not_ready', { cause })
      return c.text('not ready\n', 503, { 'Cache-Control': 'no-store', 'Retry-After': '5' })
    }
  })
  app.get('/metrics', async (c) => {
    if (!mayReadMetrics(needs.metricsToken, c.env.ip, c.req.raw.headers))
      return c.text('Not found.\n', 404)
    const type = 'text/plain; version=0.0.4; charset=utf-8'
    return c.text(await needs.metrics.text(), 200, { 'Content-Type': type })
  })

  app.get('/api/v1/openapi.json', (c) => c.json(description))
  for (const path of ['/api/v1', '/api/v1/'])
    app.get(path, (c) => c.html(reference, 200, { 'Content-Security-Policy': REFERENCE_CSP }))
  app.route('/api/v1', api(needs.api))
  app.route(SCIM_PATH, scim(needs.scim))
  app.all('/api/*', (c) => c.text('Not found.\n', 404))
  app.get(CALLBACK_PATH, needs.oauthCallback)
  app.get(`${SIGN_IN_PATH}/:id`, needs.providerDoors.signIn)
  app.get('/oauth/front-channel-logout/:id', needs.providerDoors.frontChannel)
  app.post('/oauth/back-channel-logout/:id', needs.providerDoors.backChannel)
  app.all('*', needs.pages)
  app.onError((thrown, c) => {
    needs.log.error('web.bug', { thrown, path: c.req.path })
    return c.text('Passerelle has made a mistake.\n', 500)
  })
  return app
}
