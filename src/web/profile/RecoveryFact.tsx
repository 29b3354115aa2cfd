/**
 * How many recovery codes are left, and the window that makes new ones.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import type { Profile } from '../api/types.ts'
import { RecoveryCodes } from '../first-steps/RecoveryCodes.tsx'
import { Fact } from '../parts/Facts.tsx'
import { Window } from '../parts/Window.tsx'

const FEW = 3

export function RecoveryFact({ me }: { me: Profile }): React.ReactNode {
  const { t } = useLingui()
  const [opened, { open, close }] = useDisclosure(false)
  const left = me.user.recoveryCodes
  if (me.user.secondFactors === 0) return null
  return (
    <Fact label={t`Recovery codes`}>
      <Group gap="sm">
        <Text size="sm" c={left < FEW ? 'var(--mantine-color-error)' : 'dimmed'}>
          {left === 0 ? (
            <Trans>None left: without your phone you could not sign in.</Trans>
          ) : (
            <Plural value={left} one="# left" other="# left" />
          )}
        </Text>
        <Button size="xs" variant="default" onClick={open}>
          <Trans>Make new codes</Trans>
        </Button>
      </Group>
      <Window opened={opened} onClose={close} title={t`Recovery codes`} size="lg">
        <NewCodes hadCodes={left > 0} onClose={close} />
      </Window>
    </Fact>
  )
}

function NewCodes({ hadCodes, onClose }: { hadCodes: boolean; onClose: () => void }) {
  const [agreed, setAgreed] = useState(!hadCodes)
  if (agreed) return <RecoveryCodes onKept={onClose} />
  return (
    <Stack gap="md">
      <Text size="sm">
        <Trans>Ten new codes are made, and the codes that you have kept so far stop working.</Trans>
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
        <Button color="red.9" onClick={() => setAgreed(true)}>
          <Trans>Replace my codes</Trans>
        </Button>
      </Group>
    </Stack>
  )
}
