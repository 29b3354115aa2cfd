/**
 * "What if": who and what a change of policy would cut off, worked out before it is made.
 *
 * The judgement is the one that admission and sign-ins make (domain/admission.ts,
 * domain/sign-in-method.ts), asked twice: with policy as it is, and as it would be. People are read
 * in small pieces, in no transaction, and others have their turn in between.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { SECOND, type Clock } from '#base/clock.ts'
import { judge, type Credential, type Refusal } from '#domain/admission.ts'
import type { Gateway } from '#domain/app-password.ts'
import { policyFor, type Levels, type SettingName } from '#domain/policy.ts'
import { stageOf } from '#domain/sign-in-method.ts'
import type { GovernedBy, GovernedPerson, UsedPassword } from '#store/governed.ts'
import type { ShownConnection } from '#store/live-connections.ts'
import type { Store } from '#store/store.ts'
import { levelsThen, type Decisions, type LevelsChange } from './policy.ts'

/** What is shown of each kind; the rest is counted. */
export const MOST_SHOWN = 100
/** Read and judged in one go: a few milliseconds. */
const AT_ONCE = 50
/** A question that costs more than anybody waits for answers with what it has. */
const LONGEST_MS = 60 * SECOND

export type CutPassword = {
  readonly id: string
  readonly name: string
  readonly owner: Pick<GovernedPerson, 'id' | 'name'>
  /** The gateways that it opens now, and would not. */
  readonly gateways: readonly Gateway[]
  readonly reason: Refusal
  readonly lastUse: UsedPassword | null
}
export type CutOff = {
  readonly appPasswords: { readonly total: number; readonly shown: readonly CutPassword[] }
  /** Who would have to set up a second factor at the next sign-in, and would not now. */
  readonly people: { readonly total: number; readonly shown: readonly GovernedPerson[] }
  readonly connections: { readonly total: number; readonly shown: readonly ShownConnection[] }
  /** How many people were looked at; `complete` false: there are more. */
  readonly looked: number
  readonly complete: boolean
}

export type WhatIfNeeds = {
  readonly store: Pick<Store, 'tables' | 'credentials'>
  readonly clock: Clock
}

/** Whether a change of these settings can end what works now. */
const ENDS_PASSWORDS: readonly SettingName[] = [
  'app_passwords',
  'app_passwords_need_second_factor',
  'app_credentials_unused_ttl',
  'gateways_allowed',
  'gateway_networks',
  'gateway_hours',
]
const ASKS_FOR_FACTORS: readonly SettingName[] = ['second_factor', 'second_factor_kinds']

/** @param wanted null: no longer decided there */
export async function whatIf(
  needs: WhatIfNeeds,
  by: GovernedBy,
  wanted: Decisions,
): Promise<CutOff> {
  const { tables } = needs.store
  const now = needs.clock.now()
  const names = Object.keys(wanted) as SettingName[]
  const found = new Found()
  const passwords = names.some((name) => ENDS_PASSWORDS.includes(name))
  const factors = names.some((name) => ASKS_FOR_FACTORS.includes(name))
  if (!passwords && !factors) return found.result(true)
  const change = await levelsThen(tables, by, wanted)
  const until = performance.now() + LONGEST_MS
  for (let after: string | null = null; ;) {
    const people = await tables.governed.page(by, after, AT_ONCE, now)
    await breathe()
    for (const person of people) {
      found.looked++
      if (factors) lookAtPerson(found, person, change)
    }
    if (passwords) await lookAtPasswords(needs, found, people, change, now)
    after = people.at(-1)?.id ?? null
    if (people.length < AT_ONCE || after === null) return found.result(true)
    if (performance.now() > until) return found.result(false)
    await breathe()
  }
}

function lookAtPerson(found: Found, person: GovernedPerson, { before, after, own }: LevelsChange) {
  if (person.state === 'disabled') return
  const hasToSetUp = (levels: Levels, decided: GovernedPerson['own']): boolean =>
    stageOf({
      policy: policyFor(levels, { groupIds: person.groupIds, own: decided }),
      factors: person.factors,
      // Whatever the person has was given.
      method: 'password+recovery_code',
      againAt: person.factors_again_at,
    }) === 'set_up'
  if (!hasToSetUp(before, person.own) && hasToSetUp(after, own ?? person.own))
    found.people.push(person)
}

