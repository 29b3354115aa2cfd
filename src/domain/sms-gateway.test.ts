import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Problem } from '#base/problem.ts'
import { maskedEmail, maskedNumber, phoneNumber } from './contact.ts'
import { checkSmsSecret, checkSmsTemplate, smsRequest, type SmsTemplate } from './sms-gateway.ts'

const JSON_BODY: SmsTemplate = {
  url: 'https://sms.example/v1/messages',
  method: 'POST',
  headers: ['Authorization: Bearer {{secret}}'],
  contentType: 'json',
  body: '{"to":"{{number}}","message":"{{text}}"}',
}
const FORM: SmsTemplate = {
  ...JSON_BODY,
  headers: [],
  contentType: 'form',
  body: 'key={{secret}}&to={{number}}&text={{text}}',
}
const QUERY: SmsTemplate = {
  ...JSON_BODY,
  url: 'https://sms.example/send?key={{secret}}&to={{number}}&text={{text}}',
  method: 'GET',
  contentType: 'none',
  body: '',
}

const anyValues = fc.record({
  number: fc.string({ unit: 'binary' }),
  text: fc.string({ unit: 'binary' }),
  secret: fc.string({ unit: 'grapheme-ascii' }),
})

const fault = (template: SmsTemplate): string | null => {
  try {
    checkSmsTemplate(template)
    return null
  } catch (thrown) {
    assert.ok(thrown instanceof Problem, String(thrown))
    return thrown.fields.map((one) => `${one.field} ${one.fault}`).join()
  }
}

describe('SMS gateway: what is filled in', () => {
  it('stays inside its JSON string, whatever it is', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        fc.pre(values.text.isWellFormed() && values.number.isWellFormed())
        const { body } = smsRequest(JSON_BODY, values)
        assert.deepEqual(JSON.parse(body ?? ''), { to: values.number, message: values.text })
      }),
    )
  })

  it('stays inside its field of a form and of a query, whatever it is', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        fc.pre(values.text.isWellFormed() && values.number.isWellFormed())
        const wanted = { key: values.secret, to: values.number, text: values.text }
        const { body } = smsRequest(FORM, values)
        assert.deepEqual(Object.fromEntries(new URLSearchParams(body ?? '')), wanted)
        const { url } = smsRequest(QUERY, values)
        const parsed = new URL(url)
        assert.equal(parsed.origin, 'https://sms.example')
        assert.deepEqual(Object.fromEntries(parsed.searchParams), wanted)
      }),
    )
  })

  it('is not filled in a second time', () => {
    const values = { number: '+33612345678', text: '{{secret}}', secret: 'hush' }
    const { body } = smsRequest(JSON_BODY, values)
    assert.equal(body, '{"to":"+33612345678","message":"{{secret}}"}')
    const { headers } = smsRequest(JSON_BODY, values)
    assert.deepEqual(headers, [
      ['Authorization', 'Bearer hush'],
      ['Content-Type', 'application/json'],
    ])
  })
})

describe('SMS gateway: what an administrator may write', () => {
  it('is a request that can carry a number and a text', () => {
    for (const good of [JSON_BODY, FORM, QUERY]) assert.equal(fault(good), null)
    for (const [bad, why] of [
      [{ ...JSON_BODY, body: '{"to":"{{number}}"}' }, 'body needed'],
      [{ ...QUERY, url: 'https://sms.example/send?to={{number}}' }, 'url needed'],
      [{ ...JSON_BODY, body: '{"to":{{number}},"m":"{{text}}"}' }, 'body form'],
      [{ ...JSON_BODY, body: '{"to":"{{number}}","m":{{text}}}' }, 'body form'],
      [{ ...JSON_BODY, body: '{"to":"{{number}}","m":"{{text}}"' }, 'body form'],
      [{ ...JSON_BODY, body: '{"to":"{{nummer}}","m":"{{text}}"}' }, 'body unknown'],
      [{ ...JSON_BODY, method: 'GET' }, 'method form'],
      [{ ...QUERY, method: 'POST' }, 'method form'],
      [{ ...QUERY, body: 'x' }, 'body form'],
      [{ ...JSON_BODY, headers: ['Host: evil.example'] }, 'headers reserved'],
      [{ ...JSON_BODY, headers: ['content-length: 3'] }, 'headers reserved'],
      [{ ...JSON_BODY, headers: ['no colon'] }, 'headers form'],
      [{ ...JSON_BODY, headers: ['X: a\r\nY: b'] }, 'headers form'],
      [{ ...JSON_BODY, headers: ['X: {{text}}'] }, 'headers form'],
      [{ ...QUERY, url: 'https://{{text}}.example/?{{number}}' }, 'url host'],
      [{ ...QUERY, url: 'https://sms.example{{text}}/?{{number}}' }, 'url host'],
      [{ ...QUERY, url: 'https://sms.example:{{number}}/?{{text}}' }, 'url host'],
    ] as const)
      assert.equal(fault(bad as SmsTemplate), why, JSON.stringify(bad))
  })

  it('has a secret that can stand in a header', () => {
    checkSmsSecret('s3cret with "everything"')
    for (const bad of ['', 'a\r\nb', 'é', '\u0000'])
      assert.throws(() => checkSmsSecret(bad), { code: 'invalid' })
  })
})

describe('telephone numbers', () => {
  it('are E.164, written for the eye or not', () => {
    for (const typed of [
      '+33612345678',
      ' +33 6 12 34 56 78',
      '+33 (6) 12.34-56‑78',
      '＋33612345678',
    ])
      assert.equal(phoneNumber(typed), '+33612345678', typed)
    for (const typed of [
      '',
      '0612345678',
      '0033612345678',
      '+0612345678',
      '+33',
      '+3361234567a',
      '+1234567890123456',
    ])
      assert.throws(() => phoneNumber(typed), { code: 'invalid' }, typed)
  })

  it('and addresses are shown without what would be enough to use them', () => {
    assert.equal(maskedNumber('+33612345678'), '+33•••78')
    assert.equal(maskedEmail('ada.lovelace@example.org'), 'a•••@example.org')
    assert.equal(maskedEmail('é@x.org'), 'é•••@x.org')
  })
})
