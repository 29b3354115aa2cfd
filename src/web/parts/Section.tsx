/**
 * A part of a page: a heading, at most a few actions beside it, and what it shows.
 */
import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useId } from 'react'

type Props = {
  title: string
  about?: React.ReactNode
  actions?: React.ReactNode
  children: React.ReactNode
}

export function Section({ title, about, actions, children }: Props): React.ReactNode {
  const id = useId()
  return (
    <Paper component="section" aria-labelledby={id} withBorder p={{ base: 'sm', sm: 'lg' }}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div>
            <Title order={2} id={id}>
              {title}
            </Title>
            {about && (
              <Text size="sm" c="dimmed" maw="44rem">
                {about}
              </Text>
            )}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Paper>
  )
}
