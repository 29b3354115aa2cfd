import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, HOUR, MINUTE } from '#base/clock.ts'
import { addExpiryNotices } from '#changes/expiry-notices.ts'
import { smtpMailer } from '#mail/mailer.ts'
import { sendDueNotices } from '#mail/notice-mails.ts'
import { Secret } from '#base/secret.ts'
import { silentLog } from '#base/log.ts'
import { changeBench, type ChangeBench } from '../support/change-bench.ts'
import { openMailbox, type Mailbox } from '../support/mailbox.ts'
import { startProduct } from '../support/product.ts'
import { appPasswordRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'

const sendDue = async (bench: ChangeBench, mailbox: Mailbox): Promise<number> => {
  await using mailer = smtpMailer({
    url: new Secret(mailbox.url),
    from: 'Passerelle <no-reply@example.org>',
  })
  const { store, clock } = bench
  return await sendDueNotices({
    tables: store.tables,
    mailer,
    clock,
    log: silentLog,
    profileUrl: 'https://files.example.org/profile',
  })
}

forEachStore((_, open) => {
  it('14 and 3 days before the end, each once, whichever node looks how often', async () => {
    await using bench = await changeBench(open)
    await using mailbox = await openMailbox()
    const anna = await bench.add('anna', { language: 'fr' })
    const now = bench.clock.now()
    await bench.store.tables.appPasswords.insert(
      appPasswordRow(anna, 'Café', { created_at: now, expires_at: now + 20 * DAY }),
    )
    // Made for two days: nobody is told "in 14 days" or "in 3 days" on the day it was made.
    await bench.store.tables.appPasswords.insert(
      appPasswordRow(anna, 'short', { created_at: now, expires_at: now + 2 * DAY }),
    )
    const needs = { tables: bench.store.tables, clock: bench.clock, newId: bench.needs.newId }
    const look = async (): Promise<number> => {
      await Promise.all([addExpiryNotices(needs), addExpiryNotices(needs), addExpiryNotices(needs)])
      return await sendDue(bench, mailbox)
    }
    assert.equal(await look(), 0)
    bench.clock.advance(6 * DAY)
    assert.equal(await look(), 1)
    bench.clock.advance(DAY)
    assert.equal(await look(), 0)
    bench.clock.advance(10 * DAY)
    assert.equal(await look(), 1)
    assert.equal(await look(), 0)
    const [first, second] = mailbox.received
    assert.equal(
      first?.subject,
      "Le mot de passe d'application « Café » prend fin dans deux semaines",
    )
    assert.equal(
      second?.subject,
      "Le mot de passe d'application « Café » prend fin dans trois jours",
    )
    assert.deepEqual(first?.to, ['anna@example.org'])
    assert.match(first.text, /https:\/\/files\.example\.org\/profile/)
  })

  it('a mail server that is away is tried again, for a day; two nodes never send one twice', async () => {
    await using bench = await changeBench(open)
    await using mailbox = await openMailbox()
    const anna = await bench.add('anna')
    const add = async (key: string): Promise<void> =>
      await bench.store.tables.notices.add(
        bench.needs.newId(),
        { userId: anna.id, kind: 'password_changed', onceKey: key, params: { ip: '192.0.2.1' } },
        bench.clock.now(),
      )
    await add('a')
    mailbox.refuses = true
    assert.equal(await sendDue(bench, mailbox), 0)
    mailbox.refuses = false
    assert.equal(await sendDue(bench, mailbox), 0) // not at once
    bench.clock.advance(MINUTE)
    assert.deepEqual(
      (await Promise.all([sendDue(bench, mailbox), sendDue(bench, mailbox)])).sort(),
      [0, 1],
    )
    assert.equal((await bench.store.tables.notices.listOf(anna.id))[0]?.mail_state, 'sent')
    await add('b')
    bench.clock.advance(DAY + HOUR)
    assert.equal(await sendDue(bench, mailbox), 0)
    assert.equal((await bench.store.tables.notices.listOf(anna.id))[0]?.mail_state, 'failed')
    assert.equal(mailbox.received.length, 1)
  })

  it('A09: a hostile name stays one line of plain text, in the subject and in the text', async () => {
    await using bench = await changeBench(open)
    await using mailbox = await openMailbox()
    const anna = await bench.add('anna')
    const names = [
      '<img src=x onerror=alert(1)>',
      'a\r\nBcc: eve@example.org',
      '\u202egnp.exe',
      '=HYPERLINK("http://x")',
      'x\u0000y\u2028z',
    ]
    for (const [i, name] of names.entries())
      await bench.store.tables.notices.add(
        bench.needs.newId(),
        {
          userId: anna.id,
          kind: 'app_password_new_network',
          onceKey: `n${i}`,
          params: { name, ip: '192.0.2.1', client: 'a\r\n.\r\nMAIL FROM:<x>' },
        },
        bench.clock.now(),
      )
    assert.equal(await sendDue(bench, mailbox), names.length)
    for (const mail of mailbox.received) {
      assert.deepEqual(mail.to, ['anna@example.org'])
      assert.match(mail.raw, /^Content-Type: text\/plain/m)
      assert.doesNotMatch(mail.raw.split('\n\n')[0]!, /^Bcc:/m)
      assert.doesNotMatch(mail.subject + mail.text, /[\u202e\u2028\u0000\r]/)
    }
  })
})

describe('with SMTP configured', () => {
  it('an invitation is mailed in the language of the person, and its link works', async () => {
    await using mailbox = await openMailbox()
    await using product = await startProduct({
      env: { SMTP_URL: mailbox.url, MAIL_FROM: 'Passerelle <no-reply@example.org>' },
    })
    const ada = await product.administrator()
    const { id } = await ada.call('POST /users', {
      body: { name: 'anna', email: 'anna@example.org', role: 'user', language: 'fr' },
    })
    const link = await ada.call('POST /users/:id/link', { params: { id } })
    assert.equal(link.mailed, 'sent')
    const mail = mailbox.received.find(({ to }) => to.includes('anna@example.org'))
    assert.equal(mail?.subject, 'Votre accès à Passerelle')
    const token = /\/link#([\w-]{43})/.exec(mail.text)?.[1] ?? ''
    const anna = product.client()
    assert.equal((await anna.call('POST /links/inspect', { body: { token } })).userName, 'anna')
  })

  it('a server that is away costs nothing but the mail: the link is handed over', async () => {
    await using mailbox = await openMailbox()
    mailbox.refuses = true
    await using product = await startProduct({
      env: { SMTP_URL: mailbox.url, MAIL_FROM: 'no-reply@example.org' },
    })
    const ada = await product.administrator()
    const { id } = await ada.call('POST /users', {
      body: { name: 'anna', email: 'anna@example.org', role: 'user', language: 'en' },
    })
    const link = await ada.call('POST /users/:id/link', { params: { id } })
    assert.equal(link.mailed, 'failed')
    assert.match(link.url, /\/link#/)
    const line = product.log.find((one) => one.includes('mail.not_sent'))
    assert.ok(line && !line.includes(link.url.split('#')[1]!))
  })
})
