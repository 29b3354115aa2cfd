/**
 * What is checked of every HTTP request before anything reads it (RFC 9110, RFC 9112).
 *
 * Node's parser refuses most bad framing. What it passes, and what two servers in a row could read
 * differently, is refused here: two of a header that may come once, a target that names another
 * host, an odd host name.
 */

export type RequestHead = {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  /** Names and values by turns, as they arrived. */
  readonly rawHeaders: readonly string[]
}

export type FrontDoor =
  | { pass: false; status: 400 | 405 | 414 | 501; why: string }
  | { pass: true; path: string; query: string; host: string }

/** Longer than any path that a file system takes, percent-encoded. */
const MAX_TARGET = 12_288

/** Headers that mean something different to whoever takes the first and whoever takes the last. */
const ONCE = new Set([
  'host',
  'authorization',
  'proxy-authorization',
  'content-length',
  'content-type',
  'content-range',
  'transfer-encoding',
  'expect',
  'if',
  'if-range',
  'range',
  'depth',
  'destination',
  'overwrite',
  'lock-token',
  'timeout',
  'cookie',
  'origin',
])

const refuse = (why: string, status: 400 | 405 | 414 | 501 = 400): FrontDoor => ({
  pass: false,
  status,
  why,
})

export function frontDoor({ method, url = '', httpVersion, rawHeaders }: RequestHead): FrontDoor {
  if (method === 'TRACE' || method === 'CONNECT') return refuse('method', 405)
  let host = ''
  let chunked = false
  let seen = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    if (ONCE.has(name)) {
      if (seen.includes(`|${name}|`)) return refuse(`two_${name}`)
      seen += `|${name}|`
    }
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return refuse('control_in_header')
    if (name === 'host') host = value.trim().toLowerCase()
    else if (name === 'transfer-encoding') {
      chunked = true
      if (value.trim().toLowerCase() !== 'chunked') return refuse('transfer_encoding', 501)
    }
  }
  if (chunked && (seen.includes('|content-length|') || httpVersion !== '1.1'))
    return refuse('framing')
  if (httpVersion === '1.1' && host === '') return refuse('host')
  if (host !== '' && !/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(host))
    return refuse('host')
  return target(method, url, host)
}

/** origin-form, absolute-form of the same host, and `*` for OPTIONS (RFC 9112 §3.2). */
function target(method: string | undefined, url: string, host: string): FrontDoor {
  if (url.length > MAX_TARGET) return refuse('target_too_long', 414)
  if (url === '*') return method === 'OPTIONS' ? passed('*', host) : refuse('target')
  if (!/^[\x21\x22\x24-\x7e]+$/.test(url)) return refuse('target')
  if (url.startsWith('/')) return passed(url, host)
  const [, authority, rest] = /^https?:\/\/([^/?]*)(.*)$/i.exec(url) ?? []
  if (authority === undefined || authority.toLowerCase() !== host) return refuse('other_host')
  return passed(rest?.startsWith('/') ? rest : `/${rest ?? ''}`, host)
}

function passed(url: string, host: string): FrontDoor {
  const mark = url.indexOf('?')
  return mark === -1
    ? { pass: true, path: url, query: '', host }
    : { pass: true, path: url.slice(0, mark), query: url.slice(mark + 1), host }
}