async function lookAtPasswords(
  { store }: Pick<WhatIfNeeds, 'store'>,
  found: Found,
  people: readonly GovernedPerson[],
  change: LevelsChange,
  now: number,
): Promise<void> {
  const uses = new Map(people.flatMap((one) => one.appPasswords.map((use) => [use.id, use])))
  if (uses.size === 0) return
  const credentials = await store.credentials.byIds([...uses.keys()])
  for (const credential of credentials) {
    const cut = cutOf(credential, uses.get(credential.id), change, now)
    if (cut) found.appPasswords.push(cut)
  }
  const byId = new Map(credentials.map((one) => [one.id, one]))
  const ids = people.map(({ id }) => id)
  for (const open of await store.tables.liveConnections.listOfAll(ids, now)) {
    const credential = byId.get(open.app_password_id)
    const use = { gateway: open.gateway as Gateway, ip: open.ip }
    if (credential && refusedThen(credential, use, change, now)) found.connections.push(open)
  }
}

/** Why it would be refused; null: it is refused already, or would not be. */
function refusedThen(
  credential: Credential,
  use: { readonly gateway: Gateway; readonly ip: string },
  { before, after, own }: LevelsChange,
  now: number,
): Refusal | null {
  const mailbox = { id: null }
  if (judge(credential, use, mailbox, before, now) !== null) return null
  const then = own === null ? credential : { ...credential, own }
  return judge(then, use, mailbox, after, now)
}

/** Judged where it was used last; for one that was never used networks do not count. */
function cutOf(
  credential: Credential,
  use: UsedPassword | undefined,
  change: LevelsChange,
  now: number,
): CutPassword | null {
  const ip = use?.last_ip ?? null
  const [levels, judged] =
    ip === null ? [withoutNetworks(change), unbound(credential)] : [change, credential]
  const lost: Gateway[] = []
  let reason: Refusal | null = null
  for (const gateway of credential.gateways.split(' ') as Gateway[]) {
    const refusal = refusedThen(judged, { gateway, ip: ip ?? '' }, levels, now)
    if (refusal === null) continue
    lost.push(gateway)
    reason ??= refusal
  }
  if (reason === null && use && outsideHours(credential, use, change, now)) {
    lost.push(use.last_gateway as Gateway)
    reason = 'policy_hours'
  }
  if (reason === null) return null
  const owner = { id: credential.userId, name: credential.userName }
  return {
    id: credential.id,
    name: credential.name,
    owner,
    gateways: lost,
    reason,
    lastUse: use?.last_used_at ? use : null,
  }
}

/** It is let in now, or will be when hours open, and its last use was at an hour that would not be. */
function outsideHours(
  credential: Credential,
  { last_used_at: at, last_gateway, last_ip }: UsedPassword,
  change: LevelsChange,
  now: number,
): boolean {
  if (at === null) return false
  const use = { gateway: last_gateway as Gateway, ip: last_ip ?? '' }
  const refused = judge(credential, use, { id: null }, change.before, now)
  if (refused !== null && refused !== 'policy_hours') return false
  return refusedThen(credential, use, change, at) === 'policy_hours'
}

const FREE = { gateway_networks: [] }
const unbound = (one: Credential): Credential => ({
  ...one,
  networks: null,
  own: { ...one.own, ...FREE },
})

/** The same, as if networks did not count. */
const freed = new WeakMap<LevelsChange, LevelsChange>()
const withoutNetworks = (change: LevelsChange): LevelsChange =>
  freed.getOrInsertComputed(change, ({ before, after, own }) => ({
    before: free(before),
    after: free(after),
    own: own && { ...own, ...FREE },
  }))
const free = ({ everybody, groups }: Levels): Levels => ({
  everybody: { ...everybody, ...FREE },
  groups: new Map([...groups].map(([id, one]) => [id, { ...one, ...FREE }])),
})

class Found {
  looked = 0
  readonly appPasswords = new Kept<CutPassword>()
  readonly people = new Kept<GovernedPerson>()
  readonly connections = new Kept<ShownConnection>()
  result(complete: boolean): CutOff {
    const { looked, appPasswords, people, connections } = this
    return { looked, complete, appPasswords, people, connections }
  }
}

/** The first of many, and how many there are. */
class Kept<T> {
  total = 0
  readonly shown: T[] = []
  push(one: T): void {
    this.total++
    if (this.shown.length < MOST_SHOWN) this.shown.push(one)
  }
}
