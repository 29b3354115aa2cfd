/**
 * Locks: which of them stand in the way of a change, and how one is made (RFC 4918 §6, §7).
 *
 * A token opens a lock only for the person who made it: a token is no password (RFC 4918 §20.7).
 */
import type { Clock, Entropy } from '#base/clock.ts'
import { SECOND } from '#base/clock.ts'
import type { DavLock } from '#store/dav-locks.ts'
import type { Tables } from '#store/store.ts'
import { DEFAULT_LOCK_SECONDS, MAX_LOCKS_OF_PERSON, MAX_LOCK_SECONDS } from './limits.ts'
import type { Place } from './place.ts'

export type { DavLock }
type LockTables = Pick<Tables, 'davLocks' | 'driveUsage'>

export type LockNeeds = {
  readonly tables: Pick<Tables, 'davLocks'>
  readonly transaction: <T>(act: (tables: LockTables) => Promise<T>) => Promise<T>
  readonly clock: Clock
  readonly entropy: Entropy
}

/** Who wants to change something, with the tokens that were sent. */
export type Holder = { readonly userId: string; readonly tokens: ReadonlySet<string> }

/** Every lock that can concern a place: on it, on what it is in, and, when asked, below it. */
export class LocksAround {
  readonly #locks: readonly DavLock[]
  constructor(locks: readonly DavLock[]) {
    this.#locks = locks
  }

  get isEmpty(): boolean {
    return this.#locks.length === 0
  }

  /** Those that lock this resource: its own, and deep ones further up. */
  on(path: Buffer): DavLock[] {
    return this.#locks.filter((lock) => covers(lock, path))
  }

  /** Those that stand in the way of changing the resource itself. */
  against(holder: Holder, path: Buffer): DavLock[] {
    const locks = this.on(path)
    return locks.length === 0 || locks.some((lock) => opens(lock, holder)) ? [] : locks
  }

  /** Those below the place that stand in the way of removing or replacing all of it. */
  againstBelow(holder: Holder, path: Buffer): DavLock[] {
    const paths = new Map<string, Buffer>()
    for (const lock of this.#locks)
      if (isBelow(lock.path, path))
        paths.set(Buffer.from(lock.path).toString('hex'), Buffer.from(lock.path))
    return [...paths.values()].flatMap((one) => this.against(holder, one))
  }
}

const opens = (lock: DavLock, { userId, tokens }: Holder): boolean =>
  lock.user_id === userId && tokens.has(lock.token)

const isBelow = (path: Uint8Array, above: Buffer): boolean =>
  path.length > above.length &&
  (above.length === 0 ||
    (path[above.length] === 0x2f && above.equals(path.subarray(0, above.length))))

const covers = (lock: DavLock, path: Buffer): boolean =>
  path.equals(lock.path) || (lock.depth === 'infinity' && isBelow(path, Buffer.from(lock.path)))

/** One query for the way to the place, and one for what is below it when `deep`. */
export async function locksAround(
  { tables, clock }: Pick<LockNeeds, 'tables' | 'clock'>,
  place: Pick<Place, 'space' | 'names'>,
  deep: boolean,
): Promise<LocksAround> {
  const now = clock.now()
  const way = place.names.map((_, i) => Buffer.from(place.names.slice(0, i + 1).join('/')))
  const locks = await tables.davLocks.on(place.space.id, [Buffer.alloc(0), ...way], now)
  const below = deep
    ? await tables.davLocks.below(place.space.id, Buffer.from(place.names.join('/')), now)
    : []
  return new LocksAround([...locks, ...below])
}

export type LockWish = {
  readonly scope: 'exclusive' | 'shared'
  readonly depth: '0' | 'infinity'
  readonly owner: string
  /** Seconds that the client wishes, or null. */
  readonly seconds: number | null
}

export type Locked =
  | { ok: true; lock: DavLock }
  | { ok: false; why: 'conflict'; conflicts: readonly DavLock[] }
  | { ok: false; why: 'too_many' }

/** Nobody else on any node can lock in this space between the look and the write. */
export async function lock(
  needs: LockNeeds,
  place: Place,
  userId: string,
  wish: LockWish,
): Promise<Locked> {
  return await needs.transaction(async (tables) => {
    const now = needs.clock.now()
    await tables.driveUsage.hold(place.space.id)
    await tables.davLocks.forgetEnded(now)
    const around = await locksAround(
      { tables, clock: needs.clock },
      place,
      wish.depth === 'infinity',
    )
    const conflicts = conflicting(around, place, wish)
    if (conflicts.length > 0) return { ok: false, why: 'conflict', conflicts }
    if ((await tables.davLocks.countOf(userId, now)) >= MAX_LOCKS_OF_PERSON)
      return { ok: false, why: 'too_many' }
    const seconds = lockSeconds(wish.seconds)
    const made: DavLock = {
      token: `urn:uuid:${uuid(needs.entropy)}`,
      space: place.space.id,
      path: place.path,
      depth: wish.depth,
      scope: wish.scope,
      owner: wish.owner,
      user_id: userId,
      timeout_s: seconds,
      expires_at: now + seconds * SECOND,
      created_at: now,
    }
    await tables.davLocks.insert(made)
    return { ok: true, lock: made }
  })
}

/** Two locks exclude each other unless both are shared (RFC 4918 §6.1). */
function conflicting(around: LocksAround, place: Place, wish: LockWish): DavLock[] {
  const inTheWay = (locks: readonly DavLock[]): DavLock[] =>
    locks.filter((one) => one.scope === 'exclusive' || wish.scope === 'exclusive')
  const here = inTheWay(around.on(place.path))
  if (here.length > 0 || wish.depth === '0') return here
  const nobody: Holder = { userId: '', tokens: new Set() }
  return inTheWay(around.againstBelow(nobody, place.path))
}

/** A new end for a lock that is there, counted from now. */
export async function refreshLock(
  { tables, clock }: Pick<LockNeeds, 'tables' | 'clock'>,
  held: DavLock,
  wished: number | null,
): Promise<DavLock> {
  const seconds = lockSeconds(wished)
  const expiresAt = clock.now() + seconds * SECOND
  await tables.davLocks.refresh(held.token, seconds, expiresAt)
  return { ...held, timeout_s: seconds, expires_at: expiresAt }
}

const lockSeconds = (wished: number | null): number =>
  Math.min(Math.max(wished ?? DEFAULT_LOCK_SECONDS, 1), MAX_LOCK_SECONDS)

/** UUID version 4 (RFC 9562 §5.4): nothing in it can be foreseen, which RFC 4918 §6.5 asks for. */
function uuid(entropy: Entropy): string {
  const bytes = entropy(16)
  bytes[6] = 0x40 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
