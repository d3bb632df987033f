// Whether a name that is an ordinary word too is written as a name: with a capital where the sentence goes on in small letters
// ("while Teams decides"). Owns that one question; of languages that write all nouns so it must not be asked.

const letter = /\p{L}/u;
/** what may stand between a word and the name it goes on with; a full stop may not, for behind it every word has a capital */
const between = /[\s,"'“”‘’(–—-]/;
const digit = /\d/;
/** so many places of the name are looked at */
const mostPlaces = 4;

/** True when a place of the name in the text has a capital and a small word right before it, or is all capitals beside a small word. */
export function isProper(text: string, name: string): boolean {
  if (name.length < 2 || !letter.test(name[0]!)) return false;
  const small = text.toLowerCase();
  // characters that grow when made small would shift every place behind them
  if (small.length !== text.length) return false;
  let at = small.indexOf(name);
  for (let places = 0; at !== -1 && places < mostPlaces; places++, at = small.indexOf(name, at + 1)) {
    const end = at + name.length;
    if ((at > 0 && letter.test(text[at - 1]!)) || (end < text.length && letter.test(text[end]!)) || text[at] === small[at]) continue;
    if (isSmallBefore(text, at)) return true;
    const written = text.slice(at, end);
    if (written === written.toUpperCase() && written !== written.toLowerCase() && isSmallAfter(text, end)) return true;
  }
  return false;
}

function isSmallBefore(text: string, at: number): boolean {
  let last = at - 1;
  while (last >= 0 && between.test(text[last]!)) last--;
  if (last < 0 || last === at - 1 || !letter.test(text[last]!)) return false;
  let first = last;
  while (first > 0 && letter.test(text[first - 1]!)) first--;
  return isSmall(text[first]!);
}

function isSmallAfter(text: string, end: number): boolean {
  let next = end;
  while (next < text.length && (between.test(text[next]!) || digit.test(text[next]!))) next++;
  return next > end && next < text.length && letter.test(text[next]!) && isSmall(text[next]!);
}

function isSmall(one: string): boolean {
  return one === one.toLowerCase() && one !== one.toUpperCase();
}
