import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { CAUSE_NAMES, CAUSES, prescription, type Cause } from './cause.ts'
import { diagnose, diagnosisOf, reasonOf, type Answer } from './diagnosis.ts'
import { ENTRA_CODES } from './entra-codes.ts'

/** An answer of Entra as it comes: the number in the list and in front of the sentence. */
const entra = (error: string, code: number, status = 400): Answer => ({
  status,
  error,
  codes: [code],
  description: `AADSTS${code}: a sentence. Trace ID: 0c8e Correlation ID: 1f Timestamp: 2026-11-20`,
})

type Case = [Answer, ReturnType<typeof diagnose>['kind'], Cause]
const CAPTURED: Record<string, Case> = {
  'a second factor is asked for': [
    entra('invalid_grant', 50076),
    'definite',
    'second_factor_needed',
  ],
  'the same, said as interaction_required': [
    entra('interaction_required', 50076),
    'passing',
    'second_factor_needed',
  ],
  'sessions were revoked': [entra('invalid_grant', 50173), 'definite', 'grant_revoked'],
  '90 days without use': [entra('invalid_grant', 700082), 'definite', 'token_expired'],
  'a sign-in frequency': [entra('invalid_grant', 70043), 'definite', 'sign_in_frequency'],
  'a single-page redirect': [entra('invalid_grant', 700084), 'definite', 'spa_token_expired'],
  'consent was taken back': [entra('invalid_grant', 65001), 'definite', 'consent_missing'],
  'a code was used twice': [entra('invalid_grant', 54005), 'definite', 'code_spent'],
  'a user is not assigned': [entra('invalid_grant', 50105), 'passing', 'user_not_assigned'],
  'a user is disabled': [entra('invalid_grant', 50057), 'passing', 'user_disabled'],
  'conditional access blocks': [entra('invalid_grant', 53003), 'passing', 'policy_blocks'],
  'a secret has ended': [entra('invalid_client', 7000222, 401), 'application', 'secret_expired'],
  'a secret is wrong': [entra('invalid_client', 7000215, 401), 'application', 'secret_wrong'],
  'the application is unknown': [
    entra('unauthorized_client', 700016),
    'application',
    'application_unknown',
  ],
  'an assertion is not valid': [
    entra('invalid_client', 700027, 401),
    'application',
    'assertion_wrong',
  ],
  'scopes of two audiences': [entra('invalid_scope', 28002), 'application', 'scopes_wrong'],
  'an unknown number counts as its error': [entra('invalid_grant', 999), 'definite', 'grant_over'],
  'the number stands in the sentence only': [
    { status: 400, error: 'invalid_grant', description: 'AADSTS700082: The refresh token…' },
    'definite',
    'token_expired',
  ],
  'a number in the middle of a sentence is no number': [
    { status: 400, error: 'invalid_grant', description: 'Not AADSTS7000222.' },
    'definite',
    'grant_over',
  ],
  'Google: revoked': [
    {
      status: 400,
      error: 'invalid_grant',
      description: 'Token has been expired or revoked.',
    },
    'definite',
    'grant_over',
  ],
  'Google: the client is gone': [
    { status: 401, error: 'deleted_client' },
    'application',
    'application_unknown',
  ],
  'Google: a policy of the organisation': [
    { status: 400, error: 'admin_policy_enforced' },
    'passing',
    'policy_blocks',
  ],
  'any: wrong client': [{ status: 401, error: 'invalid_client' }, 'application', 'client_refused'],
  'any: temporarily unavailable': [
    { status: 400, error: 'temporarily_unavailable' },
    'passing',
    'provider_down',
  ],
  'any: 401 without a word': [{ status: 401 }, 'passing', 'answer_strange'],
  'any: 200 without a token': [{ status: 200 }, 'passing', 'answer_strange'],
  'any: a redirect': [{ status: 302 }, 'passing', 'answer_strange'],
  'any: 500': [{ status: 500 }, 'passing', 'provider_down'],
  'any: 503 that says invalid_grant': [
    { status: 503, error: 'invalid_grant' },
    'passing',
    'provider_down',
  ],
  'any: 429 that says invalid_grant': [
    { status: 429, error: 'invalid_grant' },
    'passing',
    'throttled',
  ],
  'an error that nobody has heard of': [
    { status: 400, error: 'spice_melange_missing' },
    'passing',
    'answer_strange',
  ],
  'HTML with status 200': [{ failure: 'not_json' }, 'passing', 'not_json'],
  'an empty body': [{ failure: 'empty' }, 'passing', 'empty'],
  'no address': [{ failure: 'dns' }, 'passing', 'dns'],
}

