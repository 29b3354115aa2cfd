/**
 * API: one's own profile and main password.
 */
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { createRefused, opensByPolicy } from '#changes/app-passwords.ts'
import type { DoorNeeds } from '#changes/door.ts'
import { updateUser } from '#changes/users.ts'
import {
  APPLICATION_NAMES,
  gatewaysOf,
  type Application,
  type Gateway,
} from '#domain/app-password.ts'
import { usualTtl, type Policy } from '#domain/policy.ts'
import type { CurrentSession } from '#identity/browser-session.ts'
import { changeOwnPassword } from '#identity/main-password-change.ts'
import { passwordMinimum } from '#identity/main-password.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import type { AppPasswordNeeds } from './app-passwords.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { appliedTo } from './decisions.ts'
import { userById } from './users.ts'

type Names = 'GET /me' | 'PATCH /me' | 'PUT /me/password'

export type MeNeeds = DoorNeeds &
  Pick<AppPasswordNeeds, 'driveUrl' | 'mailDoors'> & { readonly identity: IdentityNeeds }

export function meHandlers(needs: MeNeeds): HandlersOf<Names> {
  return {
    'GET /me': async (current) => await profile(needs, current),

    'PATCH /me': async ({ caller, body, ...current }) => {
      await updateUser(needs, caller, current.user.id, body)
      return await profile(needs, current)
    },

    'PUT /me/password': async ({ body, origin, cookies, ...current }) => {
      const given = {
        current: new Secret(body.current),
        password: new Secret(body.password),
        deviceToken: origin.deviceToken,
      }
      const changed = await changeOwnPassword(needs.identity, current, given, origin)
      if (!changed.ok) throw new Problem('unauthenticated', 'The current password is not right.')
      cookies.setSession(changed.token)
      return null
    },
  }
}

async function profile(
  needs: MeNeeds,
  { user, policy, factors }: CurrentSession,
): Promise<Answer<'GET /me'>> {
  const view = await userById(needs, user.id)
  return {
    user: view,
    policy: {
      secondFactor: policy.second_factor,
      appCredentialsTtl: usualTtl(policy),
      appCredentialsTtlMin: policy.app_credentials_ttl_min,
      appCredentialsTtlMax: policy.app_credentials_ttl_max,
      appPasswordsMost: policy.app_passwords_per_person,
      gatewaysAllowed: [...policy.gateways_allowed],
      passwordMinimum: passwordMinimum(policy, factors.length),
      quotaBytes: view.quotaBytes ?? policy.drive_quota,
    },
    appPasswordsRefused: createRefused(policy, {
      secondFactors: factors.length,
      valid: view.appPasswords,
    }),
    driveUrl: needs.driveUrl,
    mailDoors: [...needs.mailDoors],
    groups: (await needs.store.tables.groups.ofUser(user.id)).map(({ id, name }) => ({ id, name })),
    decisions: await appliedTo(needs.store.tables, user.id),
    applications: presets(policy),
  }
}

const presets = (policy: Policy): Record<Application, Gateway[]> =>
  Object.fromEntries(
    APPLICATION_NAMES.map((one) => [one, opensByPolicy(gatewaysOf(one), policy)]),
  ) as Record<Application, Gateway[]>
