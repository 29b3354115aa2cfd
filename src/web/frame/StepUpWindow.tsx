/**
 * "Confirm it's you": the window before a sensitive action, when the last sign-in is too long ago.
 */
import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef, useState } from 'react'
import { confirmWith } from '../api/step-up.ts'
import { Window } from '../parts/Window.tsx'
import { StepUpForm } from './StepUpForm.tsx'

export function StepUpWindow(): React.ReactNode {
  const { t } = useLingui()
  const [opened, setOpened] = useState(false)
  const answer = useRef<(confirmed: boolean) => void>(() => {})
  useEffect(
    () =>
      confirmWith(
        () =>
          new Promise((resolve) => {
            answer.current = resolve
            setOpened(true)
          }),
      ),
    [],
  )
  const finish = (confirmed: boolean): void => {
    setOpened(false)
    answer.current(confirmed)
  }
  return (
    <Window
      opened={opened}
      onClose={() => finish(false)}
      title={t`Confirm that it is you`}
      zIndex={400}
    >
      <StepUpForm onConfirmed={() => finish(true)} onCancel={() => finish(false)} />
    </Window>
  )
}
