/**
 * A time: relative to read, exact on hover.
 */
import { useLingui } from '@lingui/react'
import { exact, relative } from './moments.ts'
import { useNow } from './now.ts'

export function Ago({ at, capital = false }: { at: number; capital?: boolean }): React.ReactNode {
  const { i18n } = useLingui()
  // What has happened after the last tick of this page's clock has happened now.
  const text = relative(at, useNow(), i18n.locale)
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at, i18n.locale)}>
      {capital ? text.charAt(0).toLocaleUpperCase(i18n.locale) + text.slice(1) : text}
    </time>
  )
}
