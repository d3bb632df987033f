import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from '../shared/fold.ts';
import { serviceSchema } from '../shared/service.ts';
import { createMatcher, type Matcher } from './match.ts';

const services = [
  { id: 'whatsapp', name: 'WhatsApp', names: ['ватсап', '왓츠앱'], hashtags: ['#WhatsAppDown'], handles: ['@WhatsApp'] },
  { id: 'facebook', name: 'Facebook', names: ['FB'] },
  { id: 'messenger', name: 'Facebook Messenger', names: ['Messenger'] },
  { id: 'signal', name: 'Signal', ordinary: ['Signal'], exclude: ['signal strength', 'no signal'] },
  { id: 'line', name: 'LINE', names: ['ライン'], ordinary: ['LINE', 'ライン'], exclude: ['ラインナップ'] },
  { id: 'x', name: 'X', ordinary: ['X'], handles: ['@X'] },
  { id: 'bank-of-america', name: 'Bank of America', names: ['BofA'] },
  { id: 'att', name: 'AT&T' },
  { id: 'disney', name: 'Disney+' },
  { id: 'weibo', name: 'Weibo', names: ['微博', 'เวยป๋อ'] },
  { id: 'kakao', name: 'KakaoTalk', names: ['카카오톡', '카톡'] },
  { id: 'butterfly', name: '🦋 Sky', names: ['🦋'] },
  { id: 'dotnet', name: '.NET' },
  { id: 'csharp', name: 'C#' },
].map((service) => serviceSchema.parse(service));

const matcher = createMatcher(services);

function named(text: string, by: Matcher = matcher, list = services): string[] {
  return by.matchText(text).map((hit) => `${list[hit.service]!.id} ${hit.by} ${hit.name}${hit.ordinary ? ' ?' : ''}`);
}

test('a name is found whatever its case, width and accents', () => {
  for (const text of ['is whatsapp down?', 'WHATSAPP!!!', 'Ｗｈａｔｓａｐｐ', '"WhätsApp"', '𝐖𝐡𝐚𝐭𝐬𝐚𝐩𝐩', 'whatsapp']) {
    expect(named(text)).toEqual(['whatsapp name whatsapp']);
  }
});

test('a name is whole words', () => {
  for (const text of ['whatsapper', 'mywhatsapp', 'fbi', 'whatsapp_', 'what sapp', 'whatsapp2', 'ватсапище', '']) {
    expect(named(text)).toEqual([]);
  }
  expect(named("whatsapp's gone, fb/whatsapp.")).toEqual(['whatsapp name whatsapp', 'facebook name fb']);
});

test('a hashtag or a handle says more than the name', () => {
  expect(named('#whatsapp')).toEqual(['whatsapp hashtag whatsapp']);
  expect(named('whatsapp again #WhatsAppDown')).toEqual(['whatsapp hashtag whatsappdown']);
  expect(named('hey @WhatsApp')).toEqual(['whatsapp handle whatsapp']);
  expect(named('＃whatsapp')).toEqual(['whatsapp hashtag whatsapp']);
});

test('a hashtag ends where its word ends, and only listed ones may say more than the name', () => {
  expect(named('#whatsappisdown')).toEqual([]);
  expect(named('#facebookdown')).toEqual([]);
  expect(named('#facebook_')).toEqual([]);
  expect(named('#facebook,')).toEqual(['facebook hashtag facebook']);
});

test('a name of several words is a hashtag without its spaces', () => {
  expect(named('#BankOfAmerica')).toEqual(['bank-of-america hashtag bankofamerica']);
  expect(named('#att')).toEqual(['att hashtag att']);
  expect(named('#disney')).toEqual([]);
});

test('a sigil behind a letter starts no tag', () => {
  expect(named('me@x.example')).toEqual(['x name x ?']);
  expect(named('a#facebook')).toEqual(['facebook name facebook']);
  expect(named('C# and .NET')).toEqual(['csharp name c#', 'dotnet name .net']);
});

test('an unlisted handle is still the name', () => {
  expect(named('@facebook')).toEqual(['facebook name facebook']);
});

test('the longest name wins where two overlap', () => {
  expect(named('Facebook Messenger is down')).toEqual(['messenger name facebook messenger']);
  expect(named('Facebook  \n Messenger')).toEqual(['messenger name facebook messenger']);
  expect(named('Facebook. Messenger')).toEqual(['facebook name facebook', 'messenger name messenger']);
  expect(named('bank of whatsapp of america')).toEqual(['whatsapp name whatsapp']);
  expect(named('bank of bank of america')).toEqual(['bank-of-america name bank of america']);
});

test('an ordinary word is marked, unless a tag says that the service is meant', () => {
  expect(named('signal')).toEqual(['signal name signal ?']);
  expect(named('signal #signal')).toEqual(['signal hashtag signal']);
  expect(named('x @x')).toEqual(['x handle x']);
});

test('a name inside an exclude phrase of its service does not count, outside it does', () => {
  expect(named('my signal strength is low')).toEqual([]);
  expect(named('no signal strength')).toEqual([]);
  expect(named('no signals')).toEqual([]);
  expect(named('no signal, signal is down')).toEqual(['signal name signal ?']);
});

test('names with signs are found with their signs', () => {
  expect(named('at&t and disney+ are gone')).toEqual(['att name at&t', 'disney name disney+']);
  expect(named('AT T, disney')).toEqual([]);
});

