/**
 * The numbers of the drive, and why.
 */
import { HOUR, MINUTE, SECOND } from '#base/clock.ts'

/** What ext4, XFS, Btrfs, ZFS and NTFS take for one name, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 255
/** PATH_MAX of Linux is 4,096 with the drive's own folder in front. */
export const MAX_PATH_BYTES = 3072
/** Deeper than any tree that people make; bounds the locks that are looked up for one request. */
export const MAX_PATH_DEPTH = 100

/** Up to here a body is taken and written in one go: no stream costs more than the file. */
export const SMALL_BODY = 64 * 1024
/** Collected before one write: the disk sees few large writes, memory stays flat. */
export const WRITE_SIZE = 1024 * 1024
/** Above this the client waits until the disk has caught up. */
export const MAX_COLLECTED = 2 * WRITE_SIZE

/** Of a large upload so much at a time is brought to the disk while more arrives. */
export const SYNC_SIZE = 32 * 1024 * 1024

/** A client that is alive refreshes; what a dead one left behind ends by itself. */
export const MAX_LOCK_SECONDS = HOUR / SECOND
export const DEFAULT_LOCK_SECONDS = (10 * MINUTE) / SECOND
/** Office keeps a handful of files open. */
export const MAX_LOCKS_OF_PERSON = 1000

/** Windows sets four of each file. */
export const MAX_PROPERTIES_OF_RESOURCE = 100
/** UTF-16 code units of one property's value, as XML. */
export const MAX_PROPERTY_LENGTH = 64 * 1024

/** Written often enough that nobody takes a living node's uploads for debris. */
export const HEARTBEAT_MS = MINUTE
/** Uploads of a node whose last heartbeat is older than this are debris. */
export const DEAD_AFTER_MS = 15 * MINUTE
