/**
 * API: groups, what they and persons decide, and "What if".
 */
import { invalid, Problem } from '#base/problem.ts'
import type { CurrentPolicy } from '#changes/current-policy.ts'
import {
  addToGroup,
  createGroup,
  deleteGroup,
  existingGroup,
  removeFromGroup,
  updateGroup,
} from '#changes/groups.ts'
import { changePolicy, type PolicyNeeds } from '#changes/policy.ts'
import { existing } from '#changes/users.ts'
import { whatIf, type CutOff } from '#changes/what-if.ts'
import type { Gateway } from '#domain/app-password.ts'
import type { GovernedBy } from '#store/governed.ts'
import type { Store } from '#store/store.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { decisionsOf, groupViews, oneGroup } from './decisions.ts'

type Names =
  | 'GET /groups'
  | 'POST /groups'
  | 'GET /groups/:id'
  | 'PATCH /groups/:id'
  | 'DELETE /groups/:id'
  | 'PUT /groups/:id/members/:userId'
  | 'DELETE /groups/:id/members/:userId'
  | 'GET /users/:id/groups'
  | 'GET /groups/:id/policy'
  | 'PATCH /groups/:id/policy'
  | 'GET /users/:id/policy'
  | 'PATCH /users/:id/policy'
  | 'POST /policy/what-if'

export type PolicyHandlerNeeds = Omit<PolicyNeeds, 'store' | 'policy'> & {
  readonly store: PolicyNeeds['store'] & Pick<Store, 'credentials'>
  readonly policy: Pick<CurrentPolicy, 'changed'>
}

export function policyHandlers(needs: PolicyHandlerNeeds): HandlersOf<Names> {
  const { tables } = needs.store
  const one = async (id: string): Promise<Answer<'GET /groups/:id'>> => await oneGroup(tables, id)
  /** Each looks at everybody: one at a time on a node. */
  let asking = false

  return {
    'GET /groups': async () => await groupViews(tables),

    'POST /groups': async ({ caller, body }) =>
      await one((await createGroup(needs, caller, body.name)).id),

    'GET /groups/:id': async ({ params }) => await one(params.id),

    'PATCH /groups/:id': async ({ caller, params, body }) => {
      await updateGroup(needs, caller, params.id, body)
      needs.policy.changed()
      return await one(params.id)
    },

    'DELETE /groups/:id': async ({ caller, params }) => {
      await deleteGroup(needs, caller, params.id)
      needs.policy.changed()
      return null
    },

    'PUT /groups/:id/members/:userId': async ({ caller, params }) => {
      await addToGroup(needs, caller, params.id, params.userId)
      return await one(params.id)
    },

    'DELETE /groups/:id/members/:userId': async ({ caller, params }) => {
      await removeFromGroup(needs, caller, params.id, params.userId)
      return await one(params.id)
    },

    'GET /users/:id/groups': async ({ params }) => {
      const user = await existing(needs, params.id)
      const own = new Set((await tables.groups.ofUser(user.id)).map(({ id }) => id))
      return (await groupViews(tables)).filter(({ id }) => own.has(id))
    },

    'GET /groups/:id/policy': async ({ params }) => {
      await existingGroup(needs, params.id)
      return await decisionsOf(tables, { level: 'group', id: params.id })
    },

    'PATCH /groups/:id/policy': async ({ caller, params, body }) => {
      await changePolicy(needs, caller, { level: 'group', id: params.id }, body)
      return await decisionsOf(tables, { level: 'group', id: params.id })
    },

    'GET /users/:id/policy': async ({ params }) => {
      await existing(needs, params.id)
      return await decisionsOf(tables, { level: 'person', id: params.id })
    },

    'PATCH /users/:id/policy': async ({ caller, params, body }) => {
      await changePolicy(needs, caller, { level: 'person', id: params.id }, body)
      return await decisionsOf(tables, { level: 'person', id: params.id })
    },

    'POST /policy/what-if': async ({ body: { level, targetId, ...wanted } }) => {
      const by = await governedBy(needs, level, targetId)
      if (asking) throw new Problem('busy', 'Somebody else asks the same just now.')
      asking = true
      try {
        return cutOffView(await whatIf(needs, by, wanted))
      } finally {
        asking = false
      }
    },
  }
}

/** @throws Problem `invalid`, `not_found` */
async function governedBy(
  needs: Pick<PolicyHandlerNeeds, 'store'>,
  level: GovernedBy['level'],
  id: string | undefined,
): Promise<GovernedBy> {
  if (level === 'everybody') return { level }
  if (id === undefined) throw invalid('targetId', 'needed', 'Say which group or person.')
  if (level === 'group') await existingGroup(needs, id)
  else await existing(needs, id)
  return { level, id }
}

function cutOffView({
  people,
  appPasswords,
  connections,
  ...rest
}: CutOff): Answer<'POST /policy/what-if'> {
  return {
    ...rest,
    people: {
      total: people.total,
      shown: people.shown.map((one) => ({
        id: one.id,
        name: one.name,
        displayName: one.display_name,
        lastSignInAt: one.last_sign_in_at,
      })),
    },
    appPasswords: {
      total: appPasswords.total,
      shown: appPasswords.shown.map(({ id, name, owner, gateways, reason, lastUse }) => ({
        id,
        name,
        userId: owner.id,
        userName: owner.name,
        gateways: [...gateways],
        reason,
        lastUse: lastUse && {
          at: lastUse.last_used_at ?? 0,
          gateway: lastUse.last_gateway as Gateway,
          client: lastUse.last_client ?? '',
          ip: lastUse.last_ip ?? '',
        },
      })),
    },
    connections: {
      total: connections.total,
      shown: connections.shown.map((one) => ({
        id: one.id,
        userId: one.user_id,
        appPasswordName: one.app_password_name,
        gateway: one.gateway as Gateway,
        client: one.client,
        ip: one.ip,
        openedAt: one.opened_at,
      })),
    },
  }
}
