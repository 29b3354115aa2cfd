/**
 * A change that would end tokens was refused: what ends, and the button of who means it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Stack, Text } from '@mantine/core'
import type { ApiProblem } from '../api/problem.ts'
import { faultText } from './faults.ts'

type Props = { problem: ApiProblem | null; pending: boolean; onConfirm: () => void }

export function EndsTokens({ problem, pending, onConfirm }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const ends = endOfTokens(problem)
  if (!ends) return null
  return (
    <Alert color="yellow" role="alert" title={faultText(ends, i18n)}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          <Trans>
            Nothing was changed yet. Afterwards, run Init. Token again for each of them.
          </Trans>
        </Text>
        <Button size="xs" color="red.9" loading={pending} onClick={onConfirm}>
          <Trans>Change it, and end the tokens</Trans>
        </Button>
      </Stack>
    </Alert>
  )
}

export const endOfTokens = (problem: ApiProblem | null) =>
  problem?.fields.find(({ fault }) => fault === 'ends_tokens')
