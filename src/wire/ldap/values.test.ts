import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileTime, generalizedTime, guidBytes, guidText } from './values.ts'

describe('values of a directory', () => {
  it('are times since 1601 at Active Directory', () => {
    assert.equal(fileTime('116444736000000000'), 0)
    assert.equal(fileTime('134396642746802500'), Date.parse('2026-11-20T16:04:34.680Z'))
    for (const text of ['0', '9223372036854775807', '-1', '', 'never', '1e9'])
      assert.equal(fileTime(text), null, text)
  })

  it('are generalized times elsewhere', () => {
    assert.equal(generalizedTime('20261120160434Z'), Date.parse('2026-11-20T16:04:34Z'))
    assert.equal(generalizedTime('20261120160434.5Z'), Date.parse('2026-11-20T16:04:34.500Z'))
    assert.equal(generalizedTime('202611201604+0200'), Date.parse('2026-11-20T14:04:00Z'))
    assert.equal(generalizedTime('2026112016-05'), Date.parse('2026-11-20T21:00:00Z'))
    for (const text of ['', '20261320160434Z', '20261120160434', 'Z', '000001010000'])
      assert.equal(generalizedTime(text), null, text)
  })

  it('are GUIDs, little-endian at their beginning', () => {
    const bytes = Buffer.from('14c2f4139d8dbf4a956ba074e4e63269', 'hex')
    const text = '13f4c214-8d9d-4abf-956b-a074e4e63269'
    assert.equal(guidText(bytes), text)
    assert.deepEqual(guidBytes(text), bytes)
    assert.deepEqual(guidBytes(text.toUpperCase()), bytes)
    assert.equal(guidText(Buffer.alloc(15)), null)
    for (const none of ['', 'ada', `${text}0`, text.replace('-', '_')])
      assert.equal(guidBytes(none), null)
  })
})