describe('the error doctor', () => {
  for (const [name, [answer, kind, cause]] of Object.entries(CAPTURED))
    it(name, () => {
      const found = diagnose(answer)
      assert.deepEqual([found.kind, found.cause], [kind, cause])
    })

  it('ends a grant for nothing but invalid_grant, whatever the number', () => {
    for (const number of ENTRA_CODES)
      for (const error of [
        'interaction_required',
        'temporarily_unavailable',
        'invalid_request',
        '',
      ])
        assert.notEqual(diagnose(entra(error, number)).kind, 'definite', `${error} ${number}`)
    for (const number of ENTRA_CODES)
      for (const status of [429, 500, 502, 503])
        assert.equal(diagnose(entra('invalid_grant', number, status)).kind, 'passing')
  })

  it('waits as long as it is told, and five minutes where Entra sees a loop', () => {
    assert.equal(diagnose({ status: 429, retryAfterMs: 7000 }).retryAfterMs, 7000)
    assert.equal(diagnose(entra('invalid_grant', 50196)).retryAfterMs, 5 * MINUTE)
    const long = { ...entra('invalid_grant', 50196), retryAfterMs: 9 * MINUTE }
    assert.equal(diagnose(long).retryAfterMs, 9 * MINUTE)
  })

  it('is written down as two words and read back', () => {
    for (const cause of CAUSE_NAMES)
      for (const said of [null, 'AADSTS1', '535 5.7.139']) {
        const read = diagnosisOf(reasonOf({ cause, code: said }))
        assert.deepEqual([read?.cause, read?.code, read?.kind], [cause, said, CAUSES[cause].kind])
      }
    assert.equal(diagnosisOf(null), null)
    assert.equal(diagnosisOf('toString x')?.cause, 'answer_strange')
  })

  it('keeps no sentence and no markup of the provider', () => {
    const html = '<img src=x onerror=alert(1)>'
    const found = diagnose({ status: 400, error: html, description: html })
    assert.ok(!JSON.stringify(found).includes('<'))
    assert.deepEqual([found.cause, found.code], ['answer_strange', '400'])
  })
})

describe('what the error doctor prescribes', () => {
  const patient = {
    email: 'ada@example.test',
    clientId: '6c0e',
    tenantId: 'example.test',
    rootUrl: 'https://login.microsoftonline.com/',
    redirectUrl: 'https://me.example/oauth/callback',
  }

  it('is complete, or is not there', () => {
    for (const cause of CAUSE_NAMES) {
      const { command, url } = prescription(cause, patient)
      assert.ok(!/[{}]/.test(`${command}${url}`), cause)
      const without = prescription(cause, {})
      assert.ok(!/[{}]|undefined/.test(`${without.command}${without.url}`), cause)
    }
    assert.equal(prescription('secret_expired', {}).command, null)
    assert.equal(
      prescription('smtp_off_for_tenant', {}).command,
      'Set-TransportConfig -SmtpClientAuthenticationDisabled $false',
    )
    assert.equal(
      prescription('consent_missing', patient).url,
      'https://login.microsoftonline.com/example.test/v2.0/adminconsent?client_id=6c0e&scope=.default&redirect_uri=https%3A%2F%2Fme.example%2Foauth%2Fcallback',
    )
  })

  it('is one argument, whatever was typed as an e-mail', () => {
    const command = (email: string): string | null =>
      prescription('smtp_off_for_mailbox', { email }).command
    const around = (text: string): string =>
      `Set-CASMailbox -Identity ${text} -SmtpClientAuthenticationDisabled $false`
    assert.equal(command('ada@example.test'), around('ada@example.test'))
    assert.equal(command('$(calc)@x'), around("'$(calc)@x'"))
    assert.equal(command("o'neil@x"), around("'o''neil@x'"))
    assert.equal(command('o\u2019;calc@x'), around("'o\u2019\u2019;calc@x'"))
  })
})
