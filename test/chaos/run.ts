/**
 * The whole chaos, with figures: kills for each class and database, then the herd.
 *
 *   node test/chaos/run.ts [--kills 2000] [--seed 1] [--only kills|herd] [--at-once 2]
 *
 * Ends with 1 when a token was lost that must not be, or one was lost in silence.
 */
import { parseArgs } from 'node:util'
import { TOKEN_CLASSES, type TokenClass } from '#domain/mail-account.ts'
import { STORE_KINDS, type StoreKind } from '../support/stores.ts'
import { herd } from './herd.ts'
import { killNodes, type Killing } from './kills.ts'
import { seeded } from './random.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'kills herd' },
    'at-once': { type: 'string', default: '2' },
  },
})
const [kills, seed] = [Number(values.kills), Number(values.seed)]
let faults = 0

if (values.only.includes('kills')) {
  const worlds: { store: StoreKind; kind: TokenClass; seed: number }[] = STORE_KINDS.flatMap(
    (store, i) => TOKEN_CLASSES.map((kind, j) => ({ store, kind, seed: seed * 100 + i * 10 + j })),
  )
  const each = Math.ceil(kills / worlds.length)
  const queue = [...worlds]
  const all: Killing[] = []
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const begun = performance.now()
      const result = await killNodes(next.store, next.kind, each, seeded(next.seed), (line) =>
        console.log(line),
      )
      const seconds = Math.round((performance.now() - begun) / 1000)
      console.log(JSON.stringify({ ...result, seed: next.seed, seconds }))
      all.push(result)
    }
  }
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work))
  console.log('\ndatabase  class         kills  refreshed  invalid_grant  lost  in silence  unwell')
  for (const one of all) {
    const { store, kind, unwell } = one
    const cells = [one.kills, one.refreshed, one.invalidGrant, one.lost, one.silent, unwell.length]
    console.log(store.padEnd(9), kind.padEnd(12), cells.map((n) => String(n).padStart(9)).join(' '))
    if ((kind !== 'strict' && one.lost > 0) || one.silent > 0 || unwell.length > 0) faults++
  }
}
if (values.only.includes('herd')) faults += await herd(1000)
process.exit(faults === 0 ? 0 : 1)
