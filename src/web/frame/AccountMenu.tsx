/**
 * The avatar and its menu: profile, language, light or dark, sign out.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Avatar,
  Menu,
  Text,
  UnstyledButton,
  VisuallyHidden,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useAction } from '../api/query.ts'
import type { Language, Session } from '../api/types.ts'
import { LANGUAGE_NAMES, LANGUAGES, speak } from '../i18n.ts'
import { isolated } from '../parts/moments.ts'
import { useSignOut } from './sign-out.ts'
import { Name } from '../parts/Name.tsx'

type Props = { user: NonNullable<Session['user']> }

export function AccountMenu({ user }: Props): React.ReactNode {
  const { t } = useLingui()
  const signOut = useSignOut()
  const shown = user.displayName || user.name
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton>
          <Avatar color="water.9" variant="filled" size={34} name={shown} />
          <VisuallyHidden>{t`Account of ${isolated(shown)}`}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label component="div">
          <Text size="sm" c="var(--mantine-color-text)" fw={500} component="bdi" display="block">
            {shown}
          </Text>
          <Name of={user.email} />
        </Menu.Label>
        <Menu.Item component={Link} to="/profile">
          <Trans>Profile</Trans>
        </Menu.Item>
        <Menu.Divider />
        <LanguageItems spoken={user.language} />
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item onClick={signOut}>
          <Trans>Sign out</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function LanguageItems({ spoken }: { spoken: Language }): React.ReactNode {
  const change = useAction('PATCH /me', ({ user }) => speak(user.language, true))
  return (
    <>
      <Menu.Label>
        <Trans>Language</Trans>
      </Menu.Label>
      {LANGUAGES.map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          rightSection={language === spoken ? <Chosen /> : null}
          onClick={() => change.mutate({ body: { language } })}
        >
          {LANGUAGE_NAMES[language]}
        </Menu.Item>
      ))}
    </>
  )
}

function SchemeItems(): React.ReactNode {
  const { t } = useLingui()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const schemes: Record<MantineColorScheme, string> = {
    light: t`Light`,
    dark: t`Dark`,
    auto: t`As the system`,
  }
  return (
    <>
      <Menu.Label>
        <Trans>Appearance</Trans>
      </Menu.Label>
      {(Object.keys(schemes) as MantineColorScheme[]).map((one) => (
        <Menu.Item
          key={one}
          rightSection={one === colorScheme ? <Chosen /> : null}
          onClick={() => setColorScheme(one)}
        >
          {schemes[one]}
        </Menu.Item>
      ))}
    </>
  )
}

function Chosen(): React.ReactNode {
  const { t } = useLingui()
  return <span aria-label={t`chosen`}>✓</span>
}
