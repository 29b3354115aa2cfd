/**
 * A time limit that is fair to a process which stood still: what came in meanwhile is read first.
 *
 * Timers run before sockets are read. A process that was stopped for longer than its limit would
 * throw away the answer that waits for it, and with a strict provider the token in it.
 */

/** A timer that is so late was held up by more than a busy moment. */
const STOOD_STILL_MS = 100
/** Enough to read what has arrived already. */
const TO_READ_MS = 500
/** A machine that is always late must come to an end, too. */
const MOST_TIMES = 3

export type PatientTimeout = Disposable & {
  /** Aborted when the time is over, or with the signal that it follows. */
  readonly signal: AbortSignal
  /** The time is over, whatever else has ended. */
  readonly isOver: boolean
}

/** @param follows another reason to stop; one listener on it costs less than `AbortSignal.any` */
export function patientTimeout(ms: number, follows?: AbortSignal): PatientTimeout {
  const stop = new AbortController()
  const follow = (): void => stop.abort(follows?.reason)
  let isOver = false
  let [due, times] = [performance.now() + ms, 0]
  const over = (): void => {
    if (performance.now() - due < STOOD_STILL_MS || ++times > MOST_TIMES) {
      isOver = true
      stop.abort()
      return
    }
    due = performance.now() + TO_READ_MS
    timer = setTimeout(over, TO_READ_MS)
  }
  let timer = setTimeout(over, ms)
  if (follows?.aborted === true) follow()
  else follows?.addEventListener('abort', follow)
  return {
    signal: stop.signal,
    get isOver() {
      return isOver
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      follows?.removeEventListener('abort', follow)
    },
  }
}
