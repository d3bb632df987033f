import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { createRunReader } from './line-run.ts';
import { createMatcher } from './match.ts';

/** Whether a name may begin in a text, by the filter alone; the brace stands for what follows the text in a line. */
function filterOf(names: readonly string[], more: { hashtags?: string[]; exclude?: string[] } = {}): (text: string) => boolean {
  const reader = createRunReader(createMatcher(names.map((name, i) => serviceSchema.parse({ id: `s${i}`, name, ...more }))));
  return (text) => {
    const bytes = new TextEncoder().encode(` ${text}"}   `);
    return reader.mayName(bytes, 1, bytes.length, bytes.length);
  };
}

test('a word that begins a name always passes, in either case', () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `${(i * 7_919).toString(36)}x y${i}`);
  const passes = filterOf(names);
  for (const name of names) expect([name, passes(name), passes(`is ${name.toUpperCase()}?`)]).toEqual([name, true, true]);
});

test('of the words that begin no name, few pass', () => {
  const passes = filterOf(Array.from({ length: 3_000 }, (_, i) => `brand${(i * 7_919).toString(36)}`));
  const others = Array.from({ length: 20_000 }, (_, i) => `word${(i * 104_729).toString(36)}`);
  expect(others.filter(passes).length).toBeLessThan(others.length / 50);
});

test('short words of many scripts are told apart', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz', ...'абвгдежзиклмнопрстуфхцчшщыэюя', ...'αβγδεζηθικλμνξοπρστυφχψω'];
  const words = letters.flatMap((one) => letters.map((two) => one + two));
  const passes = filterOf(words.filter((_, i) => i % 2 === 0));
  expect(words.filter((_, i) => i % 2 === 1).filter(passes)).toEqual([]);
});

test('the first word of a name ends where its letters end, and where a second follows it needs that one', () => {
  const passes = filterOf(['AT&T', 'booking.com', 'Bank of America', 'Disney+']);
  expect(['at&t', 'at t', 'booking.com', 'bank  of', 'disney+', 'Disney＋'].map(passes)).toEqual([true, true, true, true, true, true]);
  expect(['at', 'att', 'com', 'of america', 'bank, america', 'disneyland', 'disney', 'disney-'].map(passes)).toEqual(Array(8).fill(false));
});

test('a word that is a name alone passes whatever follows', () => {
  const passes = filterOf(['Sky', 'Sky News', 'You Tube']);
  expect(['sky', 'sky blue', 'you tube', 'you  …tube'].map(passes)).toEqual([true, true, true, true]);
  expect(['you', 'you blue', 'tube you'].map(passes)).toEqual([false, false, false]);
});

test('a hashtag passes where a # stands before', () => {
  const passes = filterOf(['Acme Corp'], { hashtags: ['#acmedown'] });
  expect(['#acmedown', '#AcmeDown!', '#acmecorp', '＃acmedown'].map(passes)).toEqual([true, true, true, true]);
  expect(['is acmedown', 'is acmecorp', '# acmedown'].map(passes)).toEqual([false, false, false]);
});

test('in scripts without words a name passes wherever it stands, and where only the start of a run counts, only there', () => {
  const passes = filterOf(['微博', 'ライン', '카카오톡']);
  expect(['今天微博崩了', 'ライン', '今ラインが', '카카오톡이'].map(passes)).toEqual([true, true, true, true]);
  expect(['微信', 'オンライン', '내카카오톡', '카드'].map(passes)).toEqual([false, false, false, false]);
});

test('a word that a name goes on from in another script needs that one letter behind it', () => {
  const passes = filterOf(['eショップ', 'note (日本)', 'B站', 'C# 言語'], { hashtags: ['#LOL手游'] });
  expect(['eショップ', 'E\u200bショップ', 'note (日本)', 'note日', 'b站崩了', 'c# 言語', 'c言', '#lol手游'].map(passes)).toEqual(Array(8).fill(true));
  expect(['e', 'caffè e pizza', 'note', 'note (foo)', 'plan b 天', 'c# foo', 'lol', '#lol'].map(passes)).toEqual(Array(8).fill(false));
});

test('of a run that begins a name up to four letters are told apart', () => {
  const passes = filterOf(['食べログ', 'ヤフオク', '微博', '淘']);
  expect(['食べログ', 'を食べログで', 'ヤフオク', '微博', '在淘宝'].map(passes)).toEqual([true, true, true, true, true]);
  expect(['寿司食べたい', 'ヤフー', '微信', 'ログ'].map(passes)).toEqual([false, false, false, false]);
});

test('a phrase that only excludes is no reason to look closer', () => {
  const passes = filterOf(['Signal'], { exclude: ['the signal'] });
  expect([passes('signal'), passes('the')]).toEqual([true, false]);
});
