/**
 * The numbers of the refresh, and why they are what they are.
 */
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'

export type RefreshLimits = { readonly [name in keyof typeof REFRESH_LIMITS]: number }

export const REFRESH_LIMITS = {
  /**
   * Shorter than the grace windows of providers that rotate (30 s and more), so that another node
   * can still ask again with the same token.
   */
  leaseMs: 30 * SECOND,
  /** Less than a third of the lease; and what is in flight ends within the 10 s of a stop. */
  requestTimeoutMs: 8 * SECOND,
  /** Someone else's lease that is over is seen over for so long before it is taken. */
  patienceMs: 3 * SECOND,
  /** An answer that the database does not take for so long goes to the disk, too. */
  spoolAfterMs: SECOND,
  /** The longest pause between two tries to store an answer. */
  storeRetryMs: 500,
  /** Refreshes in flight in one process. */
  inFlight: 32,
  /** Rows that one look for due accounts takes. */
  dueBatch: 500,
  /** Starts of refreshes that nobody waits for are spread over so long. */
  startJitterMs: 250,
  /** An access token is refreshed so long before its end, or a fifth of its life if that is more. */
  earlyMs: 5 * MINUTE,
  /** Never handed out when it ends within this time (or a tenth of its life). */
  marginMs: MINUTE,
  /** A cached token is handed out so long before the database is asked whether it still may be. */
  trustMs: SECOND,
  keepAliveMs: 7 * DAY,
  backOffMs: 15 * SECOND,
  maxBackOffMs: 10 * MINUTE,
  /** Where a window of grace may be open, the second try does not wait. */
  graceBackOffMs: SECOND,
  /** A definite no is asked for again after this time; the second ends the grant. */
  confirmMs: MINUTE,
  /** A failure that passes is on the page from the third in a row, or when no token is left. */
  failuresUntilDegraded: 3,
  /** The breaker of an application: from so many failures in a row it pauses. */
  breakerFailures: 5,
  breakerMs: 10 * SECOND,
  maxBreakerMs: 10 * MINUTE,
  /** While one refresh probes an application, the others wait. */
  probeMs: 30 * SECOND,
  /** What the provider refuses to an application is asked again after this. */
  alarmMs: 5 * MINUTE,
  /** How long somebody waits for a token that another node is fetching. */
  waitMs: 12 * SECOND,
  /** A stop waits for what is in flight. */
  stopMs: 9500,
  /** Answers are remembered for so long, in case a fail-over of the database forgets them. */
  rememberMs: 10 * MINUTE,
  /** The longest that a strict provider's unanswered request is left to the node that made it. */
  strictPatienceMs: HOUR,
} as const
