/**
 * API: everything that is kept about a person, in the shapes in which the profile shows it.
 */
import { change, type DoorNeeds } from '#changes/door.ts'
import { keptIn } from '#changes/scim/person-resource.ts'
import type { AuditRow } from '#domain/audit.ts'
import { auditView } from './audit.ts'
import type { Call, Handlers, HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

const MOST_AUDIT = 10_000

/** The calls whose answers it is made of. */
type Own = Pick<
  Handlers,
  | 'GET /me'
  | 'GET /me/identity'
  | 'GET /me/second-factors'
  | 'GET /me/sessions'
  | 'GET /me/devices'
  | 'GET /me/app-passwords'
  | 'GET /me/stale-uses'
  | 'GET /me/mailboxes'
  | 'GET /me/notices'
>

export function ownDataHandlers(needs: DoorNeeds, own: Own): HandlersOf<'GET /me/export'> {
  return {
    'GET /me/export': async (call) => {
      const { user, caller } = call
      const said = {
        action: 'user.export',
        target: { kind: 'user', id: user.id, name: user.name },
        owner: user.id,
      } as const
      await change(needs, caller, said, async () => {})
      const { audit, groups, identities } = needs.store.tables
      const at = await identities.ofUser(user.id)
      return {
        exportedAt: needs.clock.now(),
        profile: await own['GET /me'](call),
        identity: await own['GET /me/identity'](call),
        scim: (at && keptIn(at)) as Answer<'GET /me/export'>['scim'],
        groups: (await groups.ofUser(user.id)).map(({ name }) => name),
        secondFactors: await own['GET /me/second-factors'](call),
        sessions: await own['GET /me/sessions'](call),
        devices: await own['GET /me/devices'](call),
        appPasswords: await own['GET /me/app-passwords'](call),
        staleUses: await own['GET /me/stale-uses'](call),
        mailboxes: await own['GET /me/mailboxes'](call),
        notices: await own['GET /me/notices'](call),
        audit: (await audit.list({ user: user.id, appPasswordsToo: true }, MOST_AUDIT)).map((row) =>
          auditView(asTheirs(row, user)),
        ),
      }
    },
  }
}

/** From where others did something is their own. */
function asTheirs(row: AuditRow, { id }: Call<'GET /me/export'>['user']): AuditRow {
  return row.actor.id === id ? row : { ...row, ip: null, client: null }
}
