// X's rule and query language, as far as its documents say and the tests need: parses it, finds what X would refuse, and
// says which texts match. Written for tests from the documents, not from ingest/sources/x/rules.ts.

export interface XQuerySubject {
  readonly text: string;
  readonly lang?: string;
  readonly repost?: boolean;
}

export type XQueryResult = { readonly matches: (post: XQuerySubject) => boolean } | { readonly problem: string };

type Node = (post: { readonly folded: string; readonly tokens: readonly string[]; readonly subject: XQuerySubject }) => boolean;

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
const entities = (text: string, sign: string): string[] => text.toLowerCase().match(new RegExp(`${sign}[\\p{L}\\p{N}\\p{M}_]+`, 'gu')) ?? [];

class Bad extends Error {}

function phrase(text: string): Node {
  const wanted = words(text);
  if (wanted.length === 0) throw new Bad(`nothing to match in ${JSON.stringify(text)}`);
  return ({ folded, tokens }) => {
    if (unspaced.test(text)) return folded.includes(text.toLowerCase());
    return tokens.some((_, i) => wanted.every((word, k) => tokens[i + k] === word));
  };
}

/** Tokens of the query: brackets, `OR`, operands with their `-`. */
function lex(query: string): string[] {
  const tokens: string[] = [];
  const form = /\s*(?:(-?"[^"]*"(?:~\d)?)|(-?[()])|([^\s()"]+))/gy;
  let at = 0;
  while (at < query.trimEnd().length) {
    form.lastIndex = at;
    const found = form.exec(query);
    if (found === null) throw new Bad(`can not be read from ${JSON.stringify(query.slice(at, at + 20))}`);
    tokens.push((found[1] ?? found[2] ?? found[3])!);
    at = form.lastIndex;
  }
  return tokens;
}

function operand(token: string): { node: Node; alone: boolean } {
  const negated = token.startsWith('-');
  const bare = negated ? token.slice(1) : token;
  const turned = (node: Node): Node => (negated ? (post) => !node(post) : node);
  if (bare === 'is:retweet') return { node: turned(({ subject }) => subject.repost === true), alone: false };
  if (bare === 'is:nullcast') {
    if (!negated) throw new Bad('is:nullcast must be negated');
    return { node: () => true, alone: false };
  }
  if (bare.startsWith('lang:')) return { node: turned(({ subject }) => subject.lang === bare.slice(5)), alone: false };
  if (/^[a-z_]+:/.test(bare)) throw new Bad(`unknown operator ${bare}`);
  if (/^[#@]/.test(bare)) {
    if (!/^[#@][\p{L}\p{N}\p{M}_]+$/u.test(bare)) throw new Bad(`no hashtag or account: ${bare}`);
    return { node: turned(({ subject }) => entities(subject.text, bare[0]!).includes(bare.toLowerCase())), alone: !negated };
  }
  const text = bare.replace(/^"|"(~\d)?$/g, '');
  if (!bare.startsWith('"') && !/^[\p{L}\p{N}\p{M}]+$/u.test(bare)) throw new Bad(`${bare} must be in quotes`);
  return { node: turned(phrase(text)), alone: !negated };
}

/** Parses a rule or query of at most `maxChars`. */
export function parseXQuery(query: string, maxChars: number): XQueryResult {
  if (query.length > maxChars) return { problem: `is ${query.length} characters long, ${maxChars} are allowed` };
  try {
    const tokens = lex(query);
    let at = 0;
    function any(): { node: Node; alone: boolean } {
      const parts = [all()];
      while (tokens[at] === 'OR') {
        at += 1;
        parts.push(all());
      }
      return { node: (post) => parts.some(({ node }) => node(post)), alone: parts.every(({ alone }) => alone) };
    }
    function all(): { node: Node; alone: boolean } {
      const parts: { node: Node; alone: boolean }[] = [];
      while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== 'OR') {
        const token = tokens[at]!;
        at += 1;
        if (token === '-(') throw new Bad('a group can not be negated');
        if (token === '(') {
          parts.push(any());
          if (tokens[at] !== ')') throw new Bad('a bracket is not closed');
          at += 1;
        } else {
          parts.push(operand(token));
        }
      }
      if (parts.length === 0) throw new Bad('an operand is missing');
      return { node: (post) => parts.every(({ node }) => node(post)), alone: parts.some(({ alone }) => alone) };
    }
    const { node, alone } = any();
    if (at < tokens.length) throw new Bad('a bracket was never opened');
    if (!alone) throw new Bad('nothing in it can stand alone');
    return { matches: (subject) => node({ folded: subject.text.toLowerCase(), tokens: words(subject.text), subject }) };
  } catch (error) {
    if (error instanceof Bad) return { problem: error.message };
    throw error;
  }
}
