/**
 * The other ways to give the second factor, below the one that is asked for.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Stack } from '@mantine/core'
import { choiceKey, choiceName, type Choice } from './factor-choices.ts'

type Props = {
  choices: readonly Choice[]
  chosen: Choice
  onChoose: (choice: Choice) => void
  children?: React.ReactNode
}

export function OtherFactors({ choices, chosen, onChoose, children }: Props): React.ReactNode {
  const { i18n } = useLingui()
  return (
    <Stack gap={6} align="flex-start">
      {choices
        .filter((other) => choiceKey(other) !== choiceKey(chosen))
        .map((other) => (
          <Anchor
            key={choiceKey(other)}
            component="button"
            type="button"
            size="sm"
            ta="start"
            onClick={() => onChoose(other)}
          >
            <Trans>Use instead: {choiceName(other, i18n)}</Trans>
          </Anchor>
        ))}
      {children}
    </Stack>
  )
}
