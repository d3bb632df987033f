// The counted posts of each incident, as the board shows them: ranked, erased ones without their text. Bounded: what
// does not fit is let go and said to be gone, so that the reader of the log (evidence-search.ts) can fetch it again.
import { evidenceKey, type Evidence } from '../../shared/evidence.ts';
import type { EvidenceView } from './views.ts';

interface Pile {
  readonly posts: Map<string, EvidenceView & { readonly ts: number }>;
  sum: number;
  count: number;
  whole: boolean;
  ranked: EvidenceView[] | null;
}

export interface EvidenceShelf {
  /** Takes a record of the evidence topic; `evidence` null erases the whole record. */
  add(incident: string, key: string, evidence: Evidence | null): void;
  /** Strongest first, ties by time; null when some of it was let go. */
  ranked(incident: string): { readonly items: readonly EvidenceView[]; readonly sumOfWeights: number } | null;
  /** The newest `count` posts that are still held. */
  newest(incident: string, count: number): EvidenceView[];
  /** How many came in all, let go or not. */
  total(incident: string): number;
  size(): number;
}

/**
 * A shelf for at most `maxPosts` posts. When it is full the incident that `expendable` names is let go first
 * (the one longest closed), else the pile that has grown longest.
 */
export function createEvidenceShelf(maxPosts: number, expendable: (held: Iterable<string>) => string | null): EvidenceShelf {
  const piles = new Map<string, Pile>();
  let size = 0;

  function letGo(keep: string): void {
    const held = [...piles].filter(([id, pile]) => id !== keep && pile.posts.size > 0).map(([id]) => id);
    const victim = piles.get(expendable(held) ?? held[0] ?? keep);
    if (victim === undefined) return;
    size -= victim.posts.size;
    victim.posts.clear();
    victim.whole = false;
    victim.ranked = null;
  }

  function add(incident: string, key: string, evidence: Evidence | null): void {
    let pile = piles.get(incident);
    if (pile === undefined) piles.set(incident, (pile = { posts: new Map(), sum: 0, count: 0, whole: true, ranked: null }));
    const before = pile.posts.get(key);
    if (before !== undefined) {
      pile.sum -= before.weight * before.standsFor;
      pile.posts.delete(key);
      pile.count -= 1;
      size -= 1;
    }
    pile.ranked = null;
    if (evidence === null) return;
    if (size >= maxPosts) letGo(incident);
    pile.posts.set(key, evidenceView(evidence));
    pile.sum += evidence.weight * (evidence.standsFor ?? 1);
    pile.count += 1;
    size += 1;
  }

  return {
    add,
    ranked(incident) {
      const pile = piles.get(incident);
      if (pile === undefined) return { items: [], sumOfWeights: 0 };
      if (!pile.whole) return null;
      pile.ranked ??= rank(pile.posts.values());
      return { items: pile.ranked, sumOfWeights: pile.sum };
    },
    newest(incident, count) {
      const posts = [...(piles.get(incident)?.posts.values() ?? [])];
      return posts.sort((a, b) => b.ts - a.ts || (a.id < b.id ? -1 : 1)).slice(0, count).map(withoutTs);
    },
    total: (incident) => piles.get(incident)?.count ?? 0,
    size: () => size,
  };
}

/** Strongest first, ties by time, then by source and id. */
export function rank(posts: Iterable<EvidenceView & { readonly ts: number }>): EvidenceView[] {
  return [...posts]
    .sort((a, b) => b.weight - a.weight || a.ts - b.ts || (evidenceKey('', a.source, a.id) < evidenceKey('', b.source, b.id) ? -1 : 1))
    .map(withoutTs);
}

function withoutTs({ ts: _ts, ...view }: EvidenceView & { readonly ts: number }): EvidenceView {
  return view;
}

/** A record as the board tells it: the author's hash stays behind, an erased post has neither text nor link. */
export function evidenceView(evidence: Evidence): EvidenceView & { readonly ts: number } {
  const erased = evidence.text === null;
  return {
    ts: evidence.ts,
    source: evidence.source,
    id: evidence.id,
    at: new Date(evidence.ts).toISOString(),
    lang: evidence.lang,
    symptom: evidence.symptom,
    reason: evidence.reason,
    weight: evidence.weight,
    standsFor: evidence.standsFor ?? 1,
    late: evidence.late,
    text: evidence.text,
    url: erased ? null : evidence.url,
    region: evidence.region,
  };
}
