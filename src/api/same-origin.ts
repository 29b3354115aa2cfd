/**
 * Same origin: whatever changes something must come from a page of this server, or from a program
 * that says so on purpose.
 *
 * Browsers send `Origin` with every POST, PUT, PATCH and DELETE and let no page forge it. A program
 * (curl, a script) sends the header `Origin` with the public URL itself. SameSite cookies are the
 * second defence, not the first.
 */
import { Problem } from '#base/problem.ts'

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** @throws Problem `cross_origin` */
export function requireSameOrigin(request: Request, publicOrigin: string): void {
  if (READS.has(request.method)) return
  const site = request.headers.get('sec-fetch-site')
  if (request.headers.get('origin') !== publicOrigin || (site !== null && site !== 'same-origin'))
    throw new Problem(
      'cross_origin',
      `The request does not come from a page of ${publicOrigin} (header Origin).`,
    )
}
