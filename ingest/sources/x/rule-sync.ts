// Brings the rules that X has to what is wanted, by difference: asks what is there, has new ones judged before they count,
// adds, deletes. Rules that are not ours are never touched. What a rule says is rules.ts's.
import type { Service } from '../../../shared/service.ts';
import type { XApi, XAnswer } from './api.ts';
import type { XFailure } from './failure.ts';
import { readXProblem } from './post.ts';
import { planRules, type RuleBounds, type XRule } from './rules.ts';

export interface SyncDeps {
  readonly api: Pick<XApi, 'get' | 'post'>;
  /** Marks our rules among those of the same account. */
  readonly tag: string;
  readonly services: readonly Service[];
  readonly bounds: RuleBounds;
  /** Services that X is known not to take, with what it says of each: they are not asked for again. */
  readonly invalid?: ReadonlyMap<string, string>;
}

export type LeftReason = 'no-name' | 'no-room' | 'invalid';

export type Synced =
  | {
      readonly ok: true;
      /** Ours, in force. */
      readonly rules: number;
      readonly added: number;
      readonly deleted: number;
      /** Services that are listened for. */
      readonly services: number;
      /** Those that are not; `said` is X's own reason, printable and short. */
      readonly left: readonly { readonly service: string; readonly why: LeftReason; readonly said?: string }[];
      /** Ids of the rules that say what we want, whoever made them. */
      readonly ids: ReadonlySet<string>;
    }
  | { readonly ok: false; readonly failure: XFailure };

interface Rule {
  readonly id: string;
  readonly value: string;
  readonly tag: string;
}

const path = 'tweets/search/stream/rules';
/** Rules in one request. */
const batchRules = 100;
const maxPages = 100;
/** Rounds in which services that X takes for invalid are left out. */
const maxRounds = 4;

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const words = (text: unknown): string => (typeof text === 'string' ? text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200).trim() : '');
const rulesOf = (value: unknown): Rule[] =>
  listOf(fieldsOf(value)['data']).map(fieldsOf).flatMap(({ id, value: text, tag }) => (typeof id === 'string' && typeof text === 'string' ? [{ id, value: text, tag: typeof tag === 'string' ? tag : '' }] : []));

class Refused extends Error {
  readonly failure: XFailure;
  constructor(failure: XFailure) {
    super(failure.why);
    this.failure = failure;
  }
}

const must = (answer: XAnswer): unknown => {
  if (!answer.ok) throw new Refused(answer.failure);
  return answer.value;
};

async function existingRules({ api }: SyncDeps): Promise<Rule[]> {
  const found: Rule[] = [];
  let token: unknown;
  for (let page = 0; page < maxPages; page++) {
    const value = must(await api.get(path, { max_results: 1_000, ...(typeof token === 'string' ? { pagination_token: token } : {}) }));
    found.push(...rulesOf(value));
    token = fieldsOf(fieldsOf(value)['meta'])['next_token'];
    if (typeof token !== 'string' || token === '') break;
  }
  return found;
}

/** How many rules X lets this account have, by its own word; Infinity where it gives none. */
export async function ruleCap(api: Pick<XApi, 'get'>, existing: number): Promise<number> {
  const answer = await api.get(`${path}/counts`, {});
  if (!answer.ok) return Infinity;
  const { cap_per_client_app, cap_per_project, project_rules_count } = fieldsOf(fieldsOf(answer.value)['data']);
  const count = (value: unknown): number => (/^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN);
  const app = count(cap_per_client_app);
  // what other apps of the project have is theirs
  const project = count(cap_per_project) - Math.max(0, (count(project_rules_count) || existing) - existing);
  return Math.min(Number.isNaN(app) ? Infinity : app, Number.isNaN(project) ? Infinity : project);
}

interface Judged {
  readonly made: readonly Rule[];
  /** By the rule's text: why X does not take it. */
  readonly refused: ReadonlyMap<string, { readonly type: string; readonly said: string }>;
}

/** Sends rules, in smaller lots where X takes a lot as a whole for bad; `judge`: X only says what it would do. */
async function send(deps: SyncDeps, rules: readonly XRule[], judge: boolean): Promise<Judged> {
  const made: Rule[] = [];
  const refused = new Map<string, { type: string; said: string }>();
  const lots: (readonly XRule[])[] = [];
  for (let at = 0; at < rules.length; at += batchRules) lots.push(rules.slice(at, at + batchRules));
  for (let lot = lots.shift(); lot !== undefined; lot = lots.shift()) {
    const answer = await deps.api.post(path, { add: lot.map(({ value }) => ({ value, tag: deps.tag })) }, judge ? { dry_run: true } : {});
    const body = answer.ok ? answer.value : answer.body;
    if (!answer.ok && answer.failure.kind !== 'refused') throw new Refused(answer.failure);
    made.push(...rulesOf(body));
    let named = 0;
    for (const error of listOf(fieldsOf(body)['errors']).map(fieldsOf)) {
      const value = error['value'];
      if (typeof value !== 'string') continue;
      named += 1;
      refused.set(value, { type: readXProblem(error).type, said: words(listOf(error['details'])[0] ?? error['detail'] ?? error['title']) });
    }
    if (answer.ok || named > 0) continue;
    if (lot.length === 1) refused.set(lot[0]!.value, { type: 'invalid-rules', said: answer.failure.why });
    else lots.unshift(lot.slice(0, lot.length >> 1), lot.slice(lot.length >> 1));
  }
  return { made, refused };
}

