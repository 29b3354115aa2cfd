/**
 * What the API shows of work on many users.
 */
import { z } from 'zod'
import { BULK_FAILURES, DEEDS, type BulkFailure } from '#domain/bulk.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')

export const BulkPreviewView = z.object({
  people: z.int().describe('How many are selected.'),
  enabled: z.int().describe('Of them, those who are not disabled.'),
  disabled: z.int(),
  administrators: z.int(),
  withFactors: z.int().describe('People who have set up a second factor.'),
  requiredAlready: z.int().describe('People of whom one is required, decided for them alone.'),
  appPasswords: z.int().describe('Valid ones of all of them.'),
  appPasswordPeople: z.int().describe('People who have any.'),
  usedLastHour: z.int().describe('Of the application passwords, those used in the last hour.'),
  sessions: z.int(),
  devices: z.int().describe('Remembered browsers.'),
  devicePeople: z.int(),
  members: z.int().describe('People who are members of the group that was named.'),
})

export const BulkJobView = z.object({
  id: z.string(),
  deed: z.enum(DEEDS),
  groupId: z.string().nullable(),
  contactMethodsAgain: z.boolean(),
  deleteAppPasswords: z.boolean(),
  forgetDevices: z.boolean(),
  state: z.enum(['running', 'done']),
  total: z.int(),
  done: z.int().describe('People who are as wanted now.'),
  failed: z.int(),
  changed: z.int().describe('Of those who are as wanted, the ones that were not so before.'),
  appPasswords: z.int().describe('How many ended.'),
  sessions: z.int().describe('How many ended.'),
  devices: z.int().describe('How many are no longer remembered.'),
  createdAt: time,
  createdBy: z.string(),
  finishedAt: time.nullable(),
})

export const BulkFailureView = z.object({
  userId: z.string(),
  userName: z.string().describe('Empty where nobody of that id was ever there.'),
  reason: z.enum(Object.keys(BULK_FAILURES) as [BulkFailure, ...BulkFailure[]]),
})
