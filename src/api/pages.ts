/**
 * The built pages: every path that is no asset is the one page, under a strict Content-Security-Policy.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Context } from 'hono'
import type { Entropy } from '#base/clock.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
}
/** Stands in index.html where the nonce of each answer goes. */
const NONCE = '__CSP_NONCE__'

type Needs = { readonly folder: string; readonly entropy: Entropy }

/**
 * @param folder what the build wrote; read at once, so that a missing build is an error at start
 * @returns a handler for every path that nobody else takes
 */
export function pages({ folder, entropy }: Needs): (c: Context) => Promise<Response> {
  const index = readIndex(folder)
  return async (c) => {
    const { path } = c.req
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return c.text('Not found.', 404)
    // Names of assets carry a hash of their content; nothing else is read from the disk.
    if (/^\/(assets\/)?[\w-]+(\.[\w-]+)*\.[a-z0-9]+$/.test(path))
      return await asset(c, folder, path)
    const nonce = entropy(16).toString('base64url')
    return c.html(index.replaceAll(NONCE, nonce), 200, {
      'Content-Security-Policy': policy(nonce),
      'Cache-Control': 'no-store',
      ...HEADERS,
    })
  }
}

function readIndex(folder: string): string {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8')
  } catch (cause) {
    throw new Error('The pages are not built yet. Run: npm run build', { cause })
  }
}

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
}

const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // React writes style attributes through the DOM, which this does not concern; markup may not.
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

async function asset(c: Context, folder: string, path: string): Promise<Response> {
  const type = TYPES[extname(path)]
  const bytes = type === undefined ? null : await readFile(join(folder, path)).catch(() => null)
  if (!bytes) return c.text('Not found.', 404, HEADERS)
  const forever = path.startsWith('/assets/')
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': type!,
    'Cache-Control': forever ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    ...HEADERS,
  })
}
