/**
 * The body of LOCK (RFC 4918 §14.11): which lock is wanted, and whose it says it is.
 */
import { Problem } from '#base/problem.ts'
import { MAX_OWNER_LENGTH } from './limits.ts'
import { davChild, isDav, readXml, standalone } from './xml-tree.ts'

export type LockInfo = {
  readonly scope: 'exclusive' | 'shared'
  /** The owner element as XML that stands for itself, or empty: Windows sends one, others do not. */
  readonly owner: string
}

/** null for an empty body, which refreshes a lock. @throws Problem `invalid` */
export function readLockInfo(body: Uint8Array): LockInfo | null {
  if (body.length === 0) return null
  const root = readXml(body)
  const scope = davChild(root, 'lockscope')
  const type = davChild(root, 'locktype')
  if (!isDav(root, 'lockinfo') || !scope || !type || !davChild(type, 'write'))
    throw new Problem('invalid', 'The body is not a lockinfo for a write lock.')
  const exclusive = davChild(scope, 'exclusive') !== undefined
  if (exclusive === (davChild(scope, 'shared') !== undefined))
    throw new Problem('invalid', 'A lock is exclusive or shared.')
  const owner = davChild(root, 'owner')
  const written = owner ? standalone(owner) : ''
  if (written.length > MAX_OWNER_LENGTH)
    throw new Problem('invalid', 'The owner of the lock is described at too great a length.')
  return { scope: exclusive ? 'exclusive' : 'shared', owner: written }
}
