/**
 * Setting up codes by e-mail or SMS: the first code shows that the address or number is the person's.
 */
import { Secret } from '#base/secret.ts'
import { phoneNumber } from '#domain/contact.ts'
import { emailAddress } from '#domain/user.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { CurrentSession } from '../browser-session.ts'
import { beginSetUp, refuseKind, secretPlace, type Proof } from './factor-set-up.ts'
import type { From, IdentityNeeds } from '../needs.ts'
import {
  detailsOf,
  matchSentCode,
  refuseUnsendable,
  sendCode,
  type CodeKind,
  type CodeNeeds,
  type CodeSent,
} from './sent-code.ts'

/** @param to as typed; for e-mail undefined is the person's own address */
export type NewDestination = {
  readonly kind: CodeKind
  readonly to: string | undefined
  readonly name: string | undefined
}

/**
 * Sends a first code. The same destination again: another code of the same set-up.
 * @throws Problem `conflict` (policy; too many; cannot be sent here), `invalid` (address, number,
 *   name), `busy`, `unavailable`
 */
export async function beginCodes(
  needs: CodeNeeds,
  current: CurrentSession,
  { kind, to: typed, name }: NewDestination,
  from: From,
): Promise<{ id: string } & CodeSent> {
  refuseKind(current, kind)
  await refuseUnsendable(needs, kind)
  const to = kind === 'email' ? emailAddress(typed ?? current.user.email) : phoneNumber(typed ?? '')
  const details = detailsOf(kind, to)
  const before = await needs.store.tables.secondFactors.unconfirmedOf(current.user.id)
  const row =
    before?.kind === kind && destinationOf(needs, before) === to
      ? before
      : await beginSetUp(needs, current, {
          kind,
          name: name ?? details.destination,
          secret: new Secret(to),
          details,
        })
  return { id: row.id, ...(await sendCode(needs, current, { ...row, kind }, 'set_up', from)) }
}

/** Counts a try. */
export async function proofOfCode(
  needs: Pick<IdentityNeeds, 'store' | 'keyring' | 'clock'>,
  { session }: Pick<CurrentSession, 'session'>,
  row: SecondFactorRow,
  code: Secret,
): Promise<Proof> {
  const sent = await matchSentCode(needs, session.id, code)
  if (sent?.factor_id !== row.id) return null
  return async ({ sentCodes }) => await sentCodes.take(sent.id)
}

const destinationOf = ({ sealer }: Pick<IdentityNeeds, 'sealer'>, row: SecondFactorRow): string =>
  sealer.open(row.secret, secretPlace(row.id)).reveal()
