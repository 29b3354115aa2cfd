/**
 * What people do on the pages again and again: sign in by name and password, sign out.
 */
import type { Visit } from './browser.ts'
import type { Say } from './page-words.ts'
import { PASSWORD } from './product.ts'

/** Name and password on the sign-in page, which is shown already. */
export async function typePassword(
  visit: Visit,
  say: Say,
  name: string,
  password: string = PASSWORD,
): Promise<void> {
  await visit.field(say('User name or e-mail')).fill(name)
  await visit.field(say('Password')).fill(password)
  await visit.press(say('Sign in'))
}

/** By the menu; `shown` is the name that the pages show. */
export async function signOut(visit: Visit, say: Say, shown: string): Promise<void> {
  await pressSignOut(visit, say, shown)
  await visit.heading(say('Sign in'))
}

/** Wherever that leads. */
export async function pressSignOut(visit: Visit, say: Say, shown: string): Promise<void> {
  const account = say('Account of {0}').replace('{0}', `\u2068${shown}\u2069`)
  await visit.page.getByRole('button', { name: account }).click()
  await visit.page.getByRole('menuitem', { name: say('Sign out') }).click()
}

/** Looks until it is so, for what no page shows. @throws Error after 20 seconds */
export async function arrives(so: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !so();) {
    if (Date.now() > end) throw new Error('Nothing has arrived.')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Eight digits of a message, as a person reads them. */
export const digitsIn = (text: string | undefined): string =>
  /\d{4} ?\d{4}/.exec(text ?? '')?.[0] ?? ''
