// Strangers' text on its way to people: what a post says stays words, whatever shows it. Channels add what their own
// markup needs; this is what none of them may pass on.

// Controls (so ESC and with it ANSI codes), lone surrogates, bidi overrides and isolates, and invisible code points
// that could hide one text in another.
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** One line of at most `most` code points: line breaks and tabs become spaces, controls a visible mark, a cut shows as `…`. */
export function oneLine(text: string, most: number): string {
  // A cheap cut first, so that 10 MB cost no more than one long line.
  const points = Array.from(text.slice(0, most * 8).replace(/\s+/gu, ' ').replace(unsafe, '\ufffd').trim());
  return points.length <= most ? points.join('') : `${points.slice(0, Math.max(0, most - 1)).join('')}…`;
}

/** As `oneLine`, for our own text that may have line breaks and may hold a stranger's word: those stay, the rest goes. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/\t/g, ' ').replace(unsafe, '\ufffd'))
    .join('\n');
}

const invisibleAt = '\uff20'; // full-width @: reads the same, names nobody

/** Takes the life out of what chat programs act upon: `@channel`, web addresses, `:emoji:` and emphasis. */
export function lifeless(text: string): string {
  return text
    .replace(/@/g, invisibleAt)
    .replace(/:\/\//g, '[:]//')
    .replace(/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, '[.]')
    .replace(/:(?=[\w+-]+:)/g, '\u2236')
    .replace(/[*_~`]/g, (mark) => ({ '*': '\u2217', _: '\uff3f', '~': '\u223c', '`': '\u02cb' })[mark] ?? mark);
}
