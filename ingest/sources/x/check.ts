// `outcry doctor` for `x` and `x-counts`: the smallest real call, which costs nothing, and what its answer means.
import type { Service } from '../../../shared/service.ts';
import type { SourceCheck } from '../../source.ts';
import { createXApi, type XAccess } from './api.ts';
import type { XFailure } from './failure.ts';
import type { XOptions } from './options.ts';
import { ruleCap } from './rule-sync.ts';
import { planRules } from './rules.ts';

const checkMs = 10_000;

const advice: Readonly<Record<string, string>> = {
  network: 'allow HTTPS out to this host, or set `apiUrl`',
  server: 'wait, and look at its status page',
  rate: 'wait a quarter of an hour; another program may use the same token',
};

/** Asks for how many rules there are, and says it or what is wrong; `answered` with the rules that X allows, Infinity where it doesn't say. */
async function askX(access: XAccess, answered: (cap: number) => SourceCheck): Promise<SourceCheck> {
  const api = createXApi(access, checkMs);
  const { host } = new URL(access.apiUrl);
  try {
    let failure: XFailure | undefined;
    const cap = await ruleCap({
      async get(path, query) {
        const answer = await api.get(path, query);
        if (!answer.ok) failure = answer.failure;
        return answer;
      },
    }, 0);
    if (failure === undefined) return answered(cap);
    const what = advice[failure.kind];
    return { ok: false, detail: `${host}: ${failure.why}${what === undefined ? '' : `: ${what}`}` };
  } finally {
    api.close();
  }
}

export async function checkX(options: XOptions, services: readonly Service[]): Promise<SourceCheck> {
  const wanted = options.services === undefined ? services : services.filter(({ id }) => options.services!.includes(id));
  return askX(options, (cap) => {
    const plan = planRules(wanted, { ...options, rules: Math.min(options.rules, cap) });
    const { perDay, perMonth } = options.spend;
    const detail = `X answers; ${plan.services.length} of ${wanted.length} services fit into ${plan.rules.length} of ${Math.min(options.rules, cap)} rules; caps of $${perDay} a day and $${perMonth} a month`;
    return plan.services.length === 0 ? { ok: false, detail: `${detail}: name services in \`services\` that are watched and have a name that is no ordinary word` } : { ok: true, detail };
  });
}

/** `countsPerDay`: requests that `x-counts` makes in a day. */
export async function checkCounts(access: XAccess, services: number, countsPerDay: number, spend: { readonly perDay: number; readonly requestPrice: number }): Promise<SourceCheck> {
  const cost = countsPerDay * spend.requestPrice;
  return askX(access, () => {
    const detail = `X answers; ${services} services are counted, which costs $${cost.toFixed(2)} a day of at most $${spend.perDay}`;
    if (services === 0) return { ok: false, detail: 'none of the `services` is watched under a name that X can be asked for' };
    return cost > spend.perDay ? { ok: false, detail: `${detail}: raise \`spend.perDay\` or \`everyMinutes\`, or name fewer services` } : { ok: true, detail };
  });
}
