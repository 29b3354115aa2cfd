/**
 * What a row of the contract says, and the small shapes that many rows share.
 */
import { z } from 'zod'
import type { ProblemCode } from '#base/problem.ts'

/**
 * Who may call. `second_factor`: the password was given, the second factor is awaited. `set_up`: a
 * second factor has to be set up first, or the person is signed in. `half`: any of these. `auditor`:
 * auditors and administrators, to read.
 */
export const ACCESS = [
  'anyone',
  'half',
  'second_factor',
  'set_up',
  'user',
  'auditor',
  'administrator',
] as const
export type Access = (typeof ACCESS)[number]

export type Route = {
  readonly access: Access
  readonly about: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodObject
  readonly answer: z.ZodType
  /** 200 unless it says otherwise. */
  readonly status?: 201 | 204
  /** Needs a sign-in, with second factor where there is one, in the last 10 minutes. */
  readonly recent?: true
  /** Besides those that every route can answer. */
  readonly problems?: readonly ProblemCode[]
  /** An answer that is no JSON: its media type. */
  readonly media?: string
  /** Bytes that the body may have, where a list of many ids is sent. */
  readonly mostBytes?: number
}

export const Nothing = z.null()
export const name = z.string().max(1024)
export const password = z.string().max(1024)
export const code = z.string().max(64)
export const token = z.string().max(128)
export const rows = <T extends z.ZodType>(row: T): z.ZodArray<T> => z.array(row)
export const page = {
  page: z.coerce.number().int().min(1).default(1),
  size: z.coerce.number().int().min(1).max(500).default(50),
}
export const order = z.enum(['asc', 'desc']).default('asc')
