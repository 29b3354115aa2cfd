/**
 * Something to take elsewhere: its label, the text, and a button that copies it.
 */
import { useLingui } from '@lingui/react/macro'
import { Button, Group, Text } from '@mantine/core'
import { useRef } from 'react'
import { useCopy } from './copy.ts'
import classes from './CopyField.module.css'

type Props = {
  label: string
  text: string
  large?: boolean
  onCopied?: () => void
}

export function CopyField({ label, text, large = false, onCopied }: Props): React.ReactNode {
  const shown = useRef<HTMLElement>(null)
  const { state, copy } = useCopy(onCopied)
  const { t } = useLingui()
  const word = state === 'copied' ? t`Copied` : t`Copy`
  return (
    <div>
      <Text size="sm" fw="var(--mantine-font-weight-medium)" component="div">
        {label}
      </Text>
      <Group gap="xs" align="center">
        <code ref={shown} className={large ? classes.large : classes.text} translate="no">
          {text}
        </code>
        <Button
          variant={large ? 'filled' : 'default'}
          size={large ? 'sm' : 'xs'}
          className={classes.button}
          aria-label={`${word}: ${label}`}
          onClick={() => void copy(text, shown.current)}
        >
          {word}
        </Button>
      </Group>
      <output className={classes.said}>
        {state === 'selected' && t`Selected. Press Ctrl+C (on a Mac ⌘C) to copy.`}
      </output>
    </div>
  )
}
