/**
 * Administration, dashboard: what is connected, what came and went, what ends soon, and first of all
 * what needs a look now.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { stamp } from '../parts/moments.ts'
import { Page } from '../parts/Page.tsx'
import { AccountStates } from './AccountStates.tsx'
import { EndingSection } from './EndingSection.tsx'
import { GatewaysSection } from './GatewaysSection.tsx'
import { NodesSection } from './NodesSection.tsx'
import { SignInsSection } from './SignInsSection.tsx'
import { StaleSection } from './StaleSection.tsx'
import { Warnings } from './Warnings.tsx'

/** Nodes write what they know every ten seconds. */
const EVERY_MS = 15_000

export function DashboardPage(): React.ReactNode {
  const { t, i18n } = useLingui()
  const query = useQuery({ ...reading('GET /dashboard'), refetchInterval: EVERY_MS })
  return (
    <Page
      title={t`Dashboard`}
      actions={
        query.data && (
          <Text size="sm" c="dimmed">
            <Trans>As of {stamp(query.data.at, i18n.locale)}, renewed by itself</Trans>
          </Text>
        )
      }
    >
      <Loaded query={query}>
        {(board) => (
          <>
            <Warnings board={board} />
            <AccountStates accounts={board.accounts} />
            <GatewaysSection board={board} />
            <SignInsSection board={board} />
            <EndingSection ending={board.ending} />
            <StaleSection stale={board.stale} />
            <NodesSection nodes={board.nodes} />
          </>
        )}
      </Loaded>
    </Page>
  )
}
