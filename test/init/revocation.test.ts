import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { revokeGrant, type Revocation } from '#changes/grant-revocation.ts'
import { deleteMailAccount, updateMailAccount } from '#changes/mail-accounts.ts'
import type { MailAccountRow } from '#store/schema.ts'
import type { Authority } from '../support/authority/authority.ts'
import { openEntra } from '../support/authority/entra.ts'
import { openGoogle } from '../support/authority/google.ts'
import { atEntra, atGoogle, initBench, type InitBench } from '../support/init-bench.ts'
import { forEachStore } from '../support/stores.ts'

const revocationsAt = (authority: Authority): URLSearchParams[] =>
  authority.seen.filter(({ path }) => path === '/revoke').map(({ body }) => body)

async function deleted(
  bench: InitBench,
  id: string,
): Promise<Revocation & { row: MailAccountRow }> {
  const row = await deleteMailAccount(bench.needs, bench.ada, id)
  return { row, ...(await revokeGrant(bench.needs, bench.ada, row)) }
}

/** What the audit says of revocations, oldest first. */
async function written({ store }: InitBench): Promise<unknown[]> {
  const rows = await store.tables.audit.list({}, 100)
  const ours = rows.filter(({ action }) => action === 'mail_account.revoke')
  return ours.toReversed().map(({ details }) => details)
}

forEachStore((_, open) => {
  describe('a mail account that is deleted', () => {
    it('has its permission revoked at Google, which proves the client and shows the token', async () => {
      await using google = await openGoogle()
      await using bench = await initBench(open, google, atGoogle(google))
      const id = await bench.account('carol@gmail.test')
      await bench.init(id)
      const { revocation, row } = await deleted(bench, id)
      assert.equal(revocation, 'revoked')
      const [asked] = revocationsAt(google)
      assert.deepEqual([...(asked?.keys() ?? [])].toSorted(), [
        'client_id',
        'client_secret',
        'token',
        'token_type_hint',
      ])
      assert.equal(google.memory.count('RefreshToken'), 0, 'it is over there')
      assert.equal(await bench.store.tables.mailAccounts.find(row.id), null)
      assert.deepEqual(await written(bench), [{ result: 'revoked' }])
      assert.ok(!bench.log.join('').includes(asked?.get('token') ?? 'no token'))
    })

    it('is deleted whatever Google answers; what came of it is said and written down', async () => {
      await using google = await openGoogle()
      await using bench = await initBench(open, google, atGoogle(google))
      const answers = [
        [{ status: 503, body: 'later' }, 'failed', 'provider_down'],
        [{ status: 400, body: '{"error":"invalid_request"}' }, 'failed', 'request_refused'],
        [{ status: 401, body: '{"error":"invalid_client"}' }, 'failed', 'client_refused'],
        [{ status: 400, body: '{"error":"invalid_token"}' }, 'revoked', undefined],
      ] as const
      for (const [answer, revocation, cause] of answers) {
        google.instead = () => null
        const id = await bench.account('carol@gmail.test')
        await bench.init(id)
        google.instead = (path) => (path === '/revoke' ? answer : null)
        const found = await deleted(bench, id)
        assert.deepEqual([found.revocation, found.diagnosis?.cause], [revocation, cause])
        assert.equal(await bench.store.tables.mailAccounts.find(id), null)
      }
      assert.deepEqual(await written(bench), [
        { result: 'failed', reason: 'provider_down 503' },
        { result: 'failed', reason: 'request_refused invalid_request' },
        { result: 'failed', reason: 'client_refused invalid_client' },
        { result: 'revoked' },
      ])
    })

    it('leaves the permission to another account that lives on it', async () => {
      await using google = await openGoogle()
      await using bench = await initBench(open, google, atGoogle(google))
      const [one, two] = [
        await bench.account('carol@gmail.test'),
        await bench.account('team@gmail.test', { shared: true, delegateEmail: 'carol@gmail.test' }),
      ]
      await bench.init(one)
      await bench.init(two)
      assert.equal((await deleted(bench, one)).revocation, 'in_use')
      assert.deepEqual(revocationsAt(google), [])
      assert.deepEqual(await bench.needs.tokens.refreshNow(two), { kind: 'refreshed' })
      assert.equal((await deleted(bench, two)).revocation, 'revoked')
      assert.deepEqual(await written(bench), [{ result: 'in_use' }, { result: 'revoked' }])
    })

    it('says nothing to a provider that has no endpoint for it, or where there was no token', async () => {
      await using entra = await openEntra()
      await using bench = await initBench(open, entra, atEntra(entra))
      const [id, empty] = [
        await bench.account('alice@example.test'),
        await bench.account('bob@example.test'),
      ]
      await bench.init(id)
      const before = entra.seen.length
      assert.equal((await deleted(bench, id)).revocation, 'none')
      assert.equal((await deleted(bench, empty)).revocation, 'none')
      assert.equal(entra.seen.length, before)
      assert.deepEqual(await written(bench), [])
    })
  })

  describe('a mail account whose mailbox is changed', () => {
    it('gives back what ended with it', async () => {
      await using google = await openGoogle()
      await using bench = await initBench(open, google, atGoogle(google))
      const id = await bench.account('carol@gmail.test')
      await bench.init(id)
      const change = { email: 'dan@gmail.test', endTokens: true }
      assert.equal(await updateMailAccount(bench.needs, bench.ada, id, { comments: 'x' }), null)
      const ended = await updateMailAccount(bench.needs, bench.ada, id, change)
      assert.ok(ended)
      assert.equal((await revokeGrant(bench.needs, bench.ada, ended)).revocation, 'revoked')
      assert.equal(google.memory.count('RefreshToken'), 0)
      assert.equal((await bench.row(id)).refresh_token, null)
    })
  })
})
