/**
 * A page: its title in the window and on top, focused after a change of page so that a screen reader
 * starts there.
 */
import { Group, Stack, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Name } from './Name.tsx'

type Props = { title: string; actions?: React.ReactNode; children: React.ReactNode }

export function Page({ title, actions, children }: Props): React.ReactNode {
  const heading = useTitle(title)
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" gap="sm">
        <Title order={1} ref={heading} tabIndex={-1}>
          <Name of={title} />
        </Title>
        {actions}
      </Group>
      {children}
    </Stack>
  )
}

/** Names the window and moves the focus to the heading, unless something has it already. */
export function useTitle(title: string): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Passerelle`
  }, [title])
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  return heading
}
