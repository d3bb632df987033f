// The plain form in which a catalogue is written: a list of entries with texts and lists of texts, nothing nested deeper. Read
// so, the shipped catalogue takes a tenth of the time that all of YAML takes, which every start would pay. Whatever is not in
// this form is left to the whole reader: it never reads anything otherwise than that does.

const blank = /(?: *(?:#[^\n]*)?\n)*/y;
const head = /services: *\n/y;
const key = /(?:( {2}- )| {4})([a-zA-Z]+):(?: +|(?=\n))/y;
const nextLine = /\n {5,}(?=\[)/y;
const between = /(?: |\n {5,})*/y;
const lineEnd = / *\n/y;
const quotedOnce = /'((?:[^'\n]|'')*)'/y;
const quotedTwice = /"([^"\\\n]*)"/y;
// no sign that begins something else, no colon before a blank, no # behind one
const plainText = /(?![-?:,[\]{}#&*!|>'"%@` ])(?:[^\p{Cc}\u2028\u2029\ufeff#:]|:(?![ \n])|(?<! )#)+(?=\n)/uy;
const plainItem = /(?![-?:,[\]{}#&*!|>'"%@` ])(?:[^\p{Cc}\u2028\u2029\ufeff,[\]{}#:]|:(?![ ,[\]{}\n])|(?<! )#)+/uy;
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

  /** A text, quoted or as `plain` has it; undefined where it is none. */
  function readText(plain: RegExp): string | undefined {
    const first = text[at];
    if (first === "'") return take(quotedOnce)?.[1]!.replaceAll("''", "'");
    if (first === '"') return take(quotedTwice)?.[1];
    const found = take(plain)?.[0].replace(/ +$/, '');
    return found === undefined || noText.test(found) ? undefined : found;
  }

  function readList(): string[] | undefined {
    const items: string[] = [];
    at++;
    for (;;) {
      take(between);
      if (text[at] === ']') break;
      const item = readText(plainItem);
      if (item === undefined) return undefined;
      items.push(item);
      take(between);
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
    const value = text[at] === '[' ? readList() : readText(plainText);
    if (value === undefined || take(lineEnd) === null) return undefined;
    entry[name] = value;
  }
}
