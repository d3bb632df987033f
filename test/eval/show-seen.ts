// Which of the seen half of our own sentences are misjudged, for whoever mends lexicons and rules. Never the held-out half.
import { languages } from './judging.ts';
import { halfOf, readOwnPosts } from './own-posts.ts';
import { createReading } from './reading.ts';

/** One line a misjudged row: what it is, what was said of it and why, and the text. Of the languages given, or of all. */
export function* misjudgedOfSeen(langs: readonly string[] = languages): Generator<string> {
  const reading = createReading();
  for (const posts of readOwnPosts()) {
    if (!langs.includes(posts.lang)) continue;
    const { lang, report, not_report: others, everyday } = halfOf(posts, 'seen');
    const rows = [...report.map((row) => ({ ...row, kind: 'report' })), ...others];
    for (const { service, text, kind } of rows) {
      const got = reading.mentions({ text, lang }).get(service);
      if ((got?.verdict === 'report') === (kind === 'report')) continue;
      const said = got === undefined ? 'not named' : `${got.verdict}/${got.reason} read as ${got.lang}, ${got.phrases.join(' + ') || 'no phrase'}`;
      yield `${lang} ${kind}: ${service} ${said}: ${oneLine(text)}`;
    }
    for (const text of everyday) {
      for (const [service, { verdict, reason, phrases }] of reading.mentions({ text, lang })) {
        if (verdict === 'report') yield `${lang} everyday: ${service} ${verdict}/${reason}, ${phrases.join(' + ')}: ${oneLine(text)}`;
      }
    }
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
