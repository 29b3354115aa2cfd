/**
 * Characters of XML 1.0 (W3C REC-xml §2.2), and how text is written into a document.
 */

// eslint-disable-next-line no-control-regex -- XML 1.0 has none of these, not even escaped
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u
// eslint-disable-next-line no-control-regex -- the same
const EACH_NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu
const SPECIAL = /[&<>"\r]/
const EACH_SPECIAL = /[&<>"\r\n\t]/g
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

export const isXmlText = (text: string): boolean => !NOT_XML.test(text)

/** For content. What XML cannot say becomes U+FFFD, so that one odd name never spoils a listing. */
export function xmlText(text: string): string {
  if (/^[\w .,:;/+=@()-]*$/.test(text)) return text
  const clean = text.replaceAll(EACH_NOT_XML, '\ufffd')
  return SPECIAL.test(clean) ? clean.replaceAll(/[&<>"\r]/g, (one) => ESCAPES[one]!) : clean
}

/** For attribute values, in which a parser would turn line ends and tabs into spaces. */
export const xmlAttribute = (text: string): string =>
  text.replaceAll(EACH_NOT_XML, '\ufffd').replaceAll(EACH_SPECIAL, (one) => ESCAPES[one]!)
