/**
 * API: providers, and OAuth 2 applications as administrators declare and try them.
 */
import {
  createApplication,
  deleteApplication,
  existingApplication,
  updateApplication,
} from '#changes/oauth-applications.ts'
import type { ApplicationNeeds } from '#changes/oauth-application-row.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import { checkApplication, type CheckNeeds } from '#vault/application-check.ts'
import { diagnosisOf, type Diagnosis } from '#vault/diagnosis.ts'
import { applicationPatient } from '#vault/patient.ts'
import { PROVIDERS, type Provider } from '#vault/providers.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /providers'
  | 'GET /oauth-applications'
  | 'POST /oauth-applications'
  | 'GET /oauth-applications/:id'
  | 'PATCH /oauth-applications/:id'
  | 'DELETE /oauth-applications/:id'
  | 'POST /oauth-applications/:id/test'

export type OAuthApplicationNeeds = ApplicationNeeds &
  CheckNeeds & {
    /** To register at the provider. */
    readonly redirectUrl: string
    /** Nothing old of these accounts is handed out any more. */
    readonly tokens: { changed(accountId: string): void }
  }

export function oauthApplicationHandlers(needs: OAuthApplicationNeeds): HandlersOf<Names> {
  const { oauthApplications, mailAccounts } = needs.store.tables
  const one = async (id: string): Promise<Answer<'GET /oauth-applications/:id'>> => {
    const row = await existingApplication(needs, id)
    const accounts = (await oauthApplications.accountCounts()).get(id) ?? 0
    return view(row, accounts, needs.redirectUrl)
  }

  return {
    'GET /providers': async () => PROVIDERS.map(providerView),

    'GET /oauth-applications': async () => {
      const counts = await oauthApplications.accountCounts()
      const rows = await oauthApplications.list()
      return rows.map((row) => view(row, counts.get(row.id) ?? 0, needs.redirectUrl))
    },

    'POST /oauth-applications': async ({ caller, body }) =>
      await one(await createApplication(needs, caller, body)),

    'GET /oauth-applications/:id': async ({ params }) => await one(params.id),

    'PATCH /oauth-applications/:id': async ({ caller, params, body }) => {
      await updateApplication(needs, caller, params.id, body)
      for (const { id } of await mailAccounts.list(params.id)) needs.tokens.changed(id)
      return await one(params.id)
    },

    'DELETE /oauth-applications/:id': async ({ caller, params }) => {
      await deleteApplication(needs, caller, params.id)
      return null
    },

    'POST /oauth-applications/:id/test': async ({ params }) => {
      const row = await existingApplication(needs, params.id)
      const checks = await checkApplication(needs, row, applicationPatient(row, needs.redirectUrl))
      return {
        checks: checks.map(({ check, ok, diagnosis }) => ({
          check,
          ok,
          diagnosis: diagnosisView(diagnosis),
        })),
      }
    },
  }
}

export type DiagnosisShown = Answer<'GET /mail-accounts/:id'>['diagnosis']

export const diagnosisView = (found: Diagnosis | null): DiagnosisShown =>
  found && {
    cause: found.cause,
    who: found.who,
    code: found.code,
    command: found.command,
    url: found.url,
  }

function view(
  row: OAuthApplicationRow,
  accounts: number,
  redirectUrl: string,
): Answer<'GET /oauth-applications/:id'> {
  return {
    id: row.id,
    identifier: row.identifier,
    designation: row.designation,
    provider: row.provider,
    cloud: row.cloud,
    tenantId: row.tenant_id,
    clientId: row.client_id,
    clientProof: row.client_proof as 'secret' | 'certificate' | 'none',
    secretSetAt: row.secret_set_at,
    secretExpiresAt: row.secret_expires_at,
    certificateThumbprint: row.certificate_thumbprint,
    certificateExpiresAt: row.certificate_expires_at,
    rootUrl: row.root_url,
    scopes: row.scopes,
    appOnly: row.app_only === 1,
    overrides: JSON.parse(row.overrides) as Record<string, string | number>,
    redirectUrl,
    comments: row.comments,
    alarm: diagnosisView(diagnosisOf(row.alarm, applicationPatient(row, redirectUrl))),
    alarmAt: row.alarm_at,
    accounts,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

function providerView({
  id,
  label,
  clouds,
  needsTenant,
}: Provider): Answer<'GET /providers'>[number] {
  const [first] = clouds
  return {
    id,
    label,
    clouds: clouds.map((cloud) => ({
      id: cloud.id,
      label: cloud.label,
      rootUrl: cloud.rootUrl,
      scopes: cloud.scopes.join(' '),
      appOnlyScopes: cloud.appOnlyScopes.join(' '),
      hosts: cloud.hosts,
    })),
    needsTenant,
    device: first.endpoints.device !== null,
    appOnly: clouds.some((cloud) => cloud.appOnlyScopes.length > 0),
    scopes: first.scopes.join(' '),
    appOnlyScopes: first.appOnlyScopes.join(' '),
    hosts: first.hosts,
  }
}
