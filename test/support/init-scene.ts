/**
 * The scene of most attacks on Init. Token: Entra, and the account of alice that has no token yet.
 */
import { openEntra, type Entra } from './authority/entra.ts'
import { visit } from './authority/visit.ts'
import { atEntra, Browser, initBench, REDIRECT, type InitBench } from './init-bench.ts'
import { openTestStore } from './stores.ts'

export type Scene = { entra: Entra; bench: InitBench; id: string }
export async function initScene(act: (scene: Scene) => Promise<void>): Promise<void> {
  await using entra = await openEntra()
  await using bench = await initBench(
    (options) => openTestStore('sqlite', options),
    entra,
    atEntra(entra),
  )
  await act({ entra, bench, id: await bench.account('alice@example.test') })
}

/** Begins, signs in at the provider, and stops before the callback. */
export async function returned({ bench, id }: Scene) {
  const begun = await bench.begin(id)
  const browser = new Browser()
  browser.keep(begun.browser)
  return { begun, browser, back: await visit(begun.url, REDIRECT) }
}
/** How often the token endpoint was asked. */
export const codesAsked = ({ entra }: Scene): number =>
  entra.seen.filter(({ path }) => path.endsWith('/token')).length
