/**
 * Whom the error doctor is asked about: an application, or one account of it.
 */
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Patient } from './cause.ts'

type Application = Pick<OAuthApplicationRow, 'client_id' | 'tenant_id' | 'root_url'>

export const applicationPatient = (row: Application, redirectUrl: string): Patient => ({
  clientId: row.client_id,
  tenantId: row.tenant_id,
  rootUrl: row.root_url,
  redirectUrl,
})

export const accountPatient = (
  account: Pick<MailAccountRow, 'email'>,
  application: Application,
  redirectUrl: string,
): Patient => ({ ...applicationPatient(application, redirectUrl), email: account.email })
