// The plain form in which a catalogue is written: a list of entries with texts and lists of texts, nothing nested deeper. Read
// so, the shipped catalogue takes a tenth of the time that all of YAML takes, which every start would pay. Whatever is not in
// this form is left to the whole reader: it never reads anything otherwise than that does.

const blank = /(?: *(?:#[^\n]*)?\n)*/y;
const head = /services: *\n/y;
const key = /(?:( {2}- )| {4})([a-zA-Z]+):(?: +|(?=\n))/y;
const nextLine = /\n {5,}(?=\[)/y;
const lineEnd = / *\n/y;
const signs = '-?:,[]{}#&*!|>\'"%@` ';
const inLists = ',[]{}';
const newLine = 0x0a;
const space = 0x20;
const hash = 0x23;
const colon = 0x3a;
/** Signs of no text, and what some take for the end of a line. */
const isOdd = (code: number): boolean => code < space || (code >= 0x7f && (code <= 0x9f || code === 0x2028 || code === 0x2029 || code === 0xfeff));
/** What YAML may take for a number, a date, a truth or nothing at all. */
const noText = /^(?:[-+]?0[xo]?[\da-f_]*|[-+]?0b[01_]*|[-+]?(?=[\d_.])[\d_]*\.?[\d_]*(?:e[-+]?\d*)?|\d[\d_:.+\-tz ]*|~|null|true|false|yes|no|on|off|y|n|\.inf|\.nan|<<|=)$/i;

type Value = string | string[];

/** Reads a catalogue in the plain form: `{ services: [...] }`, or undefined where it is not in that form. */
export function readPlainForm(text: string): { services: Record<string, Value>[] } | undefined {
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found !== null) at = form.lastIndex;
    return found;
  };

  /** A text of one line between two quotes of a kind, which stand twice for one. */
  function readQuoted(quote: string): string | undefined {
    let end = text.indexOf(quote, at + 1);
    while (quote === "'" && text[end + 1] === quote) end = text.indexOf(quote, end + 2);
    const inside = text.slice(at + 1, end);
    if (end === -1 || inside.includes('\n') || (quote === '"' && inside.includes('\\'))) return undefined;
    at = end + 1;
    return quote === "'" ? inside.replaceAll("''", "'") : inside;
  }

  /** A text; undefined where it is none. It ends at a colon before a blank and a # behind one, which nothing here goes on with. */
  function readText(inList: boolean): string | undefined {
    const first = text[at] ?? '\n';
    if (first === "'" || first === '"') return readQuoted(first);
    if (signs.includes(first)) return undefined;
    let end = at;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === newLine || (inList && inLists.includes(text[end]!))) break;
      if (code === colon && (text.charCodeAt(end + 1) <= space || (inList && inLists.includes(text[end + 1]!)))) break;
      if (code === hash && text.charCodeAt(end - 1) === space) break;
      if (isOdd(code)) return undefined;
    }
    let past = end;
    while (text.charCodeAt(past - 1) === space) past--;
    const found = text.slice(at, past);
    at = end;
    return found === '' || noText.test(found) ? undefined : found;
  }

  /** Blanks, and the beginning of a line that goes on. */
  function skip(): void {
    for (;;) {
      if (text[at] === ' ') at++;
      else if (text.startsWith('\n     ', at)) at += 6;
      else return;
    }
  }

  function readList(): string[] | undefined {
    const items: string[] = [];
    at++;
    for (;;) {
      skip();
      if (text[at] === ']') break;
      const item = readText(true);
      if (item === undefined) return undefined;
      items.push(item);
      skip();
      if (text[at] === ',') at++;
      else if (text[at] !== ']') return undefined;
    }
    at++;
    return items;
  }

  take(blank);
  if (take(head) === null) return undefined;
  const services: Record<string, Value>[] = [];
  for (;;) {
    take(blank);
    if (at === text.length) return services.length === 0 ? undefined : { services };
    const found = take(key);
    if (found === null) return undefined;
    if (found[1] !== undefined) services.push({});
    const entry = services.at(-1);
    const name = found[2]!;
    if (entry === undefined || Object.hasOwn(entry, name)) return undefined;
    take(nextLine);
    const value = text[at] === '[' ? readList() : readText(false);
    if (value === undefined || take(lineEnd) === null) return undefined;
    entry[name] = value;
  }
}
