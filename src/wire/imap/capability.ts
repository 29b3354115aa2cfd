/**
 * Which capabilities of a server (RFC 9051 §6.1.1) hold for a client behind a gateway that has signed
 * in for it.
 */

/**
 * Signing in is over, so what announces it goes. A session that was signed out again, sent elsewhere
 * or compressed is none that the gateway can stand between and end with a word.
 */
const ENDS_AT_LOGIN =
  /^(STARTTLS|LOGINDISABLED|SASL-IR|LOGIN-REFERRALS|UNAUTHENTICATE|AUTH=.*|COMPRESS=.*)$/i

/** In their order, each once. */
export function survivingCapabilities(all: readonly string[]): string[] {
  const seen = new Set<string>()
  return all.filter((one) => {
    const key = one.toUpperCase()
    if (ENDS_AT_LOGIN.test(one) || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

export const hasCapability = (all: readonly string[], name: string): boolean =>
  all.some((one) => one.toUpperCase() === name)
