/**
 * A window over the page: Mantine's, with a close button that says what it is.
 */
import { useLingui } from '@lingui/react/macro'
import { Modal, type ModalProps } from '@mantine/core'

export function Window(props: ModalProps): React.ReactNode {
  const { t } = useLingui()
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      // Its header element would be a second banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      {...props}
    />
  )
}
