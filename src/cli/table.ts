/**
 * Rows for people: columns as wide as what stands in them.
 */

/** Control characters would move the cursor or recolour the terminal; a name can hold such things. */
const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)

export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const texts = [head, ...rows.map((row) => row.map((cell) => visible(String(cell ?? '–'))))]
  const widths = head.map((_, column) =>
    Math.max(...texts.map((row) => [...(row[column] ?? '')].length)),
  )
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - [...cell].length)).join('  ')
  return texts.map((row) => line(row).trimEnd()).join('\n')
}

/** 2026-05-03 14:05 UTC, or – for never. */
export const timeText = (at: number | null): string =>
  at === null ? '–' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
