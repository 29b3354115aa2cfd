import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Problem } from '#base/problem.ts'
import { MAX_XML_ATTRIBUTES, MAX_XML_DEPTH } from './limits.ts'
import { elementsOf, readXml, standalone, textOf, type XmlElement } from './xml-tree.ts'
import { isXmlText, xmlAttribute, xmlText } from './xml-text.ts'

const read = (text: string): XmlElement => readXml(Buffer.from(text))
const refused = (bytes: string | Uint8Array): string => {
  try {
    readXml(Buffer.from(bytes as string))
    return 'taken'
  } catch (thrown) {
    assert.ok(thrown instanceof Problem)
    return thrown.code
  }
}

describe('XML', () => {
  it('knows elements by namespace, whatever the prefix', () => {
    const root = read(
      '<a:x xmlns:a="DAV:" xmlns="urn:d"><y><z xmlns=""/></y><a:y b="1" a:b="2"/></a:x>',
    )
    assert.deepEqual([root.name.namespace, root.name.local], ['DAV:', 'x'])
    const [y, davY] = elementsOf(root)
    assert.equal(y?.name.namespace, 'urn:d')
    assert.equal(elementsOf(y)[0]?.name.namespace, '')
    assert.deepEqual(
      davY?.attributes.map((one) => [one.namespace, one.local, one.value]),
      [
        ['', 'b', '1'],
        ['DAV:', 'b', '2'],
      ],
    )
  })
  it('reads references, CDATA, comments, instructions and line ends', () => {
    const root = read(
      '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a --><?b c?><x>&lt;&#65;&#x1F511;<![CDATA[<&]]><!-- - -->\r\n1\r2</x>\n',
    )
    assert.equal(textOf(root), '<A🔑<&\n1\n2')
  })
  it('takes UTF-8 with its mark and UTF-16 with its mark', () => {
    assert.equal(textOf(read('\ufeff<x>é</x>')), 'é')
    const wide = Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><x>é🔑</x>', 'utf16le')
    assert.equal(textOf(readXml(wide)), 'é🔑')
    assert.equal(textOf(readXml(Buffer.from(wide).swap16())), 'é🔑')
  })
  it('writes a part so that it stands for itself, language included', () => {
    const root = read(
      '<a:x xmlns:a="urn:a" xmlns="urn:d" xml:lang="fr"><a:y c="&quot;&#10;"><z>1 &lt; 2</z><a:w xmlns:a="urn:other"/></a:y></a:x>',
    )
    const text = standalone(elementsOf(root)[0]!)
    assert.equal(
      text,
      '<a:y xmlns:a="urn:a" c="&quot;&#10;" xml:lang="fr"><z xmlns="urn:d">1 &lt; 2</z><a:w xmlns:a="urn:other"/></a:y>',
    )
    assert.equal(standalone(read(text)), text)
  })
  it('escapes so that what is read is what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(isXmlText(text))
        const root = read(`<x a="${xmlAttribute(text)}">${xmlText(text)}</x>`)
        assert.equal(textOf(root), text)
        assert.equal(root.attributes[0]?.value, text)
      }),
    )
  })
  it('never throws anything but a Problem, whatever the bytes are', () => {
    const parts = [
      '<',
      '>',
      '</',
      '/>',
      'a',
      ':',
      'x',
      ' ',
      '="',
      '"',
      '&',
      ';',
      '#',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      'xmlns',
      '\ufeff',
      '\0',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 40 }), (all) => {
        refused(`<x>${all.join('')}`)
        refused(all.join(''))
      }),
      { numRuns: 2000 },
    )
  })
  it('refuses what is not well-formed', () => {
    for (const text of [
      '',
      ' ',
      'x',
      '<x',
      '<x>',
      '<x></y>',
      '<x/><y/>',
      '<x/>x',
      'x<x/>',
      '<x a=1/>',
      '<x a="1" a="2"/>',
      '<x a="<"/>',
      '<x>&nbsp;</x>',
      '<x>&</x>',
      '<x>&#0;</x>',
      '<x>&#xD800;</x>',
      '<x>&#x110000;</x>',
      '<x>]]></x>',
      '<a:x/>',
      '<x a:b=""/>',
      '<x xmlns:a=""/>',
      '<x xmlns:xml="urn:x"/>',
      '<x xmlns:xmlns="urn:x"/>',
      '<x xmlns="a" xmlns="b"/>',
      '<x xmlns:a="u" xmlns:b="u" a:c="" b:c=""/>',
      '<x><!-- -- --></x>',
      '<1/>',
      '<x>\u0001</x>',
      '<x/><?xml version="1.0"?>',
      '<x/><![CDATA[a]]>',
      '<?xml version="1.0" encoding="UTF-7"?><x/>',
      '<?xml version="1.0" encoding="iso-8859-1"?><x/>',
    ])
      assert.equal(refused(text), 'invalid', text)
    for (const bytes of [
      [0xff],
      [0x3c, 0x78, 0x3e, 0xc0, 0xaf],
      [0xff, 0xfe, 0x3c],
      [0x2b, 0x41, 0x44, 0x77],
    ])
      assert.equal(refused(Uint8Array.from(bytes)), 'invalid')
  })
  it('H11: refuses a document type where it begins', () => {
    for (const text of [
      '<!DOCTYPE x><x/>',
      '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
      '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
      '<x><!ENTITY a "b"></x>',
    ])
      assert.equal(refused(text), 'forbidden', text)
  })
  it('H11: bounds depth, attributes and parts', () => {
    const nested = (n: number): string => '<x>'.repeat(n) + '</x>'.repeat(n)
    assert.equal(refused(nested(MAX_XML_DEPTH)), 'taken')
    assert.equal(refused(nested(10_000)), 'invalid')
    const attributes = (n: number): string =>
      Array.from({ length: n }, (_, i) => ` a${i}=""`).join('')
    assert.equal(refused(`<x${attributes(MAX_XML_ATTRIBUTES)}/>`), 'taken')
    assert.equal(refused(`<x${attributes(20_000)}/>`), 'invalid')
    assert.equal(refused(`<x>${'<y/>'.repeat(50_000)}</x>`), 'invalid')
  })
})
