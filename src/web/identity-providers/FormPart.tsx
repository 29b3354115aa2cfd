/**
 * A part of a long form: a heading, what it is about, and its fields.
 */
import { Stack, Text, Title } from '@mantine/core'

type Props = { title: string; about?: React.ReactNode; children: React.ReactNode }

export function FormPart({ title, about, children }: Props): React.ReactNode {
  return (
    <div>
      <Title order={3} size="h5">
        {title}
      </Title>
      {about !== undefined && (
        <Text size="sm" c="dimmed" maw="44rem">
          {about}
        </Text>
      )}
      <Stack gap="md" mt="xs">
        {children}
      </Stack>
    </div>
  )
}