/** Which of a rule's services X does not take, each asked for by itself. */
async function culprits(deps: SyncDeps, rules: readonly XRule[]): Promise<Map<string, string>> {
  const suspects = new Set(rules.flatMap((rule) => rule.services));
  const singles = deps.services.filter(({ id }) => suspects.has(id)).flatMap((service) => planRules([service], { ...deps.bounds, rules: Infinity }).rules);
  const { refused } = await send(deps, singles, true);
  return new Map(singles.flatMap(({ value, services }) => (isInvalid(refused.get(value)) ? [[services[0]!, refused.get(value)!.said] as const] : [])));
}

/** A duplicate says what we want already. */
const isInvalid = (problem: { readonly type: string } | undefined): boolean => problem !== undefined && problem.type !== 'duplicate-rules' && problem.type !== 'rule-cap';

/** Throws Refused when X can't be asked. */
async function sync(deps: SyncDeps): Promise<Synced> {
  const { api, tag } = deps;
  const existing = await existingRules(deps);
  const ours = existing.filter((rule) => rule.tag === tag);
  const foreign = existing.length - ours.length;
  const cap = Math.min(deps.bounds.rules, await ruleCap(api, existing.length));
  const bounds: RuleBounds = { ...deps.bounds, rules: Math.max(0, cap - foreign) };
  const there = new Set(existing.map((rule) => rule.value));
  const invalid = new Map(deps.invalid);

  let services = deps.services.filter(({ id }) => !invalid.has(id));
  let plan = planRules(services, bounds);
  let missing = plan.rules.filter((rule) => !there.has(rule.value));
  const sound = new Set<string>();
  for (let round = 0; round < maxRounds; round++) {
    const { refused } = await send(deps, missing.filter((rule) => !sound.has(rule.value)), true);
    const bad = missing.filter((rule) => isInvalid(refused.get(rule.value)));
    for (const rule of missing) if (!bad.includes(rule)) sound.add(rule.value);
    if (bad.length === 0) break;
    const found = await culprits(deps, bad);
    // none is bad by itself: then none of them is listened for, rather than all rules failing
    for (const rule of bad) {
      const guilty = rule.services.filter((service) => found.has(service));
      for (const service of guilty.length === 0 ? rule.services : guilty) invalid.set(service, found.get(service) ?? refused.get(rule.value)!.said);
    }
    services = services.filter(({ id }) => !invalid.has(id));
    plan = planRules(services, bounds);
    missing = plan.rules.filter((rule) => !there.has(rule.value));
  }
  missing = missing.filter((rule) => sound.has(rule.value));

  const wanted = new Set(plan.rules.map((rule) => rule.value));
  const surplus = ours.filter((rule) => !wanted.has(rule.value));
  const remove = async (): Promise<void> => {
    for (let at = 0; at < surplus.length; at += batchRules) must(await api.post(path, { delete: { ids: surplus.slice(at, at + batchRules).map((rule) => rule.id) } }, {}));
  };
  // the new ones first where there is room, so that nothing goes unheard between
  const roomForBoth = existing.length + missing.length <= cap;
  if (!roomForBoth) await remove();
  const first = await send(deps, missing, false);
  const done = new Set([...first.made.map((rule) => rule.value), ...first.refused.keys()]);
  // one that is refused spoils its lot
  const rest = await send(deps, missing.filter((rule) => !done.has(rule.value)), false);
  const made = [...first.made, ...rest.made];
  const refused = new Map([...first.refused, ...rest.refused]);
  if (roomForBoth) await remove();

  const inForce = [...existing.filter((rule) => wanted.has(rule.value)), ...made];
  const unmade = missing.filter((rule) => (refused.get(rule.value)?.type ?? '') === 'rule-cap');
  const heard = new Set(plan.rules.filter((rule) => !unmade.includes(rule)).flatMap((rule) => rule.services));
  return {
    ok: true,
    rules: inForce.length, added: made.length, deleted: surplus.length, services: heard.size,
    left: [
      ...plan.left,
      ...plan.services.filter((service) => !heard.has(service)).map((service) => ({ service, why: 'no-room' as const })),
      ...[...invalid].map(([service, said]) => ({ service, why: 'invalid' as const, said })),
    ],
    ids: new Set(inForce.map((rule) => rule.id)),
  };
}

/** Never throws. A failure may leave some of it done: the next time goes on from there. */
export async function syncRules(deps: SyncDeps): Promise<Synced> {
  try {
    return await sync(deps);
  } catch (error) {
    if (error instanceof Refused) return { ok: false, failure: error.failure };
    throw error;
  }
}
