/**
 * Administration, drive: shared folders, and who has which quota.
 */
import { useLingui } from '@lingui/react/macro'
import { Page } from '../parts/Page.tsx'
import { FoldersSection } from './FoldersSection.tsx'
import { QuotasSection } from './QuotasSection.tsx'

export function DrivePage(): React.ReactNode {
  const { t } = useLingui()
  return (
    <Page title={t`Drive`}>
      <FoldersSection />
      <QuotasSection />
    </Page>
  )
}
