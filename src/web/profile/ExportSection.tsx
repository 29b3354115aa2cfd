/**
 * Everything that is kept about oneself, as a file.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group } from '@mantine/core'
import { linkTo } from '../api/call.ts'
import { Section } from '../parts/Section.tsx'

export function ExportSection(): React.ReactNode {
  const { t } = useLingui()
  return (
    <Section
      title={t`My data`}
      about={
        <Trans>
          Profile, second factors, browsers, application passwords without the passwords themselves,
          mailboxes, groups, notices and your rows of the audit, as one JSON file.
        </Trans>
      }
    >
      <Group>
        <Button
          variant="default"
          component="a"
          href={linkTo('GET /me/export', {})}
          download="passerelle-my-data.json"
        >
          <Trans>Export my data</Trans>
        </Button>
      </Group>
    </Section>
  )
}
