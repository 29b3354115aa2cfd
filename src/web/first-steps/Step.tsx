/**
 * One step of setting up: how far one is, what it is about, and its content.
 */
import { Trans } from '@lingui/react/macro'
import { Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'

type Props = { number: number; of: number; title: string; children: React.ReactNode }

export function Step({ number, of, title, children }: Props): React.ReactNode {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <Stack gap="md">
      <div>
        <Text size="xs" c="dimmed" className="no-print">
          <Trans>
            Step {number} of {of}
          </Trans>
        </Text>
        <Title order={2} ref={heading} tabIndex={-1}>
          {title}
        </Title>
      </div>
      {children}
    </Stack>
  )
}
