/**
 * The administrator's navigation: what exists, in the order of the work.
 */
import { useLingui } from '@lingui/react/macro'
import { Divider, NavLink } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import classes from './Frame.module.css'

export function Navigation({ onChoose }: { onChoose: () => void }): React.ReactNode {
  const { t } = useLingui()
  const { pathname } = useLocation()
  const entry = (to: string, label: string): React.ReactNode => (
    <NavLink
      component={Link}
      to={to}
      label={label}
      active={pathname.startsWith(to)}
      aria-current={pathname.startsWith(to) ? 'page' : undefined}
      onClick={onChoose}
    />
  )
  return (
    <>
      <div className={classes.group}>{t`Administration`}</div>
      {entry('/administration/dashboard', t`Dashboard`)}
      {entry('/administration/users', t`Users`)}
      {entry('/administration/groups', t`Groups`)}
      {entry('/administration/mail-accounts', t`Mail accounts`)}
      {entry('/administration/oauth-applications', t`OAuth 2 applications`)}
      {entry('/administration/identity-providers', t`Identity providers`)}
      {entry('/administration/notices', t`Notices`)}
      <div className={classes.group}>{t`Configuration`}</div>
      {entry('/administration/security', t`Security`)}
      {entry('/administration/sms-gateway', t`SMS gateway`)}
      {entry('/administration/drive', t`Drive`)}
      <Divider my="xs" />
      {entry('/administration/audit', t`Audit`)}
    </>
  )
}
