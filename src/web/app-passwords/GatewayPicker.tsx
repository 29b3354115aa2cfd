/**
 * Which gateways a new application password opens: those of its application that run here, unless
 * others are picked under "More".
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Checkbox, Collapse, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Gateway } from '../api/types.ts'
import { GATEWAY_ABOUT, GATEWAY_WORDS } from '../words/applications.ts'

type Props = {
  /** Those that the application would use, whether they run here or not. */
  wanted: readonly Gateway[]
  /** Those that run here and that policy leaves open. */
  running: readonly Gateway[]
  /** Those that run here and that policy closes. */
  closed: readonly Gateway[]
  value: readonly Gateway[]
  onChange: (gateways: Gateway[]) => void
}

export function GatewayPicker(props: Props): React.ReactNode {
  const { wanted, running, closed, value, onChange } = props
  const { t, i18n } = useLingui()
  const [more, { toggle }] = useDisclosure(false)
  const useless = !wanted.some((one) => running.includes(one))
  const list = (gateways: readonly Gateway[]): string =>
    gateways.map((one) => i18n._(GATEWAY_WORDS[one])).join(', ')
  const missing = wanted.filter((one) => !running.includes(one) && !closed.includes(one))
  return (
    <Stack gap="xs">
      {useless && value.length === 0 && (
        <Alert color="yellow">
          {wanted.length === 0 ? (
            <Trans>
              Policy closes every gateway that this application uses: an application password for it
              would open nothing.
            </Trans>
          ) : (
            <Trans>
              This server has no gateway for this application ({list(wanted)}): an application
              password for it would open nothing. Ask your administrator.
            </Trans>
          )}
        </Alert>
      )}
      <Group gap="xs">
        <Text size="sm">
          {value.length > 0 ? <Trans>Opens {list(value)}</Trans> : <Trans>Opens nothing yet</Trans>}
        </Text>
        <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={more}>
          {more ? <Trans>Less</Trans> : <Trans>More</Trans>}
        </Button>
      </Group>
      <Collapse expanded={more}>
        <Checkbox.Group
          label={t`Gateways that it opens`}
          description={
            missing.length + closed.length > 0 && (
              <>
                {missing.length > 0 && !useless && (
                  <Trans>Does not run here: {list(missing)}.</Trans>
                )}{' '}
                {closed.length > 0 && <Trans>Closed by policy: {list(closed)}.</Trans>}
              </>
            )
          }
          value={[...value]}
          onChange={(picked) => onChange(running.filter((one) => picked.includes(one)))}
          error={value.length === 0 && t`Pick at least one.`}
        >
          <Stack gap="xs" my="xs">
            {running.map((one) => (
              <Checkbox
                key={one}
                value={one}
                size="xs"
                label={`${i18n._(GATEWAY_WORDS[one])}: ${i18n._(GATEWAY_ABOUT[one])}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </Collapse>
    </Stack>
  )
}
