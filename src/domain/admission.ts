/**
 * Admission: the only way in for an application.
 *
 * Every gateway calls the same `admit`. It reads what was typed, finds the one row that it can be,
 * applies policy, and answers a value. A main password is never accepted here, and nothing of what
 * was typed goes anywhere but into one keyed hash.
 */
import { hasControls } from '#base/bytes.ts'
import { SECOND, type Clock } from '#base/clock.ts'
import { networkList } from '#base/network.ts'
import type { Secret } from '#base/secret.ts'
import { isMailGateway, readAppPassword, type Gateway } from './app-password.ts'
import { livenessRefusal, type Liveness } from './identity-provider.ts'
import { chosenMailbox, type Chosen, type OwnMailbox } from './own-mailbox.ts'
import { isOpen } from './opening-hours.ts'
import { policyFor, type Decided, type Levels, type Policy, type Settings } from './policy.ts'
import { userKey, type UserState } from './user.ts'

/** What an application sends. `client` is the program's own word for itself, cut to 200 characters. */
export type Attempt = {
  readonly username: string
  readonly password: Secret
  readonly gateway: Gateway
  readonly ip: string
  readonly client: string
  /** How the way here is secured, for the audit: `TLSv1.3`, or `none`; left out: not told. */
  readonly security?: string
}

/** Why an application was refused: for the audit and the log, never for the application. */
export const REFUSALS = {
  empty: 'No user name or no password was sent.',
  malformed: 'The user name or the password has bytes that cannot be in one.',
  not_an_app_password:
    'What was sent is not written like an application password: most often a main password, which no gateway accepts.',
  mistyped: 'An application password with a typing mistake: its check symbols do not fit.',
  unknown: 'No such application password exists.',
  wrong_user_name: "The application password is another person's, or the user name is misspelt.",
  revoked: 'The application password was deleted.',
  expired: 'The application password has ended.',
  unused: 'The application password was not used for longer than policy allows.',
  user_disabled: 'The person is disabled.',
  identity_frozen:
    'The provider or directory that the person comes from says that they may not come in any more.',
  identity_unconfirmed:
    'The provider or directory that the person comes from was silent for longer than its grace time.',
  frozen:
    'The application password waits until its owner says so after a sign-in: the main password was changed.',
  app_passwords_forbidden: 'Policy lets this person use no application passwords.',
  second_factor_missing: 'Policy asks for a second factor, and the person has none.',
  gateway_not_allowed: 'The application password does not open this gateway.',
  gateway_closed: 'Policy closes this gateway for this person.',
  network_not_allowed: 'The application password may not be used from this address.',
  policy_network: 'Policy does not let this person in from this address.',
  policy_hours: 'Policy does not let this person in on this day or at this hour.',
  no_mailbox:
    'The person may use no mailbox, or several of which none is the default, and named none of them.',
} as const
export type Refusal = keyof typeof REFUSALS

/**
 * Whether it ends without anything that the person does: gateways answer as of an outage then, and
 * no program asks its user for another password.
 */
export const passes = (reason: Refusal): boolean =>
  reason === 'identity_unconfirmed' || reason === 'policy_hours'

export type SignIn =
  | {
      ok: true
      userId: string
      userName: string
      appPasswordId: string
      appPasswordName: string
      /** The mailbox that the user name chose; null at a gateway without one. */
      mailAccountId: string | null
    }
  | { ok: false; reason: Refusal }

/** One row of the hottest query: an application password with what is needed of its owner. */
export type Credential = {
  readonly id: string
  readonly name: string
  readonly userId: string
  readonly userName: string
  readonly userNameKey: string
  readonly userEmailKey: string
  readonly userState: UserState
  readonly userHasSecondFactor: boolean
  /** `local`, or the identity provider that the person comes from. */
  readonly userSource: string
  /** null: nothing is known of the person from outside. */
  readonly liveness: Liveness | null
  readonly groupIds: readonly string[]
  /** What policy decides for this person alone. */
  readonly own: Decided
  readonly gateways: string
  readonly networks: string | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  readonly frozenAt: number | null
  readonly lastUsedAt: number | null
}

/** All that admission needs. `record` writes the last use and the audit, or throws: then nobody is let in. */
export type AdmissionNeeds = {
  hashesOf(canonical: Secret): readonly Buffer[]
  find(hash: Buffer): Credential | null | Promise<Credential | null>
  /** Asked for mail gateways only, and only of who sent an application password that exists. */
  mailboxes(
    userId: string,
    typedKey: string,
  ): readonly OwnMailbox[] | Promise<readonly OwnMailbox[]>
  levels(): Levels | Promise<Levels>
  record(attempt: Attempt, signIn: SignIn, credential: Credential | null): void | Promise<void>
  readonly clock: Clock
}

export type Admit = (attempt: Attempt) => Promise<SignIn>

/** @throws Problem `unavailable` when the store or the audit does not answer; it never lets in then */
export function admission(needs: AdmissionNeeds): Admit {
  return async (attempt) => {
    const { credential, reason, mailAccountId } = await judged(needs, attempt)
    const signIn: SignIn =
      reason === null && credential
        ? {
            ok: true,
            userId: credential.userId,
            userName: credential.userName,
            appPasswordId: credential.id,
            appPasswordName: credential.name,
            mailAccountId,
          }
        : { ok: false, reason: reason ?? 'unknown' }
    const recorded = needs.record(attempt, signIn, credential)
    if (recorded) await recorded
    return signIn
  }
}

type Judged = {
  readonly credential: Credential | null
  readonly reason: Refusal | null
  readonly mailAccountId: string | null
}
const nobody = (reason: Refusal): Judged => ({ credential: null, reason, mailAccountId: null })

