import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, HOUR } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { MailAccountRow } from '#store/schema.ts'
import { changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { applicationRow, newId } from '../../test/support/rows.ts'
import { accountRow } from '../../test/support/sealed.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { addForecastNotices } from './forecast-notices.ts'
import { renewalLinks, type Renewal } from './renewal-links.ts'
import { forgetWhatEnded } from './forget.ts'
import { forecast } from './token-forecast.ts'

forEachStore((_, open) => {
  const tables = (bench: ChangeBench) => bench.store.tables
  const notices = async (bench: ChangeBench): Promise<string[]> => {
    await addForecastNotices({ ...bench.needs, tables: tables(bench) })
    const rows = await tables(bench).notices.listAll(200)
    return rows.map(({ kind, user_name: name, params }) => {
      const { identifier, days } = JSON.parse(params) as { identifier: string; days: number }
      return `${name} ${kind} ${identifier} ${days}`
    })
  }
  const account = async (
    bench: ChangeBench,
    more: Partial<MailAccountRow>,
  ): Promise<MailAccountRow> => {
    const application = applicationRow(`app-${newId()}`)
    await tables(bench).oauthApplications.insert(application)
    const row = accountRow(application.id, { identifier: 'alice', ...more })
    await tables(bench).mailAccounts.insert(row)
    return row
  }

  describe('the forecast', () => {
    it('has what ends, the next first, and consent that is over', async () => {
      await using bench = await changeBench(open)
      const now = bench.clock.now()
      const application = applicationRow('Contoso', { secret_expires_at: now + 5 * DAY })
      await tables(bench).oauthApplications.insert(application)
      await tables(bench).oauthApplications.insert(
        applicationRow('Cert', { certificate_expires_at: now + 40 * DAY }),
      )
      await account(bench, {
        refresh_token: Buffer.from('x'),
        refresh_expires_at: now + 20 * DAY,
      })
      await account(bench, { identifier: 'over', state: 'reconsent', state_at: now - DAY })
      await account(bench, { identifier: 'off', state: 'disabled', refresh_expires_at: now + DAY })
      assert.deepEqual(
        (await forecast(tables(bench))).map(({ what, identifier, given }) => [
          what,
          identifier,
          given,
        ]),
        [
          ['consent', 'over', true],
          ['client_secret', 'Contoso', true],
          ['refresh_token', 'alice', false],
          ['certificate', 'Cert', true],
        ],
      )
    })

    it('is told to administrators and to those who use the mailbox, each once a step', async () => {
      await using bench = await changeBench(open)
      const now = bench.clock.now()
      const bert = await bench.add('bert')
      await bench.add('carl')
      await tables(bench).oauthApplications.insert(
        applicationRow('Contoso', { secret_set_at: 0, secret_expires_at: now + 40 * DAY }),
      )
      const row = await account(bench, {
        refresh_token: Buffer.from('x'),
        refresh_issued_at: 0,
        refresh_expires_at: now + 14 * DAY,
      })
      await tables(bench).mailAccounts.setUsers(row.id, [bert.id])
      const first = ['ada token_ends alice 14', 'bert token_ends alice 14']
      assert.deepEqual((await notices(bench)).toSorted(), first)
      bench.clock.advance(HOUR)
      assert.deepEqual((await notices(bench)).toSorted(), first)
      bench.clock.advance(12 * DAY)
      assert.deepEqual((await notices(bench)).filter((one) => !first.includes(one)).toSorted(), [
        'ada secret_ends Contoso 30',
        'ada token_ends alice 7',
        'bert token_ends alice 7',
      ])
    })
  })

  describe('a renewal link', () => {
    const needs = (bench: ChangeBench) => ({
      ...bench.needs,
      origin: 'https://p.example',
      redirectUrl: 'https://p.example/oauth/callback',
    })
    const sent = async (bench: ChangeBench, taken = true): Promise<Renewal[]> => {
      const all: Renewal[] = []
      await renewalLinks(needs(bench), bench.ada, async (renewal) => {
        all.push(renewal)
        return taken
      })
      return all
    }

    it('goes to the owner at once when consent is over, and once', async () => {
      await using bench = await changeBench(open)
      const over = { state: 'reconsent', state_reason: 'token_expired AADSTS700082' }
      const row = await account(bench, { ...over, state_at: bench.clock.now() })
      const [mail, ...others] = await sent(bench)
      assert.deepEqual(others, [])
      assert.deepEqual([mail?.why, mail?.email], ['over', 'alice@example.test'])
      const [url, token = ''] = (mail?.url.reveal() ?? '').split('#')
      assert.equal(url, 'https://p.example/renew')
      const hash = bench.needs.keyring.hash('token-init', new Secret(token))
      const init = await tables(bench).tokenInits.find([hash])
      assert.deepEqual([init?.account_id, init?.kind], [row.id, 'link'])
      assert.deepEqual(await sent(bench), [])
      assert.equal((await bench.said()).at(-1), 'mail_account.init ok')
      bench.clock.advance(DAY)
      await forgetWhatEnded(tables(bench), bench.clock)
      assert.deepEqual(await sent(bench), [])
      // Renewed, and over again: that is another event.
      bench.clock.advance(DAY)
      await tables(bench).mailAccounts.update(row.id, { state_at: bench.clock.now() })
      assert.equal((await sent(bench)).length, 1)
      await tables(bench).meta.set('key_check:k1', 'no number')
      bench.clock.advance(181 * DAY)
      await forgetWhatEnded(tables(bench), bench.clock)
      assert.deepEqual(await tables(bench).meta.list('owner_told'), [])
    })

    it('is tried again while the mail is not taken', async () => {
      await using bench = await changeBench(open)
      await account(bench, {
        state: 'reconsent',
        state_reason: 'grant_revoked',
        state_at: bench.clock.now(),
      })
      assert.equal((await sent(bench, false)).length, 1)
      assert.equal((await sent(bench)).length, 1)
      assert.deepEqual(await sent(bench), [])
    })

    it('is not for what an administrator has to mend', async () => {
      await using bench = await changeBench(open)
      await account(bench, {
        state: 'reconsent',
        state_reason: 'consent_missing AADSTS65001',
        state_at: bench.clock.now(),
      })
      assert.deepEqual(await sent(bench), [])
    })

    it('goes to the delegate of a shared mailbox before the token ends', async () => {
      await using bench = await changeBench(open)
      await account(bench, {
        shared: 1,
        delegate_email: 'bob@example.test',
        refresh_token: Buffer.from('x'),
        refresh_issued_at: 0,
        refresh_expires_at: bench.clock.now() + 6 * DAY,
      })
      const [mail] = await sent(bench)
      assert.deepEqual(
        [mail?.why, mail?.email, mail?.endsAt],
        ['ends', 'bob@example.test', bench.clock.now() + 6 * DAY],
      )
      bench.clock.advance(5 * DAY)
      assert.equal((await sent(bench)).length, 1)
      assert.deepEqual(await sent(bench), [])
    })

    it('is claimed by one of two nodes', async () => {
      await using bench = await changeBench(open)
      await account(bench, {
        state: 'reconsent',
        state_reason: 'grant_over',
        state_at: bench.clock.now(),
      })
      const both = await Promise.all([sent(bench), sent(bench)])
      assert.equal(both.flat().length, 1)
    })
  })
})
