/**
 * Parting a user from the provider that they come from: the account there means nobody here any more.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Stack, Text } from '@mantine/core'
import { call } from '../api/call.ts'
import type { OwnIdentity, User } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Name } from '../parts/Name.tsx'

export function PartFromProvider({
  user,
  identity,
}: {
  user: User
  identity: OwnIdentity
}): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Part from the provider</Trans>}
      title={t`Part a user from the provider`}
      deed={t`Part`}
      run={() => call('DELETE /users/:id/identity', { params: { id: user.id } })}
    >
      <Stack gap="xs">
        <Text size="sm">
          <Trans>
            Who signs in at <Name of={identity.providerName} /> as <Name of={identity.shownAs} /> is
            no longer <Name of={user.name} />. Browser sessions end at once.
          </Trans>
        </Text>
        <Text size="sm">
          <Trans>
            Application passwords go on working, and the provider is asked about this person no
            more. The person needs a link: by it they set a password here, or sign in at a provider
            that they come from then on.
          </Trans>
        </Text>
      </Stack>
    </Dangerous>
  )
}
