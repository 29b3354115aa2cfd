/**
 * "Confirm it's you": lets the client ask for a confirmation without knowing the window that does.
 */
type Ask = () => Promise<boolean>

let ask: Ask = () => Promise.resolve(false)
let asking: Promise<boolean> | null = null

/** The window says how people are asked. */
export function confirmWith(how: Ask): void {
  ask = how
}

/** Asks once, however many requests wait for it. Answers whether the person has confirmed. */
export function confirmIdentity(): Promise<boolean> {
  asking ??= ask().finally(() => {
    asking = null
  })
  return asking
}

/** Whether a confirmation is awaited: on its way the session can be a stage behind for a while. */
export const isConfirming = (): boolean => asking !== null
