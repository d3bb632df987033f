// Wording: turns a template into what a hurried person types: an opening, a second sentence, a hashtag, emoji, a slip of the finger.
// It decides how things are said, never what is said or when.
import type { Chance } from './chance.ts';
import type { Fact, LineKind, Phrasebook, Piece, Template } from './phrasebook.ts';

/** How long a post could be in 2017. Extras that would not fit are left out. */
const roomLength = 140;

type Mood = 'cross' | 'amused' | 'glad' | 'calm';

const emoji: Readonly<Record<Mood, readonly string[]>> = {
  cross: ['😡', '😤', '😩', '😭', '🙄', '😒', '😠', '🤦', '💔', '😫', '😱', '☹️', '🤬', '😑'],
  amused: ['😂', '😂😂', '🤣', '😅', '🤔', '😆', '🙃', '😜', '💀', '😂😂😂', '🤷', '👀', '😬'],
  glad: ['🎉', '🙏', '😍', '👏', '✌️', '😊', '🙌', '💃', '❤️', '👍', '🎊', '😌'],
  calm: ['😴', '☕', '⚽', '🌧️', '🙂', '❤️', '😋', '🌙', '🍕', '✨', '🎶', '😅', '🐱', '🔥'],
};

/** How often each extra is added, and the mood of the emoji. */
interface Manner {
  lead: number;
  detail: number;
  tag: number;
  emoji: number;
  mood: Mood;
}

const plain: Manner = { lead: 0, detail: 0, tag: 0, emoji: 0, mood: 'calm' };
const manners: Readonly<Record<LineKind, Manner>> = {
  lead: plain,
  detail: plain,
  everyday: { ...plain, lead: 0.1, emoji: 0.3 },
  chatter: { ...plain, lead: 0.12, emoji: 0.25 },
  memory: { ...plain, lead: 0.1, emoji: 0.2, mood: 'amused' },
  advert: plain,
  operator: plain,
  news: plain,
  trouble: { ...plain, lead: 0.25, emoji: 0.25, mood: 'cross' },
  complaint: { lead: 0.25, detail: 0.65, tag: 0.3, emoji: 0.4, mood: 'cross' },
  echo: { lead: 0.25, detail: 0.45, tag: 0.3, emoji: 0.5, mood: 'amused' },
  blame: { lead: 0.15, detail: 0.1, tag: 0.3, emoji: 0.4, mood: 'amused' },
  praise: { lead: 0.1, detail: 0.1, tag: 0.35, emoji: 0.35, mood: 'amused' },
  silence: { lead: 0.1, detail: 0.2, tag: 0.3, emoji: 0.3, mood: 'cross' },
  headline: plain,
  restored: plain,
  recovery: { lead: 0.12, detail: 0, tag: 0.25, emoji: 0.5, mood: 'glad' },
  login: { lead: 0.25, detail: 0, tag: 0, emoji: 0.35, mood: 'cross' },
  loginFixed: { lead: 0.1, detail: 0, tag: 0, emoji: 0.3, mood: 'glad' },
  surge: { lead: 0.15, detail: 0, tag: 0, emoji: 0.5, mood: 'glad' },
  campaign: plain,
};

/** What a sentence is about. */
export interface Occasion {
  /** The name that stands where a sentence says {s}. */
  service: string;
  /** When it is posted, ms. */
  ts: number;
  /** How long the thing has lasted that it speaks of, minutes. */
  lastedMinutes: number;
}

