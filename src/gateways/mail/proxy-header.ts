/**
 * Reads the header of the PROXY protocol off a connection, before anything else.
 */
import type { Socket } from 'node:net'
import { beginsProxyHeader, readProxyHeader, type ProxyHeader } from '#wire/proxy-protocol.ts'

type Found = Exclude<ProxyHeader, { is: 'more' | 'malformed' }>

/** @returns null: it is malformed, was cut off, or did not come in time; the socket is paused */
export async function takeProxyHeader(socket: Socket, withinMs: number): Promise<Found | null> {
  let bytes: Buffer = Buffer.alloc(0)
  return await new Promise<Found | null>((resolve) => {
    const settle = (found: Found | null): void => {
      clearTimeout(timer)
      socket.off('data', take).off('end', fail).off('close', fail)
      socket.pause()
      if (found && bytes.length > found.length) socket.unshift(bytes.subarray(found.length))
      resolve(found)
    }
    const fail = (): void => settle(null)
    const take = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const header = readProxyHeader(bytes)
      if (header.is !== 'more') settle(header.is === 'malformed' ? null : header)
    }
    const timer = setTimeout(fail, withinMs)
    socket.on('data', take).on('end', fail).on('close', fail)
  })
}

/**
 * Cuts a connection whose first bytes are such a header although it comes from no proxy: somebody
 * wants to be taken for another, or the operator has forgotten a network.
 */
export function refuseProxyHeader(socket: Socket, refused: () => void): void {
  socket.once('data', (bytes: Buffer) => {
    if (!beginsProxyHeader(bytes)) return
    refused()
    socket.destroy()
  })
}
