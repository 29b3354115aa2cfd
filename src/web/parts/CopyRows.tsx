/**
 * Several values that are typed in elsewhere together, in one block: each with its label and a
 * button that copies it.
 */
import { useLingui } from '@lingui/react/macro'
import { Button, Text } from '@mantine/core'
import { useId, useRef } from 'react'
import { useCopy } from './copy.ts'
import classes from './CopyRows.module.css'

type Row = { label: string; text: string }
type Props = { title: string; about?: string; rows: readonly Row[] }

export function CopyRows({ title, about, rows }: Props): React.ReactNode {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.block}>
      <Text size="sm" component="h3" className={classes.title}>
        <span id={id}>{title}</span>
        {about !== undefined && (
          <Text span size="xs" c="dimmed">
            {about}
          </Text>
        )}
      </Text>
      <dl className={classes.rows}>
        {rows.map((row) => (
          <CopyRow key={row.label} of={title} {...row} />
        ))}
      </dl>
    </section>
  )
}

function CopyRow({ of, label, text }: Row & { of: string }): React.ReactNode {
  const { t } = useLingui()
  const shown = useRef<HTMLElement>(null)
  const { state, copy } = useCopy()
  const word = state === 'copied' ? t`Copied` : t`Copy`
  return (
    <div className={classes.row}>
      <dt>{label}</dt>
      <dd>
        <code ref={shown} translate="no">
          {text}
        </code>
        <Button
          variant="subtle"
          size="compact-xs"
          className={classes.button}
          aria-label={`${word}: ${of}, ${label}`}
          onClick={() => void copy(text, shown.current)}
        >
          {word}
        </Button>
        <output className={classes.said}>
          {state === 'selected' && t`Selected. Press Ctrl+C (on a Mac ⌘C) to copy.`}
        </output>
      </dd>
    </div>
  )
}
