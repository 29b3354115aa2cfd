/**
 * The words for every code of the server: what happened and why, and what to do. A code without
 * words does not compile.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { PageProblemCode } from '../api/problem.ts'

export type Words = { what: MessageDescriptor; todo: MessageDescriptor }

export const PROBLEM_WORDS: Record<PageProblemCode, Words> = {
  invalid: {
    what: msg`Something that was entered cannot be used.`,
    todo: msg`Correct what is marked, then send it again. Nothing was changed.`,
  },
  unauthenticated: {
    what: msg`You are not signed in, or what you typed does not fit.`,
    todo: msg`Check what you typed. If your session has ended, sign in again.`,
  },
  step_up_required: {
    what: msg`Nothing was changed, because you did not confirm that it is you.`,
    todo: msg`Try again, and confirm when you are asked to.`,
  },
  second_factor_required: {
    what: msg`Your second factor is missing.`,
    todo: msg`Give it, or set one up, then try again.`,
  },
  forbidden: {
    what: msg`You may not do that.`,
    todo: msg`An administrator decides who may. Ask one if you need it.`,
  },
  cross_origin: {
    what: msg`The request did not come from a page of this server, so it was refused.`,
    todo: msg`Open this page again at the address that your administrator gave you. If that does not help, a proxy in between changes the header Origin or Host.`,
  },
  not_found: {
    what: msg`This does not exist, or no longer.`,
    todo: msg`Somebody may have deleted it a moment ago. Reload the page to see what is there.`,
  },
  conflict: {
    what: msg`The state of things does not allow this.`,
    todo: msg`Reload the page to see what has changed, then decide again. Nothing was changed.`,
  },
  link_dead: {
    what: msg`This link was used already, has ended, or never existed.`,
    todo: msg`Ask an administrator for a new one. If you have set your password already, sign in with it.`,
  },
  too_large: {
    what: msg`More was sent than the server takes.`,
    todo: msg`Shorten what you entered, then send it again.`,
  },
  busy: {
    what: msg`There were too many attempts, or too much is going on at once.`,
    todo: msg`Wait a little, then try again. Nothing was changed.`,
  },
  unavailable: {
    what: msg`A part of the server that is needed does not answer. Nothing was changed.`,
    todo: msg`Try again in a minute. If it stays like this, tell your administrator.`,
  },
  broken: {
    what: msg`The server has made a mistake.`,
    todo: msg`Try again. If it stays like this, give your administrator the number below: the log has the details under it.`,
  },
  away: {
    what: msg`The server does not answer.`,
    todo: msg`Check your connection, then try again. If others cannot reach it either, tell your administrator.`,
  },
  key_declined: {
    what: msg`No passkey or security key has answered.`,
    todo: msg`It was broken off, took too long, or this device has none for this server. Try again, or use something else.`,
  },
  key_known: {
    what: msg`This passkey or security key is set up for you already.`,
    todo: msg`Use it as it is, or choose another one.`,
  },
  key_failed: {
    what: msg`The passkey or security key did not work.`,
    todo: msg`Unlock it, or plug it in again, then try once more. If it stays like this, use something else.`,
  },
}