/** Writes one post of a kind in the book's language. */
export function write(book: Phrasebook, kind: LineKind, chance: Chance, occasion: Occasion): string {
  const manner = manners[kind];
  const touch = manner === plain ? unaltered : typingOf(chance);
  const factOf: FactOf = fact => tellFact(fact, book, chance, occasion);
  const fill = (template: Template, touched = touch): string => {
    const filled = fillIn(template, chance, factOf, touched);
    return (filled.includes('  ') ? filled.replaceAll(/ {2,}/g, ' ') : filled).trim();
  };
  let text = fill(chance.pick(book.lines[kind]));
  const space = book.lang === 'ja' ? '' : ' ';
  const add = (longer: string): void => {
    if (longer.length <= roomLength) text = longer;
  };
  if (chance.hits(manner.detail)) {
    const detail = fill(chance.pick(book.lines.detail));
    const [first, second] = chance.hits(0.2) ? [detail, text] : [text, detail];
    add(first + (endsSentence(first) ? '' : chance.pick(book.stops)) + space + second);
  }
  if (chance.hits(manner.lead)) add(`${fill(chance.pick(book.lines.lead))}${chance.pick([' ', ', ', '... ', '! '])}${text}`);
  if (manner !== plain && chance.hits(0.25)) add(text + chance.pick(endsSentence(text) ? doubled : endings[manner.mood]));
  if (chance.hits(manner.tag) && !text.includes('#')) add(`${text} ${fill(chance.pick(book.tags), unaltered)}`);
  if (chance.hits(manner.emoji)) add(`${text} ${chance.pick(emoji[manner.mood])}`);
  return text;
}

const doubled = ['', '!', '?!', '!!'];
const endings: Readonly<Record<Mood, readonly string[]>> = {
  cross: ['!', '...', '!!', '.', '!!!', ' :(', '…'],
  amused: ['!', '...', '.', ' lol', ' :D', '…'],
  glad: ['!', '!!', '.', '!!!', ' :)'],
  calm: ['!', '...', '.', ' :)', '…'],
};

function endsSentence(text: string): boolean {
  return /[?!.…。！？।؟]$/u.test(text);
}

type FactOf = (fact: Fact) => string;
/** What a typist makes of words; `own` are the words of a slot: names, places, people. */
type Touch = (words: string, own: boolean) => string;
const unaltered: Touch = words => words;

/** One person's typing: most of it as written, some in small letters, a few shouting, some with one slip. Only shouting alters names. */
function typingOf(chance: Chance): Touch {
  const style = chance.unit();
  if (style < 0.25) return (words, own) => (own ? words : words.toLowerCase());
  if (style < 0.28) return words => words.toUpperCase();
  if (style < 0.9) return unaltered;
  let slipped = false;
  return (words, own) => {
    if (own || slipped) return words;
    const typed = slip(words, chance);
    slipped = typed !== words;
    return typed;
  };
}

/** Swaps, drops or doubles one letter. Scripts without capitals are left alone: a slip there looks otherwise. */
function slip(words: string, chance: Chance): string {
  if (words.length < 7) return words;
  const at = 1 + chance.below(words.length - 3);
  const [first, second] = [words[at] as string, words[at + 1] as string];
  if (!isLetter(first) || !isLetter(second)) return words;
  const [before, after] = [words.slice(0, at), words.slice(at + 2)];
  return before + chance.pick([second + first, first, first + first + second]) + after;
}

function isLetter(char: string): boolean {
  return char.toLowerCase() !== char.toUpperCase();
}

function fillIn(pieces: readonly Piece[], chance: Chance, factOf: FactOf, touch: Touch, own = false): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += touch(piece, own);
    else if ('fact' in piece) text += factOf(piece.fact);
    else if ('choice' in piece) text += fillIn(chance.pick(piece.choice), chance, factOf, touch, own);
    else text += fillIn(chance.pick(piece.slot), chance, factOf, touch, true);
  }
  return text;
}

function tellFact(fact: Fact, book: Phrasebook, chance: Chance, { service, ts, lastedMinutes }: Occasion): string {
  const lasted = Math.max(2, Math.min(59, Math.floor(lastedMinutes)));
  switch (fact) {
    case 's':
      return service;
    case 'm':
      return String(Math.max(2, lasted - chance.below(Math.ceil(lasted / 2))));
    case 'n':
      return String(2 + chance.below(58));
    case 'hour':
      return clockAt(ts - chance.below(lasted) * 60_000 + chance.pick(book.clock) * 3_600_000);
    case 'link':
      return `https://news.example/${Math.floor(chance.unit() * 2_000_000_000).toString(36)}`;
    case 'code':
      return String(chance.pick([100, 400, 401, 403, 404, 409, 500, 502, 503, 4, 30]));
    case 'initials':
      return String.fromCharCode(65 + chance.below(26), 65 + chance.below(26));
  }
}

/** `7:05`, of a time already moved to the local clock. */
function clockAt(localMs: number): string {
  const minutes = Math.floor(localMs / 60_000) % 1_440;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
