/**
 * Search filters (RFC 4515), made of a template and what a person typed.
 */

/** Where a template has the name that was typed. */
export const NAME = '{name}'

/** RFC 4515 §3: what could end or change a filter becomes its hexadecimal form. */
export const escapeFilterValue = (value: string): string =>
  value.replaceAll(
    // oxlint-disable-next-line no-control-regex -- NUL is one of the five
    /[\0()*\\]/g,
    (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

/** The filter that finds whoever has this name. */
export const filterFor = (template: string, name: string): string =>
  template.replaceAll(NAME, () => escapeFilterValue(name))

/** The filter that finds everybody whom the template could find under some name. */
export const filterForAnybody = (template: string): string =>
  template.replaceAll(/\(([\w.;-]+)(?::[^=()]*)?[~<>]?=[^()]*\{name\}[^()]*\)/g, '($1=*)')

/** One of these. */
export const anyOf = (filters: readonly string[]): string =>
  filters.length === 1 ? filters[0]! : `(|${filters.join('')})`
