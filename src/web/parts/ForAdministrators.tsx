/**
 * What auditors do not see: they read the pages of administration, and may change nothing there.
 */
import { Fieldset } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { createContext, useContext } from 'react'
import { sessionReading } from '../api/session.ts'
import classes from './ForAdministrators.module.css'

type Props = { children: React.ReactNode }

const ReadOnly = createContext(false)

/** Around all pages of administration; the profile is everybody's own to change. */
export function AdministrationPages(): React.ReactNode {
  const role = useQuery(sessionReading()).data?.user?.role
  return (
    <ReadOnly value={role !== 'administrator'}>
      <Outlet />
    </ReadOnly>
  )
}

/** false for an auditor on a page of administration. */
export const useMayChange = (): boolean => !useContext(ReadOnly)

/** Buttons that would be refused are not there. */
export function ForAdministrators({ children }: Props): React.ReactNode {
  return useMayChange() ? children : null
}

/** Fields of a form: an auditor reads them, and cannot type. */
export function Fields({ children }: Props): React.ReactNode {
  return (
    <Fieldset variant="unstyled" className={classes.fields} disabled={!useMayChange()}>
      {children}
    </Fieldset>
  )
}