test('in scripts without spaces a name may stand anywhere', () => {
  expect(named('今天微博崩了吗')).toEqual(['weibo name 微博']);
  expect(named('วันนี้เวยป๋อล่ม')).toEqual([`weibo name ${foldText('เวยป๋อ')}`]);
  expect(named('今日LINE落ちた')).toEqual(['line name line ?']);
});

test('Korean and katakana names start a word and may be followed at once', () => {
  expect(named('카톡이 안돼요')).toEqual([`kakao name ${foldText('카톡')}`]);
  expect(named('카톡ㅠㅠ')).toEqual([`kakao name ${foldText('카톡')}`]);
  expect(named('LINE이 안돼')).toEqual(['line name line ?']);
  expect(named('내카톡')).toEqual([]);
  expect(named('今ラインが')).toEqual([`line name ${foldText('ライン')} ?`]);
  expect(named('オンラインとガイドライン')).toEqual([]);
  expect(named('新しいラインナップ')).toEqual([]);
});

test('a name never ends inside a syllable', () => {
  const toss = createMatcher([serviceSchema.parse({ id: 'a', name: '토스' })]);
  expect(toss.matchText('토스 앱').length).toBe(1);
  expect(toss.matchText('토슬').length).toBe(0);
});

test('an emoji can be a name, with or without its variation selector', () => {
  expect(named('the 🦋\ufe0f is gone')).toEqual(['butterfly name 🦋']);
  expect(named('🦋 sky')).toEqual(['butterfly name 🦋 sky']);
});

test('two services may share a name', () => {
  const list = ['a', 'b'].map((id) => serviceSchema.parse({ id, name: 'Orange' }));
  expect(named('orange', createMatcher(list), list)).toEqual(['a name orange', 'b name orange']);
});

test('a hashtag that one service lists is not guessed from the name of another', () => {
  const list = [
    serviceSchema.parse({ id: 'a', name: 'Post Bank' }),
    serviceSchema.parse({ id: 'b', name: 'PB', hashtags: ['#PostBank'] }),
  ];
  expect(named('#postbank', createMatcher(list), list)).toEqual(['b hashtag postbank']);
});

test('no services name nothing', () => {
  expect(createMatcher([]).matchText('whatsapp #x @y')).toEqual([]);
});

test('a folded text names the same as the text', () => {
  const piece = fc.oneof(
    fc.constantFrom('WhatsApp', '#X', '@x', 'Facebook Messenger', 'no ', 'Signal', ' ', 'ライン', 'ナップ', '카톡', '微博', '🦋', '&', '\u0301', '\u200b'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(named(foldText(text))).toEqual(named(text));
    }),
    { numRuns: 1000 },
  );
});

test('plain words are found exactly where a naive search finds them', () => {
  const word = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', 'abc'), { minLength: 1, maxLength: 4 }).map((w) => w.join(' '));
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), fc.array(fc.constantFrom('a', 'b', 'c', ' '), { maxLength: 40 }), (names, letters) => {
      const text = letters.join('').replace(/ +/g, ' ');
      const list = names.map((name, i) => serviceSchema.parse({ id: `s${i}`, name }));
      const found: { at: number; length: number; id: number }[] = [];
      names.forEach((name, id) => {
        for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
          if (!/[a-z]/.test(text[at - 1] ?? ' ') && !/[a-z]/.test(text[at + name.length] ?? ' ')) found.push({ at, length: name.length, id });
        }
      });
      // Longer in symbols: each word adds its boundary, so compare as the words and letters that they hold.
      const weight = (name: string): number => name.length + name.split(' ').length;
      found.sort((a, b) => weight(names[b.id]!) - weight(names[a.id]!) || a.at - b.at);
      const kept: typeof found = [];
      for (const f of found) if (kept.every((k) => k.at + k.length <= f.at || f.at + f.length <= k.at)) kept.push(f);
      const expected = [...new Set(kept.sort((a, b) => a.at - b.at).map((f) => f.id))];
      expect(createMatcher(list).matchText(text).map((hit) => hit.service)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a matcher that has read many texts finds what a new one finds', () => {
  const word = fc.constantFrom('a', 'ab', 'aba', 'b ab', 'abab', 'ba', 'ラ', 'ライ', '微', '微博', '#ab', '@a');
  const list = ['a ab', 'ab', 'aba b', 'bab', 'ba ba', 'ライ', '微博', '博'].map((name, i) => serviceSchema.parse({ id: `s${i}`, name, ...(i % 3 === 0 ? { exclude: [`${name} b`] } : {}) }));
  const used = createMatcher(list);
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.constantFrom('', ' '), (words, between) => {
      const text = words.join(between);
      expect(used.matchText(text)).toEqual(createMatcher(list).matchText(text));
    }),
    { numRuns: 200 },
  );
});

test('ten thousand services are found like one', () => {
  const list = Array.from({ length: 10_000 }, (_, i) => serviceSchema.parse({ id: `s${i}`, name: `Brand ${i.toString(36)}` }));
  const many = createMatcher(list);
  for (const i of [0, 1, 35, 36, 4_321, 9_999]) {
    expect(many.matchText(`is brand ${i.toString(36)} down`).map((hit) => hit.service)).toEqual([i]);
  }
});

test('millions of letters of names are settled stretch by stretch', () => {
  expect(named('no signal '.repeat(500_000))).toEqual([]);
  expect(named('facebook '.repeat(500_000))).toEqual(['facebook name facebook']);
  expect(named('bank of '.repeat(500_000))).toEqual([]);
}, 120_000);
