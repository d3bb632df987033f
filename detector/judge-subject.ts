// Whose outage is it? Finds the named services in a flat text, puts marks in their place, and says for a place in the
// text which of the named services it speaks of. Knows nothing of phrases.
import type { Clauses } from './judge-clauses.ts';
import { type Flattener, handleMark, nameMark, otherMark } from './judge-text.ts';

/** Words that hang names together: "WhatsApp, Instagram and Facebook are down" speaks of all three. */
const joining = /^(?:[\s,]|(?:and|or|also|plus|nor|und|oder|sowie|y|e|o|u|ou|et|ve|veya|ile|dan|atau|sama|и|или|و|او|aur|ya|और|या|then|even)(?=\s|$|[\uE000\uE001])|[とやもか&])*$/;

/**
 * Puts `nameMark` where the judged service is named, `otherMark` for others, `handleMark` for any other handle.
 * Long names come first: "facebook messenger" must not become a mark and a word. `own` is sorted so.
 */
export function markNames(flat: string, own: readonly string[], others: readonly string[], flattener: Flattener): string {
  let text = flat;
  if (others.length === 0) for (const name of own) text = replaceName(text, name, nameMark, flattener);
  else {
    const all = [...own.map((name) => ({ name, mark: nameMark })), ...others.filter((o) => !own.includes(o)).map((name) => ({ name, mark: otherMark }))];
    all.sort((a, b) => b.name.length - a.name.length);
    for (const { name, mark } of all) text = replaceName(text, name, mark, flattener);
  }
  if (text.includes('@')) text = text.replace(/@[^\s,.!?]+/g, handleMark);
  return text;
}

function replaceName(text: string, name: string, mark: string, flattener: Flattener): string {
  if (name === '') return text;
  let from = text.indexOf(name);
  if (from === -1) return text;
  let out = '';
  let done = 0;
  for (; from !== -1; from = text.indexOf(name, from + name.length)) {
    const end = from + name.length;
    const sign = text.charCodeAt(from - 1) === 0x23 || text.charCodeAt(from - 1) === 0x40 ? 1 : 0;
    const before = text.charCodeAt(from - sign - 1);
    const after = text.charCodeAt(end);
    const opens = from - sign <= 0 || before === 0x20 || flattener.isDense(before) || flattener.isDense(text.charCodeAt(from));
    const closes = end >= text.length || after === 0x20 || flattener.isDense(after) || flattener.isDense(text.charCodeAt(end - 1));
    if (!opens || !closes) continue;
    out += text.slice(done, from - sign) + mark;
    done = end;
  }
  return out + text.slice(done);
}

/** Where marks of one kind stand. */
export function placesOf(flat: string, mark: string): number[] {
  const places: number[] = [];
  for (let at = flat.indexOf(mark); at !== -1; at = flat.indexOf(mark, at + 1)) places.push(at);
  return places;
}

function joined(flat: string, a: number, b: number): boolean {
  return joining.test(flat.slice(Math.min(a, b) + 1, Math.max(a, b)));
}

/**
 * True when what is said at [start, end) is said of the judged service: it is the named one nearest before it in the
 * clause, else after it, else in the sentence, else anywhere; names hung together share what is said.
 */
export function isAboutOwn(flat: string, start: number, end: number, own: readonly number[], other: readonly number[], clauses: Clauses): boolean {
  if (other.length === 0) return true;
  const inside = (p: number): boolean => p >= start && p < end;
  if (own.some(inside)) return true;
  const all = [...own, ...other].sort((a, b) => a - b);
  let chosen = all.find(inside);
  if (chosen === undefined) {
    const before = all.filter((p) => p < start);
    const after = all.filter((p) => p >= end);
    const clause = clauses.clauseAt(start);
    const sentence = clauses.sentenceAt(start);
    // "se cayó WhatsApp": where the name follows at once it is the subject, whatever was named before
    const next = after[0];
    const follows = next !== undefined && clauses.clauseAt(next) === clause && clauses.wordsBetween(end, next) <= 1;
    const last = before.at(-1);
    chosen =
      (follows && (last === undefined || clauses.clauseAt(last) !== clause || clauses.wordsBetween(last + 1, start) > 1) ? next : undefined) ??
      before.findLast((p) => clauses.clauseAt(p) === clause) ??
      after.find((p) => clauses.clauseAt(p) === clause) ??
      before.findLast((p) => clauses.sentenceAt(p) === sentence) ??
      after.find((p) => clauses.sentenceAt(p) === sentence) ??
      before.at(-1) ??
      after[0];
  }
  if (chosen === undefined || own.includes(chosen)) return true;
  if (own.length === 0) return clauses.clauseAt(chosen) !== clauses.clauseAt(start);
  // a chain of names: chosen - other - own
  const at = all.indexOf(chosen);
  for (const step of [-1, 1]) {
    for (let i = at; all[i + step] !== undefined && joined(flat, all[i]!, all[i + step]!); i += step) {
      if (own.includes(all[i + step]!)) return true;
    }
  }
  return false;
}
