// Answers of a source that is pushed to, and those already given: the same Idempotency-Key within a day gets the same answer, and
// its work is done once, also while the first request is still under way. The Store may forget: then the work is done
// again under the same ids, and the log's readers drop the repeat.
import { z } from 'zod';
import type { Store } from '../shared/store.ts';
import { parseJson } from './json.ts';

const answerSchema = z.object({
  status: z.number().int(),
  body: z.record(z.string(), z.unknown()),
  retryAfter: z.number().optional().describe('seconds, for a caller who may try again'),
});
export type Answer = Readonly<z.infer<typeof answerSchema>>;

const keptMs = 24 * 3_600_000;

export interface AnswerBook {
  /** The answer under `key`, or the one that `work` gives. A passing refusal (429, 5xx) is not kept. */
  once(key: string | undefined, work: () => Promise<Answer>): Promise<Answer>;
}

/** What the Store holds is anybody's who shares it: what is no answer of ours counts as forgotten. */
function readAnswer(text: string): Answer | undefined {
  return answerSchema.safeParse(parseJson(text)).data;
}

export function createAnswerBook(store: Pick<Store, 'get' | 'set'>): AnswerBook {
  const underWay = new Map<string, Promise<Answer>>();

  async function remembered(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const place = `http-answer/${key}`;
    const known = await store.get(place).catch(() => undefined);
    const answered = known === undefined ? undefined : readAnswer(known);
    if (answered !== undefined) return answered;
    const answer = await work();
    if (answer.status < 500 && answer.status !== 429) await store.set(place, JSON.stringify(answer), keptMs).catch(() => undefined);
    return answer;
  }

  return {
    once(key, work) {
      if (key === undefined) return work();
      const first = underWay.get(key);
      if (first !== undefined) return first;
      const own = remembered(key, work).finally(() => underWay.delete(key));
      underWay.set(key, own);
      return own;
    },
  };
}
