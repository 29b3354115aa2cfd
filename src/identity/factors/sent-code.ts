/**
 * Codes by e-mail and SMS: eight digits for one session, taken once, for ten minutes.
 *
 * NIST SP 800-63B-4 §3.1.3.3: an SMS is a restricted way, and an e-mail is no second factor in its
 * sense (§3.1.3.1): who reads the mailbox has it. Policy says which kinds are taken.
 */
import { MINUTE } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { maskedEmail, maskedNumber } from '#domain/contact.ts'
import { limitsOfSending, SEND_AGAIN_AFTER } from '#domain/throttle.ts'
import { LANGUAGES, type Language } from '#domain/user.ts'
import type { SecondFactorRow, SentCodeRow } from '#store/schema.ts'
import { eventOf, writeDown } from '../audited.ts'
import type { CurrentSession } from '../browser-session.ts'
import { secretPlace } from './factor-set-up.ts'
import type { From, IdentityNeeds } from '../needs.ts'
import { canonicalDigits } from './typed-digits.ts'

export const CODE_KINDS = ['email', 'sms'] as const
export type CodeKind = (typeof CODE_KINDS)[number]

export const CODE_LIFE = 10 * MINUTE
export const CODE_DIGITS = 8
/** Of one code; the person's tries are counted as well (throttle.ts). */
const MOST_TRIES = 5

/** What sends: handed in by app.ts. */
export type CodeSender = {
  /** The kinds that can be sent now. */
  kinds(): Promise<readonly CodeKind[]>
  /** @returns false when the server or gateway did not take it */
  send(kind: CodeKind, message: CodeMessage): Promise<boolean>
}
export type CodeMessage = {
  readonly to: string
  readonly code: Secret
  readonly why: 'set_up' | 'sign_in'
  readonly language: Language
  readonly ip: string
}
export type CodeNeeds = IdentityNeeds & { readonly codes: CodeSender }

/** JSON of second_factor.details: how the destination is shown. */
export type CodeDetails = { readonly destination: string }

/** `expiresAt`: until then it is taken. `againAt`: from then on another can be sent. */
export type CodeSent = {
  readonly destination: string
  readonly expiresAt: number
  readonly againAt: number
}

export const detailsOf = (kind: CodeKind, to: string): CodeDetails => ({
  destination: kind === 'email' ? maskedEmail(to) : maskedNumber(to),
})

export const isCodeKind = (kind: string): kind is CodeKind => CODE_KINDS.some((one) => one === kind)

/** @throws Problem `conflict` where this kind cannot be sent now */
export async function refuseUnsendable({ codes }: CodeNeeds, kind: CodeKind): Promise<void> {
  if ((await codes.kinds()).includes(kind)) return
  const message =
    kind === 'email' ? 'This server sends no mail.' : 'No SMS gateway is configured here.'
  throw new Problem('conflict', message)
}

/**
 * Sends a fresh code to a factor; the one before is worth nothing from then on.
 * @throws Problem `busy` (too many, or too soon), `conflict` (cannot be sent here), `unavailable`
 */
export async function sendCode(
  needs: CodeNeeds,
  { session, user }: Pick<CurrentSession, 'session' | 'user'>,
  factor: SecondFactorRow & { kind: CodeKind },
  why: CodeMessage['why'],
  from: From,
): Promise<CodeSent> {
  await refuseUnsendable(needs, factor.kind)
  const to = needs.sealer.open(factor.secret, secretPlace(factor.id)).reveal()
  await countSending(needs, user.id, to, from)
  const now = needs.clock.now()
  const id = needs.newId()
  const code = mintCode(needs)
  const row: SentCodeRow = {
    id,
    hash: needs.keyring.hash('sent-code', bound(id, code)),
    factor_id: factor.id,
    session_id: session.id,
    tries: 0,
    expires_at: now + CODE_LIFE,
    created_at: now,
  }
  const target = { kind: 'second_factor', id: factor.id, name: factor.name }
  const details = { kind: factor.kind, why }
  const event = (reason: string | null) =>
    eventOf('second_factor.code', user, from, reason, { as: user, target, details })
  await needs.store.transaction(async (tables) => {
    await tables.audit.append(event(null))
    await tables.sentCodes.deleteOf(session.id, factor.id)
    await tables.sentCodes.insert(row)
  })
  const language = LANGUAGES.find((one) => one === user.language) ?? 'en'
  const message = { to, code, why, language, ip: from.ip }
  if (!(await needs.codes.send(factor.kind, message))) {
    await needs.store.tables.sentCodes.take(id)
    await writeDown(needs, event('not_sent'))
    throw new Problem(
      'unavailable',
      'The code could not be sent. Use another method, or try later.',
    )
  }
  const { destination } = JSON.parse(factor.details) as CodeDetails
  return { destination, expiresAt: row.expires_at, againAt: now + SEND_AGAIN_AFTER }
}

/**
 * Counts a try and looks which code it is. Uses nothing up: `take` does, in the transaction.
 * @returns null when it is none that this session waits for
 */
export async function matchSentCode(
  { store, keyring, clock }: Pick<IdentityNeeds, 'store' | 'keyring' | 'clock'>,
  sessionId: string,
  typed: Secret,
): Promise<SentCodeRow | null> {
  const waiting = await store.tables.sentCodes.tried({ sessionId, most: MOST_TRIES }, clock.now())
  const digits = canonicalDigits(typed.reveal(), CODE_DIGITS)
  if (digits === null) return null
  const fits = ({ id, hash }: SentCodeRow): boolean =>
    keyring
      .hashes('sent-code', bound(id, new Secret(digits)))
      .some((one) => new Secret(one).equals(new Secret(hash)))
  return waiting.find(fits) ?? null
}

/** Whether it is written like one; neither a code of an app nor a recovery code is. */
export const looksLikeSentCode = (typed: Secret): boolean =>
  canonicalDigits(typed.reveal(), CODE_DIGITS) !== null

/** All counters or none: what is refused was not sent, and does not count. */
async function countSending(
  { store, keyring, clock }: CodeNeeds,
  userId: string,
  to: string,
  from: From,
): Promise<void> {
  const destination = keyring.hash('sent-code', new Secret(to)).toString('hex', 0, 16)
  const limits = limitsOfSending(userId, destination, from.ip)
  const taken = await store.transaction(async ({ throttle }) => {
    const counted = await throttle.count(limits, clock.now())
    const over = limits.some(({ key, tries }) => (counted.get(key) ?? 0) > tries)
    await throttle.takeBack(new Map(limits.map(({ key }) => [key, over ? 1 : 0])))
    return !over
  })
  if (!taken) throw new Problem('busy', 'A code was sent a moment ago, or too many were. Wait.')
}

/** Every number is as likely as any other: what would make the low ones likelier is drawn again. */
function mintCode({ entropy }: Pick<IdentityNeeds, 'entropy'>): Secret {
  const codes = 10 ** CODE_DIGITS
  const fair = Math.floor(2 ** 32 / codes) * codes
  let drawn = fair
  while (drawn >= fair) drawn = entropy(4).readUInt32BE()
  return new Secret(String(drawn % codes).padStart(CODE_DIGITS, '0'))
}

/** The same digits of another row have another hash. */
const bound = (id: string, code: Secret): Secret => new Secret(`${id} ${code.reveal()}`)
