/**
 * The words for applications and gateways.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Application, AppPassword, Gateway } from '../api/types.ts'

export const APPLICATION_WORDS: Record<Application, MessageDescriptor> = {
  network_drive: msg`Network drive`,
  sync: msg`Sync client`,
  phone: msg`Phone or tablet`,
  other: msg`Other application`,
}
export const APPLICATIONS = Object.keys(APPLICATION_WORDS) as Application[]

export const APPLICATION_EXAMPLES: Record<Application, MessageDescriptor> = {
  network_drive: msg`Windows Explorer, macOS Finder, davfs2`,
  sync: msg`rclone, FolderSync, GoodSync`,
  phone: msg`Files on a phone or tablet`,
  other: msg`Anything that asks for a user name and a password`,
}

export const GATEWAY_WORDS: Record<Gateway, MessageDescriptor> = {
  drive: msg`Drive (WebDAV)`,
}

export const APP_PASSWORD_STATES: Record<AppPassword['state'], MessageDescriptor> = {
  valid: msg`Valid`,
  expired: msg`Expired`,
  unused: msg`Ended: not used for too long`,
}
