/**
 * The words for what a member may do in a shared folder.
 */
import { useLingui } from '@lingui/react/macro'
import type { SharedFolder } from '../api/types.ts'

export type FolderAccess = SharedFolder['members'][number]['access']

export function useAccessWords(): Record<FolderAccess, string> {
  const { t } = useLingui()
  return { read: t`can read`, write: t`can read and write` }
}
