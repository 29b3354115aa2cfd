/**
 * What a forecast is about: an end leads to where it is mended.
 */
import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Forecast } from '../api/types.ts'
import { Name } from '../parts/Name.tsx'

export function WhatEnds({ row: { what, id, identifier } }: { row: Forecast }): React.ReactNode {
  const ofApplication = what === 'client_secret' || what === 'certificate'
  return (
    <Anchor
      component={Link}
      to={
        ofApplication
          ? '/administration/oauth-applications/$applicationId'
          : '/administration/mail-accounts/$accountId'
      }
      params={(ofApplication ? { applicationId: id } : { accountId: id }) as never}
      size="sm"
    >
      <Name of={identifier} />
    </Anchor>
  )
}
