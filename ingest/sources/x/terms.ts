// How one service is spoken of in X's rule syntax: its names and handles, to stand beside outage words, and what speaks of
// an outage by itself. Pure. Which of it fits where is decided in rules.ts.
import type { Service } from '../../../shared/service.ts';
import { outageTagParts } from './words.ts';

export interface Terms {
  /** In the order of worth, ready for a rule; to stand beside outage words. */
  readonly names: readonly string[];
  /** Speak of an outage by themselves. */
  readonly direct: readonly string[];
}

const tagForm = /^#[\p{L}\p{N}\p{M}_]{2,}$/u;
const handleForm = /^@[A-Za-z0-9_]{1,15}$/;
const plain = /^[\p{L}\p{N}\p{M}]+$/u;
const operators = new Set(['and', 'or', 'not']);
/** Words beside an ordinary name that make it mean the service: more would fill a rule. */
const maxContext = 6;

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
const unaccented = (text: string): string => text.normalize('NFD').replace(/\p{Script=Inherited}/gu, '').normalize('NFC');
const squashed = (text: string): string => fold(text).replace(/[^\p{L}\p{N}\p{M}]/gu, '');

/**
 * Anyone's words as one operand: bare where they are one word, else in quotes. What could end the quotes or hide goes;
 * undefined where no letter or digit is left.
 */
export function operand(words: string): string | undefined {
  // X splits text at punctuation, so a space says the same as a quote or a backslash
  const clean = words.normalize('NFC').replace(/["“”„«»\\\p{C}]/gu, ' ').replace(/\s+/gu, ' ').trim();
  if (!/[\p{L}\p{N}]/u.test(clean)) return undefined;
  return plain.test(clean) && !operators.has(clean.toLowerCase()) ? clean : `"${clean}"`;
}

const any = (operands: readonly string[]): string => (operands.length === 1 ? operands[0]! : `(${operands.join(' OR ')})`);

/** Those that are operands, each once whatever its case. */
function distinct(operands: readonly (string | undefined)[]): string[] {
  const seen = new Set<string>();
  return operands.filter((one): one is string => {
    if (one === undefined || seen.has(one.toLowerCase())) return false;
    seen.add(one.toLowerCase());
    return true;
  });
}

const speaksOfOutage = (tag: string): boolean => outageTagParts.some((part) => tag.length > part.length + 1 && (tag.endsWith(part) || tag.startsWith(`#${part}`)));

/** A service's terms; both lists are empty where it has only ordinary words and nothing that makes them mean it. */
export function termsOf(service: Service): Terms {
  const ordinary = new Set(service.ordinary.map(fold));
  const all = [service.name, ...service.names];
  const own = all.filter((name) => !ordinary.has(fold(name)));
  const [first] = own;
  const handles = service.handles.filter((handle) => handleForm.test(handle));
  const tags = service.hashtags.map(fold).filter((tag) => tagForm.test(tag) && !/^#\p{N}+$/u.test(tag));
  const outageTags = tags.filter(speaksOfOutage);
  // a name in one word is also found as hashtag
  const words = new Set(own.map(fold));
  const otherTags = tags.filter((tag) => !speaksOfOutage(tag) && !words.has(tag.slice(1)));
  const context = distinct(service.context.slice(0, maxContext).map(operand));
  const meant = context.length === 0 ? [] : all.filter((name) => ordinary.has(fold(name))).map((name) => {
    const word = operand(name);
    return word === undefined ? undefined : `(${word} ${any(context)})`;
  });
  const bare = first === undefined ? undefined : unaccented(first);
  return {
    names: distinct([
      ...(first === undefined ? [] : [operand(first), operand(bare!)]),
      ...(first === undefined ? [...handles, ...otherTags, ...meant] : [...handles.slice(0, 1), ...own.slice(1).map(operand), ...meant, ...otherTags, ...handles.slice(1)]),
    ]),
    direct: distinct([
      // a name that ends so would say it twice
      ...(first === undefined || squashed(first).endsWith('down') ? [] : [operand(`${first} down`)]),
      ...outageTags,
    ]),
  };
}
