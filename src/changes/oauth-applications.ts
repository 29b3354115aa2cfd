/**
 * Changes to OAuth 2 applications: declare, change, delete.
 *
 * Secrets are written and never shown; what is typed anew is named in the audit, not shown there.
 * Refresh tokens belong to the client, tenant and token address that gave them. A change of one of
 * these ends the tokens of the accounts, and is refused until the caller says that this is meant:
 * so neither a token nor a secret ever goes to an address that it was not given for.
 */
import { invalid, Problem } from '#base/problem.ts'
import { identifier } from '#domain/identifier.ts'
import { oidcConfig } from '#identity/outside/provider-config.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import { change, nameOf, type Caller, type Change, type DoorNeeds } from './door.ts'
import { letsAnybodyIn } from './identity-provider-row.ts'
import {
  blankApplication,
  boundFields,
  filled,
  shownOf,
  type ApplicationNeeds,
  type ApplicationTyped,
} from './oauth-application-row.ts'

export type NewApplication = ApplicationTyped & {
  readonly identifier: string
  readonly provider: string
}

/** @throws Problem `invalid`, `conflict` (field identifier, `taken`) */
export async function createApplication(
  needs: ApplicationNeeds,
  caller: Caller,
  typed: NewApplication,
): Promise<string> {
  const stamp = { at: needs.clock.now(), by: nameOf(caller) }
  const blank = blankApplication(needs.newId(), identifier(typed.identifier), typed.provider, stamp)
  const row = filled(needs, blank, { clientId: '', ...typed }, stamp)
  const said = { ...about('oauth_application.create', row), details: shownOf(row) }
  await change(needs, caller, said, async (tables) => {
    if (await tables.oauthApplications.findByKey(row.identifier_key))
      throw new Problem('conflict', `There is an OAuth 2 application "${row.identifier}".`, {
        fields: [{ field: 'identifier', fault: 'taken' }],
      })
    await tables.oauthApplications.insert(row)
  })
  return row.id
}

/**
 * @throws Problem `invalid`, `not_found`, `conflict` (field, `ends_tokens`, and the accounts) when
 *   tokens would end and `endTokens` was not said
 */
export async function updateApplication(
  needs: ApplicationNeeds,
  caller: Caller,
  id: string,
  typed: ApplicationTyped,
): Promise<void> {
  const before = await existingApplication(needs, id)
  const after = filled(needs, before, typed, { at: needs.clock.now(), by: nameOf(caller) })
  const ends = boundFields(before, after)
  const said = {
    ...about('oauth_application.update', before),
    details: { ...changed(before, after), ...(ends.length > 0 ? { ends_tokens: true } : {}) },
  }
  await change(needs, caller, said, async (tables) => {
    const held = (await tables.mailAccounts.list(id)).filter(hasToken)
    const [field] = ends
    for (const one of await tables.identityProviders.ofApplication(id))
      if (letsAnybodyIn(oidcConfig(one), after))
        throw invalid(
          'tenantId',
          'concrete',
          `People sign in by it: name the organisations at ${one.name} first.`,
        )
    if (field !== undefined && held.length > 0 && typed.endTokens !== true)
      throw endsTokens(field, held)
    // The provider's word about the client before is no word about the one that it is now.
    const open = { alarm: null, alarm_at: null, closed_until: 0, failures: 0 }
    const { id: _, ...values } = after
    await tables.oauthApplications.update(id, { ...values, ...open })
    // What people are asked about by goes nowhere else either; their next sign-in brings it anew.
    if (field !== undefined) await tables.identities.forgetTokens(id)
    if (field !== undefined)
      for (const account of held) await tables.tokenGrants.end(account.id, needs.clock.now())
    else await tables.tokenGrants.dueAgain(id, needs.clock.now())
  })
}

/** @throws Problem `not_found`, `conflict` that names the accounts which use it */
export async function deleteApplication(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
): Promise<void> {
  const row = await existingApplication(needs, id)
  await change(needs, caller, about('oauth_application.delete', row), async (tables) => {
    const users = await tables.mailAccounts.list(id)
    if (users.length > 0)
      throw new Problem('conflict', `Mail accounts use it: ${names(users)}. Delete them first.`, {
        fields: [{ field: 'accounts', fault: 'in_use', suggestion: names(users) }],
      })
    const [provider] = await tables.identityProviders.ofApplication(id)
    if (provider)
      throw new Problem('conflict', `People sign in by it: ${provider.name}. Delete that first.`, {
        fields: [{ field: 'identityProviders', fault: 'in_use', suggestion: provider.name }],
      })
    await tables.oauthApplications.delete(id)
  })
}

/** @throws Problem `not_found` */
export async function existingApplication(
  { store }: Pick<DoorNeeds, 'store'>,
  id: string,
): Promise<OAuthApplicationRow> {
  const row = await store.tables.oauthApplications.find(id)
  if (!row) throw new Problem('not_found', 'There is no such OAuth 2 application.')
  return row
}

/** What would stop working, as a conflict that the caller can answer with `endTokens`. */
export function endsTokens(field: string, accounts: readonly MailAccountRow[]): Problem {
  return new Problem(
    'conflict',
    `This ends the tokens of ${names(accounts)}: Init. Token has to be run again for each. Repeat the request with endTokens if that is meant.`,
    { fields: [{ field, fault: 'ends_tokens', suggestion: names(accounts) }] },
  )
}

/** At most ten by name. */
function names(accounts: readonly Pick<MailAccountRow, 'identifier'>[]): string {
  const shown = accounts.slice(0, 10).map(({ identifier: name }) => name)
  const more = accounts.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

export const hasToken = (row: MailAccountRow): boolean => row.refresh_token !== null

function changed(before: OAuthApplicationRow, after: OAuthApplicationRow): Change['details'] {
  const [old, next] = [shownOf(before), shownOf(after)]
  return Object.fromEntries(Object.entries(next).filter(([name, value]) => old[name] !== value))
}

const about = (
  action: Change['action'],
  row: Pick<OAuthApplicationRow, 'id' | 'identifier'>,
): Change => ({
  action,
  target: { kind: 'oauth_application', id: row.id, name: row.identifier },
})
