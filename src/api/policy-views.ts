/**
 * What the API shows of policy: what applies, which level decides it, and what a change would end.
 */
import { z } from 'zod'
import { REFUSALS, type Refusal } from '#domain/admission.ts'
import { GATEWAYS } from '#domain/app-password.ts'
import { SETTING_NAMES } from '#domain/policy.ts'
import { SettingValue } from './setting-value.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')
const id = z.string().describe('UUIDv7.')
const settingName = z.enum(SETTING_NAMES as [(typeof SETTING_NAMES)[number]])

export const LEVELS = ['everybody', 'group', 'person'] as const

const DecidedByView = z.object({
  level: z.enum(LEVELS),
  groupId: id.nullable(),
  groupName: z.string().nullable(),
})

/** What applies to a person, in a profile. */
export const AppliedView = DecidedByView.extend({ name: settingName, value: SettingValue })

/** One setting at a group or a person. */
export const DecisionView = z.object({
  name: settingName,
  value: SettingValue.describe('What applies there.'),
  decided: z.boolean().describe('It is decided at this level itself.'),
  inherited: SettingValue.describe('What applies without a decision at this level.'),
  inheritedFrom: DecidedByView,
  initial: SettingValue,
  about: z.string(),
  updatedAt: time.nullable().describe('Of the decision at this level.'),
  updatedBy: z.string().nullable(),
})

export const GroupView = z.object({
  id,
  name: z.string(),
  position: z.int().describe('From 1. Of two groups that both decide, the first wins.'),
  providerId: id.nullable().describe('Where it comes from; null: made here.'),
  providerName: z.string().nullable(),
  members: z.int(),
  decisions: z.int().describe('How many settings it decides.'),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  updatedBy: z.string(),
})

const counted = <T extends z.ZodType>(row: T) =>
  z.object({ total: z.int(), shown: z.array(row).describe('The first 100.') })
const refusal = z.enum(Object.keys(REFUSALS) as [Refusal, ...Refusal[]])

export const WhatIfView = z.object({
  people: counted(
    z.object({ id, name: z.string(), displayName: z.string(), lastSignInAt: time.nullable() }),
  ).describe('Who would have to set up a second factor at the next sign-in.'),
  appPasswords: counted(
    z.object({
      id,
      name: z.string(),
      userId: id,
      userName: z.string(),
      gateways: z.array(z.enum(GATEWAYS)).describe('That it opens now, and would not.'),
      reason: refusal,
      lastUse: z
        .object({ at: time, gateway: z.enum(GATEWAYS), client: z.string(), ip: z.string() })
        .nullable(),
    }),
  ),
  connections: counted(
    z.object({
      id,
      userId: id,
      appPasswordName: z.string().nullable(),
      gateway: z.enum(GATEWAYS),
      client: z.string(),
      ip: z.string(),
      openedAt: time,
    }),
  ).describe('What is connected now and would be cut.'),
  looked: z.int().describe('How many people were looked at.'),
  complete: z.boolean().describe('false: it took too long to look at everybody.'),
})
