// How much of an XML text a parser would read in vain: the library that feeds are parsed with looks for the end of each tag
// that has none, and of each DOCTYPE, up to the end of the text and from the next one on again, so that 100 KB of them take ten
// seconds and 2 MB for ever. Linear, whatever the text is. What the text says is read elsewhere.

/** Letters that may be read in vain: some dozen broken tags in a large feed, a tenth of a second. */
const mostInVain = 32_000_000;

const [lessThan, greaterThan, doubleQuote, singleQuote] = [60, 62, 34, 39];
const isDeclaration = (text: string, at: number): boolean => text.charCodeAt(at + 1) === 33;
/** Not `</`, `<?`, `<!--`, `<![CDATA[`. */
const opens = (text: string, at: number): boolean => !/^(?:[/?]|!--|!\[)/.test(text.slice(at + 1, at + 4));

/**
 * Whether the text has so many tags without an end that parsing it would stand in everything's way. Read from its end: at each
 * letter it is known whether a `>` follows outside quotes, for a tag that is there outside quotes or within either kind.
 */
export function isXmlTrap(text: string): boolean {
  let [ends, endsInDouble, endsInSingle] = [false, false, false];
  let inVain = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const letter = text.charCodeAt(at);
    // a second DOCTYPE is looked through for what it declares, wherever it ends
    if (letter === lessThan && opens(text, at) && (!ends || isDeclaration(text, at))) {
      inVain += text.length - at;
      if (inVain > mostInVain) return true;
    }
    if (letter === greaterThan) ends = true;
    else if (letter === doubleQuote) [ends, endsInDouble] = [endsInDouble, ends];
    else if (letter === singleQuote) [ends, endsInSingle] = [endsInSingle, ends];
  }
  return false;
}
