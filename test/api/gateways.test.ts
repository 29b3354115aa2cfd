import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes, type RouteName } from '#api/contract.ts'
import { DAY, HOUR, SECOND } from '#base/clock.ts'
import type { LiveConnectionRow } from '#store/schema.ts'
import type { Client } from '../support/client.ts'
import { startProduct, type Product } from '../support/product.ts'
import { applicationRow, appPasswordRow, newId } from '../support/rows.ts'
import { accountRow } from '../support/sealed.ts'
import { STORE_KINDS } from '../support/stores.ts'

/** An answer is what the contract says, and no more. */
function fits(name: RouteName, answer: unknown): void {
  assert.deepEqual(routes[name].answer.parse(answer), answer, name)
}

for (const on of STORE_KINDS)
  describe(`mailboxes, connections and the dashboard over the API, on ${on}`, () => {
    let product: Product
    let ada: Client
    let anna: Client & { userId: string }
    let applicationId = ''
    before(async () => {
      product = await startProduct({
        on,
        env: {
          IMAP_LISTEN: '127.0.0.1:0',
          SUBMISSION_LISTEN: '127.0.0.1:0',
          MAIL_HOST: 'mail.example',
          MAIL_PORTS: 'imap=143, submission=587',
        },
      })
      ada = await product.administrator()
      anna = await product.person(ada, 'anna')
      const application = applicationRow('Contoso', { alarm: 'secret_expired AADSTS7000222' })
      await product.ground.store.tables.oauthApplications.insert(application)
      applicationId = application.id
    })
    after(async () => await product[Symbol.asyncDispose]())

    const account = async (email: string, userIds: string[], more = {}): Promise<string> => {
      const { mailAccounts } = product.ground.store.tables
      const row = accountRow(applicationId, { email, email_key: email.toLowerCase(), ...more })
      await mailAccounts.insert(row)
      await mailAccounts.setUsers(row.id, userIds)
      return row.id
    }
    const connection = async (more: Partial<LiveConnectionRow> = {}): Promise<string> => {
      const { liveConnections } = product.ground.store.tables
      const [node] = await liveConnections.nodes(0, 0)
      const row = {
        id: newId(),
        node: node!.name,
        user_id: anna.userId,
        app_password_id: newId(),
        account_id: null,
        gateway: 'imap',
        ip: '192.0.2.9',
        client: 'Thunderbird',
        opened_at: product.clock.now(),
        bytes_in: 1,
        bytes_out: 2,
        closing: 0,
        ...more,
      }
      await liveConnections.put([row])
      return row.id
    }

    it('a person sees their mailboxes with the reason of their state, and chooses the default', async () => {
      assert.deepEqual(await anna.call('GET /me/mailboxes'), [])
      const reason = 'grant_over AADSTS700082'
      const info = await account('Info@example.org', [anna.userId], {
        identifier: 'b',
        identifier_key: 'b',
        state: 'reconsent',
        state_reason: reason,
      })
      const own = await account('anna@example.org', [], { identifier: 'a', identifier_key: 'a' })
      await account('other@example.org', [])
      const seen = await anna.call('GET /me/mailboxes')
      fits('GET /me/mailboxes', seen)
      assert.deepEqual(
        seen.map(({ email, usable, isDefault, state, mayInit }) => [
          email,
          usable,
          isDefault,
          state,
          mayInit,
        ]),
        [
          ['Info@example.org', true, true, 'reconsent', true],
          ['anna@example.org', false, false, 'active', true],
        ],
      )
      assert.equal(seen[0]?.diagnosis?.cause, 'grant_over')
      const { mailAccounts } = product.ground.store.tables
      for (const [state_reason, who] of [
        ['consent_missing AADSTS65001', 'administrator'],
        ['second_factor_needed AADSTS50076', 'owner'],
      ] as const) {
        await mailAccounts.update(info, { state_reason })
        const [box] = await anna.call('GET /me/mailboxes')
        assert.equal(box?.diagnosis?.who, who)
        if (who === 'administrator')
          assert.deepEqual([box.diagnosis.url, box.diagnosis.command], [null, null])
      }
      await mailAccounts.update(info, { state_reason: reason })
      assert.equal(seen[1]?.signInAs, 'anna@example.org')
      const sales = await account('sales@example.org', [anna.userId])
      const isDefault = (boxes: typeof seen) =>
        boxes.filter((one) => one.isDefault).map(({ id }) => id)
      assert.deepEqual(isDefault(await anna.call('GET /me/mailboxes')), [])
      const chosen = await anna.call('PUT /me/mailboxes/:id/default', { params: { id: sales } })
      assert.deepEqual(isDefault(chosen), [sales])
      const no = await anna.refused('PUT /me/mailboxes/:id/default', { params: { id: own } })
      assert.equal(no.status, 404, 'mail programs may not open it')
      const params = { id: anna.userId }
      assert.deepEqual(await ada.call('GET /users/:id/mailboxes', { params }), chosen)
      const [said] = (
        await ada.call('GET /audit', { query: { action: 'mail_account.default', outcome: 'ok' } })
      ).rows
      assert.deepEqual([said?.actor.name, said?.target.id], ['anna', sales])
      for (const id of [info, own, sales]) await product.ground.store.tables.mailAccounts.delete(id)
    })

    it('an application password opens what its application needs, or what was picked', async () => {
      const box = await account('anna@example.org', [anna.userId])
      const outlook = await anna.call('POST /me/app-passwords', {
        body: { name: 'Outlook', application: 'outlook' },
      })
      fits('POST /me/app-passwords', outlook)
      assert.deepEqual(outlook.gateways, ['imap', 'smtp'])
      assert.equal(outlook.driveUrl, null)
      const said = outlook.mailDoors.map(
        (one) => `${one.gateway} ${one.host}:${one.port} ${one.security}`,
      )
      assert.deepEqual(said, ['imap mail.example:143 starttls', 'smtp mail.example:587 starttls'])
      assert.deepEqual(outlook.mailboxes, [{ email: 'anna@example.org', isDefault: true }])
      const picked = await anna.call('POST /me/app-passwords', {
        body: { name: 'both', application: 'sync', gateways: ['pop3', 'drive', 'pop3'] },
      })
      assert.deepEqual(picked.gateways, ['drive', 'pop3'])
      assert.deepEqual(picked.mailDoors, [], 'POP3 does not run here')
      assert.equal(picked.driveUrl, `${product.url}/dav/`)
      const sync = await anna.call('POST /me/app-passwords', {
        body: { name: 'sync', application: 'sync' },
      })
      assert.deepEqual([sync.gateways, sync.mailDoors, sync.mailboxes], [['drive'], [], []])
      const none = await anna.refused('POST /me/app-passwords', {
        body: { name: 'none', application: 'sync', gateways: [] },
      })
      assert.deepEqual(none.fields, [{ field: 'gateways', fault: 'empty' }])
      const odd = await anna.refused('POST /me/app-passwords', {
        body: { name: 'odd', application: 'sync', gateways: ['ftp'] as never },
      })
      assert.equal(odd.code, 'invalid')
      const me = await anna.call('GET /me')
      fits('GET /me', me)
      assert.deepEqual(me.applications.outlook, outlook.gateways)
      const doors = me.mailDoors.map(({ gateway }) => gateway)
      assert.deepEqual(doors, ['imap', 'smtp'])
      await product.ground.store.tables.mailAccounts.delete(box)
    })

    it('connections are listed, and ended by the person or an administrator', async () => {
      const [first, second] = [
        await connection(),
        await connection({ opened_at: 1, gateway: 'smtp' }),
      ]
      const seen = await anna.call('GET /me/connections')
      fits('GET /me/connections', seen)
      assert.deepEqual(
        seen.map(({ id }) => id),
        [first, second],
      )
      const params = { id: anna.userId }
      assert.deepEqual(await ada.call('GET /users/:id/connections', { params }), seen)
      await anna.call('DELETE /me/connections/:id', { params: { id: first } })
      await ada.call('DELETE /users/:id/connections/:connectionId', {
        params: { ...params, connectionId: second },
      })
      assert.deepEqual(await anna.call('GET /me/connections'), [])
      const again = await anna.refused('DELETE /me/connections/:id', { params: { id: first } })
      assert.equal(again.status, 404)
      const { rows } = await ada.call('GET /audit', { query: { action: 'connection.close' } })
      assert.deepEqual(
        rows.map(({ actor, outcome, target }) => [actor.name, outcome, target.id]),
        [
          ['anna', 'refused', first],
          ['ada', 'ok', second],
          ['anna', 'ok', first],
        ],
      )
    })

    it('the dashboard says what there is, and what needs a look', async () => {
      const { tables } = product.ground.store
      const now = product.clock.now()
      const hour = now - (now % HOUR)
      const sums = { refusals: 2, connections: 3, bytes_in: 4, bytes_out: 5 }
      for (const back of [0, 2 * DAY, 2 * DAY + HOUR, 40 * DAY])
        await tables.gatewayHours.add({ hour: hour - back, gateway: 'pop3', sign_ins: 1, ...sums })
      await account('shared@example.org', [], { state: 'degraded' })
      const soon = appPasswordRow({ id: anna.userId }, 'soon', { expires_at: now + DAY })
      const dead = appPasswordRow({ id: anna.userId }, 'dead', { revoked_at: now - DAY })
      for (const row of [soon, dead]) await tables.appPasswords.insert(row)
      const use = { at: now, ip: '192.0.2.7', gateway: 'smtp', client: 'scanner' }
      await tables.appPasswords.addStaleUses(dead.id, use, 12)
      await connection()
      const board = await ada.call('GET /dashboard')
      fits('GET /dashboard', board)
      assert.deepEqual(
        board.gateways.map(({ gateway, connections }) => [gateway, connections]),
        [
          ['drive', 0],
          ['imap', 1],
          ['pop3', 0],
          ['smtp', 0],
        ],
      )
      const traffic = {
        gateway: 'pop3',
        signIns: 1,
        refusals: 2,
        connections: 3,
        bytesIn: 4,
        bytesOut: 5,
      }
      const pop3 = <T extends { gateway: string }>(rows: T[]) =>
        rows.filter(({ gateway }) => gateway === 'pop3')
      assert.deepEqual(pop3(board.hours), [{ at: hour, ...traffic }])
      assert.equal(
        pop3(board.days).reduce((sum, day) => sum + day.signIns, 0),
        3,
      )
      assert.equal(pop3(board.days).at(-1)?.at, now - (now % DAY))
      assert.equal(board.accounts.find(({ state }) => state === 'degraded')?.accounts, 1)
      assert.deepEqual(
        board.ending.appPasswords.map(({ name, userName }) => [name, userName]),
        [['soon', 'anna']],
      )
      assert.equal(board.ending.appPasswordCount, 1)
      assert.deepEqual(
        board.stale.map(({ name, userName, client, uses }) => [name, userName, client, uses]),
        [['dead', 'anna', 'scanner', 12]],
      )
      assert.deepEqual(
        board.alarms.map(({ identifier, diagnosis }) => [identifier, diagnosis.cause]),
        [['Contoso', 'secret_expired']],
      )
      assert.equal(board.oldScanners, false)
      assert.deepEqual(
        board.nodes.map(({ doors, alive }) => [doors, alive]),
        [[['imap', 'smtp'], true]],
      )
    })

    it('sign-ins at the drive are counted, in the hour and in the metrics', async () => {
      const { password } = await anna.call('POST /me/app-passwords', {
        body: { name: 'counted', application: 'sync' },
      })
      for (const typed of [password, 'wrong'])
        await fetch(`${product.url}/dav/`, {
          headers: { Authorization: `Basic ${Buffer.from(`anna:${typed}`).toString('base64')}` },
        }).then((answer) => answer.text())
      const metrics = await (await fetch(`${product.url}/metrics`)).text()
      assert.match(metrics, /^passerelle_gateway_connections\{gateway="smtp"\} 0$/m)
      assert.match(metrics, /^passerelle_gateway_connections_total\{gateway="drive"\} 1$/m)
      assert.match(
        metrics,
        /^passerelle_gateway_bytes_total\{gateway="drive",direction="out"\} \d+$/m,
      )
    })

    it('two nodes show the same, and one ends what the other holds', async () => {
      const { liveConnections } = product.ground.store.tables
      const seen_at = product.clock.now()
      const there = { name: 'there', version: '0', doors: 'old_scanners', started_at: 1, seen_at }
      await liveConnections.beat(there)
      const id = await connection({ node: there.name, client: 'far away' })
      const names = (await anna.call('GET /me/connections')).map(({ client }) => client)
      assert.ok(names.includes('far away'))
      assert.equal((await ada.call('GET /dashboard')).oldScanners, true)
      await anna.call('DELETE /me/connections/:id', { params: { id } })
      assert.deepEqual(await liveConnections.closing(there.name), [id])
      product.clock.advance(31 * SECOND)
      assert.equal((await ada.call('GET /dashboard')).oldScanners, false)
    })
  })
