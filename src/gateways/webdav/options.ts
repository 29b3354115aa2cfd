/**
 * OPTIONS (RFC 4918 §10.1, §18): what the drive can do, in the words that clients look for.
 */
import { reply, type Reply } from './reply.ts'

export const METHODS = [
  'OPTIONS',
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'MKCOL',
  'COPY',
  'MOVE',
  'PROPFIND',
  'PROPPATCH',
  'LOCK',
  'UNLOCK',
] as const
export type Method = (typeof METHODS)[number]

export const ALLOW = METHODS.join(', ')

/** Windows looks for MS-Author-Via before it believes that a server can be written to. */
export const options = (): Reply =>
  reply(200, { DAV: '1, 2, 3', 'MS-Author-Via': 'DAV', Allow: ALLOW, 'Accept-Ranges': 'bytes' })
