/**
 * CSV (RFC 4180) that is safe to open in a spreadsheet.
 *
 * A cell that begins with a character that starts a formula gets an apostrophe in front, so that a
 * connection called `=HYPERLINK(…)` stays text (OWASP ASVS 5.0 1.2.10).
 */

export function csv(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const inert = /^\s*[=+\-@\t\r\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}]/u.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
