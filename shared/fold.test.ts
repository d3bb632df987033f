import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from './fold.ts';

test('case, width, style and accents do not make another name', () => {
  for (const form of ['WhatsApp', 'WHATSAPP', 'Ｗｈａｔｓａｐｐ', '𝐖𝐡𝐚𝐭𝐬𝐀𝐩𝐩', 'Ⓦⓗⓐⓣⓢⓐⓟⓟ', 'whätsápp', 'what\u200bs\u00adapp', 'w\u0336h\u0336atsapp']) {
    expect(foldText(form)).toBe('whatsapp');
  }
});

test('Turkish i, dotted or not, is i', () => {
  expect(foldText('İNTERNET ınternet I')).toBe('internet internet i');
});

test('a final sigma is a sigma', () => {
  expect(foldText('ΟΔΟΣ')).toBe(foldText('οδος'));
});

test('every curly apostrophe is straight', () => {
  expect(foldText('can’t can‘t can\'t canʼt')).toBe("can't can't can't can't");
});

test('emoji lose their variation selectors and joiners and stay emoji', () => {
  expect(foldText('❤️ 👩‍💻')).toBe('❤ 👩💻');
});

test('composed and decomposed Korean and kana are the same', () => {
  for (const word of ['카카오톡', 'ガイド', 'мой', 'élan']) {
    expect(foldText(word.normalize('NFD'))).toBe(foldText(word.normalize('NFC')));
  }
});

test('a Korean sigh does not melt into the syllable before it', () => {
  expect(foldText('카톡ㅠㅠ').endsWith('ㅠㅠ')).toBe(true);
});

test('half-width kana are kana', () => {
  expect(foldText('ﾗｲﾝ')).toBe(foldText('ライン'));
});

test('a text folds as its code points do, wherever it is cut between them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(foldText(a) + foldText(b)).toBe(foldText(a + b));
    }),
  );
});

test('a lone surrogate is kept and harms nothing', () => {
  expect(foldText('A\ud83dB')).toBe('a\ud83db');
});

test('Arabic, Persian and Hindi names are the same however hamza, yeh, kaf, vowel signs and nukta are typed', () => {
  for (const [one, other] of [['إنستغرام', 'انستغرام'], ['آيفون', 'ايفون'], ['سبوتيفاى', 'سبوتيفاي'], ['واتس‌اپ', 'واتساپ'], ['بانک', 'بانك'], ['اینستا', 'اينستا'], ['جُمعة', 'جمعه'], ['फ़ोनपे', 'फोनपे']] as const) {
    expect(foldText(one)).toBe(foldText(other));
  }
});
