// The two dialects that a Jetstream speaks: how its stream is asked for, and how its messages are read. Pure.
import { maxMessageBytes, postCollection, readJetstreamEvent, type JetstreamEvent } from './event.ts';
import { readJetstreamEventV2 } from './event-v2.ts';
import type { Packing } from './packing.ts';

export interface Dialect {
  readonly protocol: string | undefined;
  /** The address to connect to: what to send, how much of it, from when (microseconds), and how packed. */
  address(url: string, fromUs: number | undefined, packing: Packing): string;
  /** One message, unpacked. */
  read(message: Buffer, binary: boolean): JetstreamEvent;
  /** Name of a server for its place: another dialect may stamp otherwise. */
  server(url: string): string;
}

const v2Path = '/xrpc/network.bsky.jetstream.subscribeEvents';

/** Of whom something is told to people. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

const v1: Dialect = {
  protocol: undefined,
  server: hostOf,
  address(url, fromUs, { dictionaryId }) {
    const address = new URL(url);
    if (address.pathname === '/') address.pathname = '/subscribe';
    address.searchParams.set('wantedCollections', postCollection);
    address.searchParams.set('maxMessageSizeBytes', String(maxMessageBytes));
    if (fromUs !== undefined) address.searchParams.set('cursor', String(fromUs));
    if (dictionaryId !== undefined) address.searchParams.set('compress', 'true');
    return address.href;
  },
  read: readJetstreamEvent,
};

const v2: Dialect = {
  protocol: 'xrpc.v1.json',
  server: (url) => `${hostOf(url)}/v2`,
  address(url, fromUs, { dictionaryId }) {
    const address = new URL(url);
    if (address.pathname === '/' || address.pathname === '/subscribe') address.pathname = v2Path;
    address.searchParams.set('kinds', 'commit');
    address.searchParams.set('collections', postCollection);
    address.searchParams.set('maxMessageSizeBytes', String(maxMessageBytes));
    // from 10^15 on a cursor is a time: the same on every server, where a sequence number is not
    if (fromUs !== undefined) address.searchParams.set('cursor', String(fromUs));
    if (dictionaryId !== undefined) address.searchParams.set('zstdDictionary', String(dictionaryId));
    return address.href;
  },
  read: readJetstreamEventV2,
};

export const dialects = { v1, v2 } as const;
