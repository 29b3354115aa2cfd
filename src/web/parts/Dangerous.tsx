/**
 * A button for something that cannot be undone: it asks once, and says what will end.
 */
import { Button, type ButtonProps } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmWindow } from './ConfirmWindow.tsx'
import { useMayChange } from './ForAdministrators.tsx'

type Props = {
  label: React.ReactNode
  /** What a screen reader says where the label alone is ambiguous: "Delete: Outlook". */
  name?: string
  title: string
  deed: string
  run: () => Promise<unknown>
  done?: () => unknown
  button?: ButtonProps
  children: React.ReactNode
}

/** An auditor does not see it. */
export function Dangerous(props: Props): React.ReactNode {
  return useMayChange() ? <DangerousButton {...props} /> : null
}

function DangerousButton(props: Props): React.ReactNode {
  const [opened, { open, close }] = useDisclosure(false)
  const client = useQueryClient()
  const action = useMutation({
    mutationFn: props.run,
    onSuccess: async () => {
      close()
      await props.done?.()
      await client.invalidateQueries()
    },
  })
  const ask = (): void => {
    action.reset()
    open()
  }
  return (
    <>
      <Button variant="default" size="xs" aria-label={props.name} onClick={ask} {...props.button}>
        {props.label}
      </Button>
      <ConfirmWindow
        opened={opened}
        onClose={close}
        title={props.title}
        deed={props.deed}
        onConfirm={() => action.mutate()}
        pending={action.isPending}
        problem={action.error}
      >
        {props.children}
      </ConfirmWindow>
    </>
  )
}
