/**
 * Chromium's virtual authenticator (Chrome DevTools Protocol, domain WebAuthn): a passkey of this
 * device that answers by itself, or not.
 */
import type { Page } from 'playwright-core'

export type VirtualKey = {
  /** Whether it says that it asked for a PIN or a fingerprint. */
  verifies(does: boolean): Promise<void>
  /** Whether the person is there to touch it. */
  present(is: boolean): Promise<void>
  /** How many credentials it holds. */
  held(): Promise<number>
  /** It is lost. */
  lose(): Promise<void>
}

export async function plugIn(page: Page): Promise<VirtualKey> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    verifies: async (isUserVerified) =>
      void (await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })),
    present: async (enabled) =>
      void (await cdp.send('WebAuthn.setAutomaticPresenceSimulation', {
        authenticatorId,
        enabled,
      })),
    held: async () => {
      const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials.length
    },
    lose: async () =>
      void (await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })),
  }
}
