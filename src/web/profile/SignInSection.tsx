/**
 * How one signs in: the main password or the provider, second factors, recovery codes.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { OwnIdentity, Profile } from '../api/types.ts'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { PasswordWindow } from './PasswordWindow.tsx'
import { RecoveryFact } from './RecoveryFact.tsx'
import { SecondFactors } from './SecondFactors.tsx'

type Props = { me: Profile; identity: OwnIdentity | null }

export function SignInSection({ me, identity }: Props): React.ReactNode {
  const { t } = useLingui()
  return (
    <Section title={t`Signing in`}>
      <Facts>
        {identity ? <There identity={identity} /> : <OwnPassword me={me} />}
        <RecoveryFact me={me} />
      </Facts>
      <SecondFactors me={me} />
    </Section>
  )
}

function OwnPassword({ me }: { me: Profile }): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <Fact label={t`Password`}>
      <Group gap="sm">
        <Text size="sm" c="dimmed">
          <Trans>For these pages only; no application needs it.</Trans>
        </Text>
        <Button size="xs" variant="default" onClick={open}>
          <Trans>Change password</Trans>
        </Button>
      </Group>
      <PasswordWindow opened={opened} onClose={close} minimum={me.policy.passwordMinimum} />
    </Fact>
  )
}

function There({ identity }: { identity: OwnIdentity }): React.ReactNode {
  const { t } = useLingui()
  const { providerName } = identity
  return (
    <Fact label={identity.providerKind === 'ldap' ? t`Password` : t`First step`}>
      <Text size="sm" c="dimmed">
        {identity.providerKind === 'ldap' ? (
          <Trans>
            The one of <Name of={providerName} />: it is changed there. For these pages only; no
            application needs it.
          </Trans>
        ) : (
          <Trans>
            You sign in at <Name of={providerName} />. There is no password here.
          </Trans>
        )}
      </Text>
    </Fact>
  )
}
