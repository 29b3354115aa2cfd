/**
 * A01 as figures: can a stranger tell by time whether a name exists, is locked, or disabled?
 *
 * Samples each class in random order against one server of the product's own parts, with the real
 * cost of argon2, and compares every class with "wrong password": Mann-Whitney's p and Cohen's d.
 *
 *   node bench/sign-in-timing.ts [samples per class, 300 unless given]
 */
import { systemClock, systemEntropy } from '#base/clock.ts'
import { PasswordHasher } from '#identity/password-hash.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { addUser, identityOn, newBrowser, PASSWORD, tryPassword } from '../test/support/identity.ts'
import { STORE_KINDS, openTestStore, TEST_KEYS, type StoreKind } from '../test/support/stores.ts'

const SAMPLES = Number(process.argv[2] ?? 300)
const FROM = { ip: '192.0.2.1', client: 'bench' }
const WRONG = 'rhubarb tractor sidewalk'
const CLASSES = {
  wrong: ['ada', WRONG],
  unknown: ['nemo', WRONG],
  disabled: ['dora', PASSWORD],
  invited: ['ina', PASSWORD],
  locked: ['lola', PASSWORD],
} as const
type Class = keyof typeof CLASSES
const NAMES = Object.keys(CLASSES) as Class[]

async function measure(kind: StoreKind): Promise<void> {
  await using store = await openTestStore(kind)
  await using hasher = new PasswordHasher({ keyring: TEST_KEYS, entropy: systemEntropy })
  const needs: IdentityNeeds = { ...identityOn(store, { clock: systemClock }), hasher }
  await addUser(needs, 'ada')
  await addUser(needs, 'dora', { state: 'disabled' })
  await addUser(needs, 'ina', { state: 'invited' })
  const { id } = await addUser(needs, 'lola')
  const times = new Map<Class, number[]>(NAMES.map((name) => [name, []]))
  for (let i = 0; i < 20; i++) await tryPassword(needs, newBrowser(FROM), 'lola', WRONG)
  for (let round = -5; round < SAMPLES; round++) {
    // Counters stand as after one try; those of the one who is locked stay used up.
    await store.db
      .updateTable('throttle')
      .set({ tries: 1 })
      .where('key', 'not like', `password:${id}:%`)
      .execute()
    for (const name of shuffled(NAMES)) {
      const [typed, password] = CLASSES[name]
      const browser = newBrowser(FROM)
      const begun = performance.now()
      await tryPassword(needs, browser, typed, password)
      if (round >= 0) times.get(name)!.push(performance.now() - begun)
    }
  }
  report(kind, times)
}

function report(kind: StoreKind, times: ReadonlyMap<Class, readonly number[]>): void {
  const base = times.get('wrong')!
  console.log(`\n${kind}, ${base.length} samples per class, compared with a wrong password`)
  console.log('class       median ms      p      d')
  for (const [name, samples] of times) {
    const d = cohensD(base, samples)
    const p = name === 'wrong' ? '' : mannWhitney(base, samples).toFixed(3)
    console.log(
      `${name.padEnd(10)}  ${median(samples).toFixed(2).padStart(9)}  ${p.padStart(5)}  ${d.toFixed(2).padStart(5)}`,
    )
  }
}

const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((one) => [Math.random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
const mean = (list: readonly number[]): number => sum(list) / list.length
const variance = (list: readonly number[]): number => {
  const middle = mean(list)
  return sum(list.map((one) => (one - middle) ** 2)) / (list.length - 1)
}
const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

const cohensD = (a: readonly number[], b: readonly number[]): number =>
  (mean(b) - mean(a)) / Math.sqrt((variance(a) + variance(b)) / 2)

/** Two-sided p by the normal approximation, which is exact enough from 20 samples on. */
function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((at) => ({ at, first: true })), ...b.map((at) => ({ at, first: false }))]
  all.sort((one, two) => one.at - two.at)
  const ranks = sum(all.map(({ first }, i) => (first ? i + 1 : 0)))
  const u = ranks - (a.length * (a.length + 1)) / 2
  const middle = (a.length * b.length) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  return 2 * (1 - normal(Math.abs(u - middle) / deviation))
}

/** The normal distribution function (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z)
  const tail =
    t *
    (0.319_381_53 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

for (const kind of STORE_KINDS) await measure(kind)
