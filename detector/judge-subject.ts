// Whose outage is it? Says for a place in a text which of the services marked in it is spoken of. Knows nothing of
// phrases.
import { foldText } from '../shared/fold.ts';
import type { Clauses } from './judge-clauses.ts';
import { type Line, textOf } from './judge-line.ts';

/** Words that hang names together: "WhatsApp, Instagram and Facebook are down" speaks of all three. */
const andWords =
  'and or also plus nor then even und oder sowie y e o u ou et ve veya ile dan atau sama и или і й та або чи و او یا aur ya और या en of ook och eller i oraz albo lub a ani nebo si sau es meg is vagy και κι η ke va voi ca lan hay ও এবং আর বা או גם ו';
/** the same in scripts without spaces */
const andSigns = 'と や も か & 和 跟 与 还有 以及 และ กับ หรือ 과 와 랑 이랑 하고 도';
const joining = new RegExp(`^(?:[\\s,]|(?:${foldText(andWords).replaceAll(' ', '|')})(?=\\s|$|[\uE000\uE001])|${foldText(andSigns).replaceAll(' ', '|')})*$`);

function joined(line: Line, a: number, b: number): boolean {
  return joining.test(textOf(line, Math.min(a, b) + 1, Math.max(a, b)));
}

/**
 * True when what is said at [start, end) is said of the judged service: it is the named one nearest before it in the
 * clause, else after it, else in the sentence, else anywhere; names hung together share what is said.
 */
export function isAboutOwn(line: Line, start: number, end: number, own: readonly number[], other: readonly number[], clauses: Clauses): boolean {
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
    for (let i = at; all[i + step] !== undefined && joined(line, all[i]!, all[i + step]!); i += step) {
      if (own.includes(all[i + step]!)) return true;
    }
  }
  return false;
}
