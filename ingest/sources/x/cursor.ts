// What `x` and `x-counts` keep over a restart: place and spend meter in the cursor, which is durable; a copy of the meter and the
// times of the last connects in the Store, which may be forgotten. Pure.
import { z } from 'zod';
import { parseJson } from '../../json.ts';
import { placeSchema } from './place.ts';
import { savedSpendSchema, type SavedSpend } from './spend.ts';

const cursorSchema = z.object({ v: z.literal(1), place: placeSchema, spend: savedSpendSchema });
export type XCursor = Omit<z.infer<typeof cursorSchema>, 'v'>;

const countsSchema = z.object({ v: z.literal(1), next: z.record(z.string(), z.number().int()), spend: savedSpendSchema });
/** `next`: by service, the first minute (ms) that is not counted yet. */
export type CountsCursor = Omit<z.infer<typeof countsSchema>, 'v'>;

/** Where the Store has a source's meter: posts and requests of the day and the month, and what they cost. */
export const spendKey = (source: string): string => `spend/${source}`;
/** Where it has the times of its last connects. */
export const connectsKey = (source: string): string => `x/connects/${source}`;

function parsed<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.infer<Schema> | undefined {
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}

export function writeXCursor(cursor: XCursor): string {
  return JSON.stringify({ v: 1, ...cursor });
}

/** undefined for what is no cursor of this form. */
export function readXCursor(text: string | undefined): XCursor | undefined {
  return parsed(cursorSchema, text);
}

export function writeCountsCursor(cursor: CountsCursor): string {
  return JSON.stringify({ v: 1, ...cursor });
}

/** undefined for what is no cursor of this form. */
export function readCountsCursor(text: string | undefined): CountsCursor | undefined {
  return parsed(countsSchema, text);
}

export function readSpend(text: string | undefined): SavedSpend | undefined {
  return parsed(savedSpendSchema, text);
}

/** Times in ms; none where there is no list of them. */
export function readTimes(text: string | undefined): readonly number[] {
  return parsed(z.array(z.number()).max(100_000), text) ?? [];
}
