/**
 * A word in the corner after something was done; it goes by itself.
 */
import { t } from '@lingui/core/macro'
import { notifications } from '@mantine/notifications'

const LONG_ENOUGH_MS = 6000

export function tell(message: string): void {
  notifications.show({ message, withCloseButton: false, autoClose: LONG_ENOUGH_MS })
}

/** What somebody has to see stays until they put it away. */
export function warn(message: string): void {
  notifications.show({
    message,
    color: 'red',
    autoClose: false,
    closeButtonProps: { 'aria-label': t`Close` },
  })
}
