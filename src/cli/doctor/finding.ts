/**
 * What an examination finds: a part, how it is, and what to do about it.
 */
export type Finding = {
  readonly part: string
  /** `fault` makes the exit code 1; `warning` is worth a look. */
  readonly state: 'ok' | 'warning' | 'fault'
  readonly says: string
}

export const ok = (part: string, says: string): Finding => ({ part, state: 'ok', says })
export const warning = (part: string, says: string): Finding => ({ part, state: 'warning', says })
export const fault = (part: string, says: string): Finding => ({ part, state: 'fault', says })

export const reason = (cause: unknown): string =>
  cause instanceof Error
    ? [cause.message, ...(cause.cause instanceof Error ? [cause.cause.message] : [])].join(' – ')
    : String(cause)
