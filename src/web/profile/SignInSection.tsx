/**
 * How one signs in: the main password, second factors, recovery codes.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Profile } from '../api/types.ts'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Section } from '../parts/Section.tsx'
import { PasswordWindow } from './PasswordWindow.tsx'
import { RecoveryFact } from './RecoveryFact.tsx'
import { SecondFactors } from './SecondFactors.tsx'

export function SignInSection({ me }: { me: Profile }): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <Section title={t`Signing in`}>
      <Facts>
        <Fact label={t`Password`}>
          <Group gap="sm">
            <Text size="sm" c="dimmed">
              <Trans>For these pages only; no application needs it.</Trans>
            </Text>
            <Button size="xs" variant="default" onClick={open}>
              <Trans>Change password</Trans>
            </Button>
          </Group>
        </Fact>
        <RecoveryFact me={me} />
      </Facts>
      <SecondFactors me={me} />
      <PasswordWindow opened={opened} onClose={close} minimum={me.policy.passwordMinimum} />
    </Section>
  )
}
