/**
 * Trying an OAuth 2 application: may its addresses be asked, does the provider describe itself, does
 * it take the client. No token of any account is used.
 */
import { SECOND, type Clock, type Entropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import { isTenantId, type OAuthClient } from './client.ts'
import type { Patient } from './cause.ts'
import { diagnose, diagnosis, type Diagnosis } from './diagnosis.ts'
import { OutboundError, type Outbound } from './outbound.ts'
import { readTokenAnswer, tokenRequest } from './token-endpoint.ts'

export type Check = {
  readonly check: 'addresses' | 'discovery' | 'client'
  readonly ok: boolean
  readonly diagnosis: Diagnosis | null
}
export type CheckNeeds = {
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
  /** Name of a mail server → its address; throws where it may not be connected to. */
  readonly addressOf: (host: string) => Promise<string>
  readonly discover: (issuer: string) => Promise<unknown>
  readonly outbound: Outbound
  readonly clock: Clock
  readonly entropy: Entropy
}

const TIMEOUT = 10 * SECOND

/** Stops at the first that fails: what comes after would fail for the same reason. */
export async function checkApplication(
  needs: CheckNeeds,
  row: OAuthApplicationRow,
  patient: Patient,
): Promise<Check[]> {
  const checks: Check[] = []
  let client: OAuthClient | null = null
  const steps: [Check['check'], () => Promise<Diagnosis | null>][] = [
    [
      'addresses',
      async () => {
        client = await needs.clientOf(row)
        const hosts = client.hosts ? Object.values(client.hosts) : []
        for (const host of new Set(hosts.map((one) => one.host))) await needs.addressOf(host)
        return null
      },
    ],
    [
      'discovery',
      async () => {
        const issuer = client?.endpoints.issuer ?? null
        // Where any tenant signs in, or it is written as a domain, the token alone names the issuer.
        const known = client?.provider.needsTenant !== true || isTenantId(row.tenant_id)
        if (issuer !== null && client?.provider.describesItself === true && known)
          await needs.discover(issuer)
        return null
      },
    ],
    ['client', async () => (client ? await tryClient(needs, client, patient) : null)],
  ]
  for (const [check, run] of steps) {
    const found = await run().catch((thrown: unknown) => fault(thrown, patient))
    checks.push({ check, ok: found === null, diagnosis: found })
    if (found) break
  }
  return checks
}

/**
 * An application of its own asks for its token. Any other shows a refresh token that there is not:
 * a provider that takes the client says that of the token, and one that does not, of the client.
 */
async function tryClient(
  needs: CheckNeeds,
  client: OAuthClient,
  patient: Patient,
): Promise<Diagnosis | null> {
  const parameters: Record<string, string> = client.appOnly
    ? { grant_type: 'client_credentials', scope: client.scopes.mail.join(' ') }
    : {
        grant_type: 'refresh_token',
        refresh_token: needs.entropy(32).toString('base64url'),
        scope: client.scopes.mail.join(' '),
      }
  const request = tokenRequest(client, parameters, needs)
  const answer = await readTokenAnswer(await needs.outbound(request, { timeoutMs: TIMEOUT }))
  if (answer.ok) return null
  const found = diagnose(answer.answer, patient)
  const ofToken = 'error' in answer.answer && answer.answer.error === 'invalid_grant'
  return !client.appOnly && ofToken && found.kind !== 'application' ? null : found
}

function fault(thrown: unknown, patient: Patient): Diagnosis {
  if (thrown instanceof OutboundError) return diagnose({ failure: thrown.failure }, patient)
  if (thrown instanceof Problem) return diagnosis('answer_strange', null, { patient })
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
  if (code === 'NOT_ALLOWED') return diagnose({ failure: 'not_allowed' }, patient)
  if (thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'getaddrinfo')
    return diagnose({ failure: 'dns' }, patient)
  throw thrown
}
