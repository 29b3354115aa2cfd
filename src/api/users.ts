/**
 * API: users, as administrators see and change them.
 */
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { DoorNeeds } from '#changes/door.ts'
import {
  createUser,
  deleteUser,
  disableUser,
  enableUser,
  endSessions,
  existing,
  resetSecondFactors,
  updateUser,
} from '#changes/users.ts'
import { livenessRefusal } from '#domain/identity-provider.ts'
import type { Language } from '#domain/user.ts'
import type { UserSummary } from '#store/users.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { factorView } from './factor-view.ts'
import { sessionViews } from './sessions.ts'

type Names =
  | 'GET /users'
  | 'POST /users'
  | 'GET /users/:id'
  | 'PATCH /users/:id'
  | 'DELETE /users/:id'
  | 'POST /users/:id/disable'
  | 'POST /users/:id/enable'
  | 'GET /users/:id/second-factors'
  | 'DELETE /users/:id/second-factors'
  | 'GET /users/:id/sessions'
  | 'DELETE /users/:id/sessions'

export function userHandlers(needs: DoorNeeds): HandlersOf<Names> {
  const { clock, store } = needs
  const one = async (id: string): Promise<Answer<'GET /users/:id'>> => await userById(needs, id)

  return {
    'GET /users': async ({ query }) => {
      const { rows, total } = await store.tables.users.list(
        query,
        { by: query.sort, direction: query.order },
        { offset: (query.page - 1) * query.size, size: query.size },
        clock.now(),
      )
      return { rows: rows.map((row) => userView(row, clock.now())), total }
    },

    'POST /users': async ({ caller, body }) =>
      await one((await createUser(needs, caller, body)).id),

    'GET /users/:id': async ({ params }) => await one(params.id),

    'PATCH /users/:id': async ({ caller, params, body }) => {
      await updateUser(needs, caller, params.id, body)
      return await one(params.id)
    },

    'DELETE /users/:id': async ({ caller, params }) => {
      await deleteUser(needs, caller, params.id)
      return null
    },

    'POST /users/:id/disable': async ({ caller, params }) => {
      await disableUser(needs, caller, params.id)
      return await one(params.id)
    },

    'POST /users/:id/enable': async ({ caller, params }) => {
      await enableUser(needs, caller, params.id)
      return await one(params.id)
    },

    'GET /users/:id/second-factors': async ({ params }) => {
      const user = await existing(needs, params.id)
      return (await store.tables.secondFactors.listOf(user.id)).map(factorView)
    },

    'DELETE /users/:id/second-factors': async ({ caller, params }) => {
      await resetSecondFactors(needs, caller, params.id)
      return null
    },

    'GET /users/:id/sessions': async ({ params }) => {
      const user = await existing(needs, params.id)
      return sessionViews(await store.tables.sessions.listOf(user.id, clock.now()), null)
    },

    'DELETE /users/:id/sessions': async ({ caller, params }) => {
      await endSessions(needs, caller, await existing(needs, params.id), {})
      return null
    },
  }
}

/** @throws Problem `not_found` */
export async function userById(
  { store, clock }: { store: DoorNeeds['store']; clock: Clock },
  id: string,
): Promise<Answer<'GET /users/:id'>> {
  const user = await store.tables.users.summary(id, clock.now())
  if (!user) throw new Problem('not_found', 'There is no such user.')
  return userView(user, clock.now())
}

const LIVENESS = {
  identity_frozen: 'frozen',
  identity_unconfirmed: 'unconfirmed',
} as const

function livenessOf(user: UserSummary, now: number): Answer<'GET /users/:id'>['liveness'] {
  if (user.source === 'local') return null
  const known = user.identity_state && {
    state: user.identity_state,
    aliveUntil: user.identity_alive_until ?? 0,
  }
  const refusal = livenessRefusal(user.source, known, now)
  return refusal === null ? 'alive' : LIVENESS[refusal]
}

function userView(user: UserSummary, now: number): Answer<'GET /users/:id'> {
  return {
    id: user.id,
    name: user.name,
    displayName: user.display_name,
    email: user.email,
    role: user.role,
    state: user.state,
    language: user.language as Language,
    source: user.source,
    sourceName: user.provider_name,
    liveness: livenessOf(user, now),
    secondFactors: user.second_factors,
    secondFactorRequired: user.required,
    factorsAgainAt: user.factors_again_at,
    recoveryCodes: user.recovery_codes,
    appPasswords: user.app_passwords,
    nextExpiry: user.next_expiry,
    lastSignInAt: user.last_sign_in_at,
    quotaBytes: user.quota_bytes,
    usedBytes: user.used_bytes,
    createdAt: user.created_at,
    createdBy: user.created_by,
    updatedAt: user.updated_at,
    updatedBy: user.updated_by,
  }
}
