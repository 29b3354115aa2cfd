/**
 * The frame of every page of a signed-in person: the bar on top, and for administrators the
 * navigation on the left.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { AppShell, Burger, Container, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { sessionReading } from '../api/session.ts'
import { AccountMenu } from './AccountMenu.tsx'
import classes from './Frame.module.css'
import { Navigation } from './Navigation.tsx'
import { ProviderReturn } from './ProviderReturn.tsx'

export function Frame(): React.ReactNode {
  const [opened, { toggle, close }] = useDisclosure(false)
  const { t } = useLingui()
  const user = useQuery(sessionReading()).data?.user
  if (!user) return null
  const administrates = user.role !== 'user' // an auditor reads
  return (
    <AppShell
      header={{ height: 52 }}
      {...(administrates && {
        navbar: { width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } },
      })}
      padding={{ base: 'sm', sm: 'lg' }}
      transitionDuration={0}
    >
      <AppShell.Header>
        <a href="#content" className={classes.skip}>
          <Trans>Skip to the content</Trans>
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            {administrates && (
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={opened ? t`Close the navigation` : t`Open the navigation`}
                aria-expanded={opened}
              />
            )}
            <Text component={Link} to="/profile" className={classes.product} translate="no">
              Passerelle
            </Text>
          </Group>
          <AccountMenu user={user} />
        </Group>
      </AppShell.Header>
      {administrates && (
        <AppShell.Navbar p="xs" aria-label={t`Administration`}>
          <Navigation onChoose={close} />
        </AppShell.Navbar>
      )}
      <AppShell.Main id="content">
        <Container size={administrates ? 'lg' : 'md'} px={0}>
          <ProviderReturn />
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  )
}
