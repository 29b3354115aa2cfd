/**
 * A small XML document as a tree, and a part of it written so that it stands for itself.
 */
import { Problem } from '#base/problem.ts'
import {
  XML_NAMESPACE,
  XmlReader,
  xmlFromBytes,
  type XmlAttribute,
  type XmlName,
} from './xml-reader.ts'
import { xmlAttribute, xmlText } from './xml-text.ts'

export const DAV = 'DAV:'

export type XmlElement = {
  readonly name: XmlName
  readonly attributes: readonly XmlAttribute[]
  readonly children: (XmlElement | string)[]
  /** xml:lang as it applies here, or null. */
  readonly language: string | null
}

/** @throws Problem `invalid`, or `forbidden` when there is a document type */
export function readXml(bytes: Uint8Array): XmlElement {
  const reader = new XmlReader(xmlFromBytes(bytes))
  const open: XmlElement[] = []
  let root: XmlElement | null = null
  for (let event = reader.next(); event; event = reader.next()) {
    if (event.is === 'close') open.pop()
    else if (event.is === 'text') open.at(-1)?.children.push(event.text)
    else {
      const lang = event.attributes.find(
        (one) => one.namespace === XML_NAMESPACE && one.local === 'lang',
      )
      const language = lang?.value ?? open.at(-1)?.language ?? null
      const element = { name: event.name, attributes: event.attributes, children: [], language }
      open.at(-1)?.children.push(element)
      root ??= element
      open.push(element)
    }
  }
  if (!root) throw new Problem('invalid', 'The XML has no element.')
  return root
}

export const isDav = (element: XmlElement, local: string): boolean =>
  element.name.namespace === DAV && element.name.local === local

export const elementsOf = (element: XmlElement): XmlElement[] =>
  element.children.filter((child) => typeof child !== 'string')

export const davChild = (element: XmlElement, local: string): XmlElement | undefined =>
  elementsOf(element).find((child) => isDav(child, local))

export const textOf = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')

/** The element with every namespace and language that it needs, to be put into any document. */
export function standalone(element: XmlElement): string {
  const hasLang = element.attributes.some(
    (one) => one.namespace === XML_NAMESPACE && one.local === 'lang',
  )
  const language =
    element.language !== null && !hasLang ? ` xml:lang="${xmlAttribute(element.language)}"` : ''
  return written(element, { '': null }, language)
}

/** What the prefixes mean where an element is put; null: not known, declare before use. */
type Known = Readonly<Record<string, string | null>>

function written(element: XmlElement, known: Known, more = ''): string {
  const scope: Record<string, string | null> = { ...known }
  let declarations = ''
  const declare = ({ prefix, namespace }: XmlName): void => {
    if (prefix === 'xml' || (Object.hasOwn(scope, prefix) && scope[prefix] === namespace)) return
    scope[prefix] = namespace
    declarations += ` xmlns${prefix === '' ? '' : `:${prefix}`}="${xmlAttribute(namespace)}"`
  }
  declare(element.name)
  let attributes = ''
  for (const one of element.attributes) {
    if (one.prefix !== '') declare(one)
    attributes += ` ${qualified(one)}="${xmlAttribute(one.value)}"`
  }
  const head = `<${qualified(element.name)}${declarations}${attributes}${more}`
  if (element.children.length === 0) return `${head}/>`
  const inner = element.children.map((child) =>
    typeof child === 'string' ? xmlText(child) : written(child, scope),
  )
  return `${head}>${inner.join('')}</${qualified(element.name)}>`
}

const qualified = ({ prefix, local }: XmlName): string =>
  prefix === '' ? local : `${prefix}:${local}`
