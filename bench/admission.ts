/**
 * Promise: one admission costs at most 25 µs of CPU on SQLite, at least 250 times less than one
 * argon2id check, however many application passwords there are.
 *
 *     node bench/admission.ts [passwords, 1000000 unless given]
 *
 * Measured is the whole way that a gateway takes: reading what was typed, the keyed hash, the row,
 * policy, and the journal that writes last uses and the audit down. The peers are checked in the
 * same run: argon2id of Node with OWASP's figures, bcrypt of the system's libcrypt (through perl,
 * which every Debian has).
 */
import { execFileSync } from 'node:child_process'
import { argon2Sync, randomBytes } from 'node:crypto'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { CurrentPolicy } from '#changes/current-policy.ts'
import { admission, type Admit } from '#domain/admission.ts'
import type { Store } from '#store/store.ts'
import { newId } from '../test/support/rows.ts'
import { openTestStore, STORE_KINDS, TEST_KEYS, type StoreKind } from '../test/support/stores.ts'
import { addCrowd, addOnePerson, addPeople, type Program } from './admission/rows.ts'

const ALL = Number(process.argv[2] ?? 1_000_000)
/** Programs that sign in again and again while it is measured. */
const ACTIVE = 5000
const OF_ONE_PERSON = 10_000
const AT_ONCE: Record<StoreKind, number> = { sqlite: 1, postgres: 64 }
const CHECKS: Record<StoreKind, number> = { sqlite: 200_000, postgres: 150_000 }

/** CPU of this process and time on the clock, in µs for one. */
type Cost = { readonly cpu: number; readonly time: number }

async function measured(checks: number, atOnce: number, check: () => Promise<void>): Promise<Cost> {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let i = 0; i < checks / atOnce; i++) await check()
    }),
  )
  const { user, system } = process.cpuUsage(cpu)
  return { cpu: (user + system) / checks, time: ((performance.now() - begun) * 1000) / checks }
}

/** Each program in turn, in an order that no cache likes. */
function admitting(admit: Admit, programs: readonly Program[]): () => Promise<void> {
  let i = 0
  return async () => {
    i = (i + 7919) % programs.length
    const { username, password, ip } = programs[i]!
    const typed = new Secret(password)
    const signIn = await admit({ username, password: typed, gateway: 'drive', ip, client: 'bench' })
    if (!signIn.ok) throw new Error(`Refused: ${signIn.reason}`)
  }
}

function argon2id(): Cost {
  const nonce = randomBytes(16)
  const message = 'rhubarb tractor sidewalk'
  const parameters = { message, nonce, parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 }
  for (let i = 0; i < 5; i++) argon2Sync('argon2id', parameters)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const checks = 100
  for (let i = 0; i < checks; i++) argon2Sync('argon2id', parameters)
  const { user, system } = process.cpuUsage(cpu)
  return { cpu: (user + system) / checks, time: ((performance.now() - begun) * 1000) / checks }
}

/** libcrypt, cost 10. Each password differs: perl works a constant out once, when it reads it. */
function bcrypt(): Cost {
  const script = `
    my $begun = (times)[0];
    for (1..20) { crypt("rhubarb $_", '$2b$10$abcdefghijklmnopqrstuu') =~ /^\\$2b/ or die }
    print +((times)[0] - $begun) / 20`
  const seconds = Number(execFileSync('perl', ['-e', script], { encoding: 'utf8' }))
  return { cpu: seconds * 1e6, time: seconds * 1e6 }
}

async function onStore(kind: StoreKind): Promise<{ many: Cost; one: Cost; crowd: Cost }> {
  await using store = await openTestStore(kind)
  const policy = new CurrentPolicy(store.tables, systemClock)
  const needs = { store, clock: systemClock, newId, log: silentLog }
  await using journal = new AdmissionJournal(needs)
  const admit = admission({
    hashesOf: (canonical) => TEST_KEYS.hashes('app-password', canonical),
    find: (hash) => store.credentials.find(hash),
    mailboxes: (userId, typed) => store.credentials.mailboxes(userId, typed),
    levels: () => policy.levels(),
    record: (attempt, signIn, credential) => journal.record(attempt, signIn, credential),
    clock: systemClock,
  })
  const active = await addPeople(store, ACTIVE)
  const few = await rounds(kind, admit, active)
  const crowd = await rounds(kind, admit, await addOnePerson(store, OF_ONE_PERSON))
  await fill(store)
  return { one: few, crowd, many: await rounds(kind, admit, active) }
}

async function fill(store: Store): Promise<void> {
  await addCrowd(store, ALL - ACTIVE - OF_ONE_PERSON)
}

/** First uses are written down before; the best of three. */
async function rounds(kind: StoreKind, admit: Admit, programs: readonly Program[]): Promise<Cost> {
  const check = admitting(admit, programs)
  await measured(programs.length, AT_ONCE[kind], check)
  const costs: Cost[] = []
  for (let round = 0; round < 3; round++)
    costs.push(await measured(CHECKS[kind], AT_ONCE[kind], check))
  return costs.sort((a, b) => a.cpu - b.cpu)[0]!
}

const WIDTHS = [31, 10, 13, 13] as const
const peers = { 'argon2id, 19 MiB, 2 passes': argon2id(), 'bcrypt, cost 10': bcrypt() }
console.log(`${ALL.toLocaleString('en')} application passwords; µs of CPU of this process\n`)
console.log(
  ['', 'CPU µs', 'per second', 'argon2id is'].map((one, i) => one.padStart(WIDTHS[i]!)).join(''),
)
const print = (what: string, { cpu, time }: Cost): void => {
  const times = (peers['argon2id, 19 MiB, 2 passes'].cpu / cpu).toFixed(cpu > 1000 ? 2 : 0)
  const cells = [cpu.toFixed(1), Math.round(1e6 / time).toLocaleString('en'), `${times} ×`]
  console.log(what.padEnd(WIDTHS[0]) + cells.map((one, i) => one.padStart(WIDTHS[i + 1]!)).join(''))
}
for (const [what, cost] of Object.entries(peers)) print(what, cost)
for (const kind of STORE_KINDS) {
  const { many, one, crowd } = await onStore(kind)
  print(`admission, ${kind}`, many)
  print('  with 15,000 passwords', one)
  print('  one person has 10,000', crowd)
  console.log(`  10,000 of one person : one of each person = ${(crowd.cpu / one.cpu).toFixed(2)}`)
}
