// How a Jetstream's messages are packed, and how they are unpacked: not at all, by the connection itself, or one by one as
// zstd with a dictionary that both sides have. The v2 server gives its dictionary to whoever asks; the one of v1 is given
// as a file.
import { readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { createWeb } from '../../web.ts';
import { maxMessageBytes } from './event.ts';

export interface Packing {
  /** Offer permessage-deflate. */
  readonly deflate: boolean;
  /** Id of the dictionary to ask for; undefined: plain messages. */
  readonly dictionaryId: number | undefined;
  /** The message as it was before it was packed; undefined where it can't be unpacked, or is longer than any message. */
  unpack(data: Buffer): Buffer | undefined;
}

export const plain: Packing = { deflate: false, dictionaryId: undefined, unpack: () => undefined };
export const deflated: Packing = { ...plain, deflate: true };

/** RFC 8878, section 5: what a dictionary begins with, then its id. */
const magic = 0xec30a437;
const dictionaryBytes = 8 << 20;
const dictionaryPath = '/xrpc/network.bsky.jetstream.getZstdDictionary';
const deadlineMs = 15_000;

/** A dictionary's id; undefined for bytes that are no dictionary. */
export function dictionaryIdOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const id = view.getUint32(4, true);
  return view.getUint32(0, true) === magic && id > 0 ? id : undefined;
}

/** Undefined for bytes that are no dictionary. */
export function zstdPacking(dictionary: Uint8Array): Packing | undefined {
  const dictionaryId = dictionaryIdOf(dictionary);
  if (dictionaryId === undefined) return undefined;
  return {
    deflate: false, dictionaryId,
    unpack(data) {
      try {
        // a little room, so that one that is too long is told from one that can't be read
        return zstdDecompressSync(data, { dictionary, maxOutputLength: maxMessageBytes + 1 });
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? Buffer.alloc(maxMessageBytes + 1) : undefined;
      }
    },
  };
}

/** The packing by a dictionary in a file, or why there is none. */
export async function packingFromFile(path: string): Promise<Packing | string> {
  try {
    return zstdPacking(await readFile(path)) ?? `${path} is no zstd dictionary`;
  } catch (error) {
    return `can't read ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
}

/** The packing by the dictionary that this server gives at present (`url` of its stream), or why there is none. */
export async function packingFromServer(url: string, clock: () => number, signal: AbortSignal): Promise<Packing | string> {
  const address = new URL(dictionaryPath, url);
  address.protocol = address.protocol === 'wss:' ? 'https:' : 'http:';
  const web = createWeb({ userAgent: 'Outcry (outage monitor)', clock });
  try {
    const answer = await web.ask({ url: address.href, maxBytes: dictionaryBytes, deadlineMs, signal });
    if (answer.kind === 'body') return zstdPacking(answer.bytes) ?? 'its dictionary is none';
    return answer.kind === 'refused' ? `answered ${answer.status} instead of its dictionary` : answer.kind === 'failed' ? answer.why : 'it gave no dictionary';
  } finally {
    await web.close();
  }
}
