/**
 * API: application passwords, one's own and (for administrators) any person's.
 */
import { DAY, type Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import {
  createAppPassword,
  ENDED_SHOWN_FOR,
  renameAppPassword,
  revokeAllAppPasswords,
  revokeAppPassword,
  thawAppPasswords,
  type MintNeeds,
} from '#changes/app-passwords.ts'
import { ownAccounts } from '#changes/own-mailboxes.ts'
import { existing } from '#changes/users.ts'
import { unusedSince } from '#domain/admission.ts'
import { grouped, isMailGateway, type Application, type Gateway } from '#domain/app-password.ts'
import type { Policy } from '#domain/policy.ts'
import type { StaleUse } from '#store/app-passwords.ts'
import type { AppPasswordRow } from '#store/schema.ts'
import type { CurrentPolicy } from '#changes/current-policy.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

/** Stale clients that were silent for longer are no longer shown. */
const STALE_SHOWN_FOR = 90 * DAY

export type MailDoor = Answer<'GET /me'>['mailDoors'][number]
export type AppPasswordNeeds = MintNeeds & {
  readonly policy: Pick<CurrentPolicy, 'of'>
  readonly driveUrl: string
  /** Mail gateways that run here, as mail programs reach them. */
  readonly mailDoors: readonly MailDoor[]
}

type Mine =
  | 'GET /me/app-passwords'
  | 'POST /me/app-passwords'
  | 'POST /me/app-passwords/thaw'
  | 'GET /me/app-passwords/:id'
  | 'PATCH /me/app-passwords/:id'
  | 'DELETE /me/app-passwords/:id'
  | 'GET /me/stale-uses'
  | 'DELETE /me/stale-uses/:id'
type OfOthers =
  | 'GET /users/:id/app-passwords'
  | 'DELETE /users/:id/app-passwords'
  | 'DELETE /users/:id/app-passwords/:appPasswordId'
  | 'GET /users/:id/stale-uses'

export function appPasswordHandlers(needs: AppPasswordNeeds): HandlersOf<Mine | OfOthers> {
  const { clock } = needs
  const { appPasswords } = needs.store.tables
  const listOf = async (userId: string, policy: Policy): Promise<Answer<'GET /me/app-passwords'>> =>
    (await appPasswords.listOf(userId, clock.now() - ENDED_SHOWN_FOR)).map((row) =>
      view(row, policy, clock),
    )
  const staleOf = async (userId: string): Promise<Answer<'GET /me/stale-uses'>> =>
    (await appPasswords.staleUsesOf(userId, clock.now() - STALE_SHOWN_FOR)).map(staleView)
  const one = async (userId: string, id: string): Promise<AppPasswordRow> => {
    const row = await appPasswords.find(userId, id)
    if (!row) throw new Problem('not_found', 'There is no such application password.')
    return row
  }

  return {
    'GET /me/app-passwords': async ({ user, policy }) => await listOf(user.id, policy),

    'POST /me/app-passwords': async ({ caller, user, policy, body }) => {
      const { row, password } = await createAppPassword(needs, caller, user, body, policy)
      // The one place where an application password leaves the server: the answer, never stored.
      const shown = view(row, policy, clock)
      const opens = (gateway: Gateway): boolean => shown.gateways.includes(gateway)
      const mail = shown.gateways.some(isMailGateway)
      const accounts = mail ? await ownAccounts(needs.store.tables, user) : []
      return {
        ...shown,
        password: grouped(password),
        userName: user.name,
        driveUrl: opens('drive') ? needs.driveUrl : null,
        mailDoors: needs.mailDoors.filter(({ gateway }) => opens(gateway)),
        mailboxes: accounts
          .filter(({ usable }) => usable)
          .map(({ row: { email }, isDefault }) => ({ email, isDefault })),
      }
    },

    'POST /me/app-passwords/thaw': async ({ caller, user }) => ({
      thawed: await thawAppPasswords(needs, caller, user),
    }),

    'GET /me/app-passwords/:id': async ({ user, policy, params }) =>
      view(await one(user.id, params.id), policy, clock),

    'PATCH /me/app-passwords/:id': async ({ caller, user, policy, params, body }) =>
      view(await renameAppPassword(needs, caller, user, params.id, body.name), policy, clock),

    'DELETE /me/app-passwords/:id': async ({ caller, user, params }) => {
      await revokeAppPassword(needs, caller, user, params.id)
      return null
    },

    'GET /me/stale-uses': async ({ user }) => await staleOf(user.id),

    'DELETE /me/stale-uses/:id': async ({ user, params }) => {
      if (!(await appPasswords.dismissStaleUses(user.id, params.id)))
        throw new Problem('not_found', 'There is no such line.')
      return null
    },

    'GET /users/:id/app-passwords': async ({ params }) => {
      const user = await existing(needs, params.id)
      return await listOf(user.id, await needs.policy.of(user.id))
    },

    'DELETE /users/:id/app-passwords': async ({ caller, params }) => {
      const user = await existing(needs, params.id)
      return { ended: await revokeAllAppPasswords(needs, caller, user) }
    },

    'DELETE /users/:id/app-passwords/:appPasswordId': async ({ caller, params }) => {
      const user = await existing(needs, params.id)
      await revokeAppPassword(needs, caller, user, params.appPasswordId)
      return null
    },

    'GET /users/:id/stale-uses': async ({ params }) => {
      const user = await existing(needs, params.id)
      return await staleOf(user.id)
    },
  }
}

function view(
  row: AppPasswordRow,
  policy: Policy,
  clock: Clock,
): Answer<'GET /me/app-passwords/:id'> {
  const now = clock.now()
  const unused = unusedSince(
    { createdAt: row.created_at, lastUsedAt: row.last_used_at },
    policy,
    now,
  )
  return {
    id: row.id,
    name: row.name,
    application: row.application as Application,
    gateways: row.gateways.split(' ') as Gateway[],
    state: stateOf(row, unused, now),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUse:
      row.last_used_at === null
        ? null
        : {
            at: row.last_used_at,
            gateway: row.last_gateway as Gateway,
            client: row.last_client ?? '',
            ip: row.last_ip ?? '',
          },
  }
}

function stateOf(
  row: AppPasswordRow,
  unused: boolean,
  now: number,
): Answer<'GET /me/app-passwords/:id'>['state'] {
  if (row.expires_at <= now) return 'expired'
  if (unused) return 'unused'
  return row.frozen_at === null ? 'valid' : 'frozen'
}

function staleView(use: StaleUse): Answer<'GET /me/stale-uses'>[number] {
  return {
    appPasswordId: use.app_password_id,
    name: use.name,
    application: use.application as Application,
    ended: use.revoked_at === null ? 'expired' : 'revoked',
    endedAt: use.revoked_at ?? use.expires_at,
    ip: use.ip,
    client: use.client,
    gateway: use.gateway as Gateway,
    uses: use.uses,
    lastAt: use.last_at,
  }
}