async function judged(needs: AdmissionNeeds, attempt: Attempt): Promise<Judged> {
  const typed = attempt.password.reveal()
  if (attempt.username === '' || typed === '') return nobody('empty')
  if (attempt.username.length > 256 || hasControls(attempt.username) || hasControls(typed))
    return nobody('malformed')
  const read = readAppPassword(typed)
  if (read.read === 'something_else') return nobody('not_an_app_password')
  if (read.read === 'mistyped') return nobody('mistyped')
  for (const hash of needs.hashesOf(read.canonical)) {
    const looked = needs.find(hash)
    const credential = looked instanceof Promise ? await looked : looked
    if (!credential) continue
    const meant = meantBy(needs, attempt, credential)
    const chosen = meant instanceof Promise ? await meant : meant
    const asked = needs.levels()
    const levels = asked instanceof Promise ? await asked : asked
    const reason = judge(credential, attempt, chosen, levels, needs.clock.now())
    return { credential, reason, mailAccountId: 'id' in chosen ? chosen.id : null }
  }
  return nobody('unknown')
}

/** What the user name means for the owner of the password: themselves, or one of their mailboxes. */
function meantBy(
  needs: Pick<AdmissionNeeds, 'mailboxes'>,
  { username, gateway }: Pick<Attempt, 'username' | 'gateway'>,
  owner: Credential,
): Chosen | Promise<Chosen> {
  const typed = userKey(username)
  if (!isMailGateway(gateway)) {
    const own = typed === owner.userNameKey || typed === owner.userEmailKey
    return own ? { id: null } : { refused: 'wrong_user_name' }
  }
  const found = needs.mailboxes(owner.userId, typed)
  return found instanceof Promise
    ? found.then((mailboxes) => chosenMailbox(mailboxes, typed, owner))
    : chosenMailbox(found, typed, owner)
}

/**
 * Checked at use, not by a clean-up job: null admits. What is open is judged again by the same rule.
 * `now` in milliseconds.
 */
export function judge(
  credential: Credential,
  attempt: Pick<Attempt, 'gateway' | 'ip'>,
  chosen: Chosen,
  levels: Levels,
  now: number,
): Refusal | null {
  const notMeant = 'refused' in chosen ? chosen.refused : null
  if (notMeant === 'wrong_user_name') return notMeant
  if (credential.revokedAt !== null) return 'revoked'
  if (credential.expiresAt <= now) return 'expired'
  const policy = policyFor(levels, credential)
  if (unusedSince(credential, policy, now)) return 'unused'
  return (
    refusedPerson(credential, policy, now) ??
    refusedWay(credential, attempt, policy, now) ??
    notMeant
  )
}

/** Because of who the owner is, whatever the password opens. */
function refusedPerson(credential: Credential, policy: Policy, now: number): Refusal | null {
  if (credential.userState !== 'active') return 'user_disabled'
  const gone = livenessRefusal(credential.userSource, credential.liveness, now)
  if (gone !== null) return gone
  if (credential.frozenAt !== null) return 'frozen'
  if (policy.app_passwords === 'forbidden') return 'app_passwords_forbidden'
  if (policy.app_passwords_need_second_factor && !credential.userHasSecondFactor)
    return 'second_factor_missing'
  return null
}

/** Because of where, when and at which gateway. */
function refusedWay(
  { gateways, networks }: Pick<Credential, 'gateways' | 'networks'>,
  { gateway, ip }: Pick<Attempt, 'gateway' | 'ip'>,
  policy: Policy,
  now: number,
): Refusal | null {
  if (!gateways.split(' ').includes(gateway)) return 'gateway_not_allowed'
  if (!policy.gateways_allowed.includes(gateway)) return 'gateway_closed'
  if (networks !== null && !networkList(networks.split(' '))(ip)) return 'network_not_allowed'
  if (policy.gateway_networks.length > 0 && !allowedBy(policy.gateway_networks)(ip))
    return 'policy_network'
  if (!isOpen(policy.gateway_hours, now)) return 'policy_hours'
  return null
}

/** The same few lists are asked about at every sign-in: each is built once. */
const lists = new WeakMap<readonly string[], (address: string) => boolean>()
const allowedBy = (networks: readonly string[]): ((address: string) => boolean) =>
  lists.getOrInsertComputed(networks, networkList)

/** Whether policy ends a password for not having been used. */
export function unusedSince(
  credential: Pick<Credential, 'createdAt' | 'lastUsedAt'>,
  policy: Pick<Settings, 'app_credentials_unused_ttl'>,
  now: number,
): boolean {
  const allowed = policy.app_credentials_unused_ttl * SECOND
  return allowed > 0 && (credential.lastUsedAt ?? credential.createdAt) + allowed <= now
}

/** Something that is open, as far as it is judged again. */
export type OpenUse = {
  readonly appPasswordId: string
  readonly gateway: Gateway
  readonly ip: string
}

/** Of what is open, what would not be let in now: the same judgement, whatever has changed since. */
export function deadAmong(needs: {
  byIds(ids: readonly string[]): Promise<readonly Credential[]>
  levels(): Levels | Promise<Levels>
  readonly clock: Clock
}): <T extends OpenUse>(open: readonly T[]) => Promise<readonly T[]> {
  return async (open) => {
    if (open.length === 0) return []
    const levels = await needs.levels()
    const found = await needs.byIds([...new Set(open.map(({ appPasswordId }) => appPasswordId))])
    const byId = new Map(found.map((credential) => [credential.id, credential]))
    const now = needs.clock.now()
    return open.filter((use) => {
      const credential = byId.get(use.appPasswordId)
      return !credential || judge(credential, use, { id: null }, levels, now) !== null
    })
  }
}
