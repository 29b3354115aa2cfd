/**
 * The page of somebody who is not signed in yet: one thing in the middle, and the language below.
 */
import { Anchor, Box, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { LANGUAGE_NAMES, LANGUAGES, speak } from '../i18n.ts'
import { useTitle } from './Page.tsx'

type Props = { title: string; about?: React.ReactNode; wide?: boolean; children: React.ReactNode }

export function SmallPage({ title, about, wide = false, children }: Props): React.ReactNode {
  const heading = useTitle(title)
  return (
    <Box mih="100dvh" px="sm" py={{ base: 'md', sm: '8vh' }}>
      <Stack component="main" maw={wide ? '38rem' : '25rem'} mx="auto" gap="md">
        <Text fw={600} c="dimmed" translate="no">
          Passerelle
        </Text>
        <Paper withBorder p={{ base: 'md', sm: 'xl' }}>
          <Stack gap="md">
            <div>
              <Title order={1} ref={heading} tabIndex={-1}>
                {title}
              </Title>
              {about && (
                <Text size="sm" c="dimmed" mt={4}>
                  {about}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
        <Languages />
      </Stack>
    </Box>
  )
}

function Languages(): React.ReactNode {
  return (
    <Group gap="md" justify="center">
      {LANGUAGES.map((one) => (
        <Anchor
          key={one}
          component="button"
          type="button"
          size="sm"
          lang={one}
          onClick={() => void speak(one, true)}
        >
          {LANGUAGE_NAMES[one]}
        </Anchor>
      ))}
    </Group>
  )
}
