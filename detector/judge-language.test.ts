import { expect, test } from 'vitest';
import { createJudge } from './judge.ts';
import { readLexicons } from './lexicon.ts';

const judge = createJudge(readLexicons(), []);
const langOf = (text: string, lang?: string): string => judge.judgeText(text, lang).lang;

test('a script tells its language, whatever Latin names stand in the post', () => {
  expect(langOf('WhatsApp落ちた #WhatsAppDown')).toBe('ja');
  expect(langOf('카톡 안돼 #KakaoTalkDown')).toBe('ko');
  expect(langOf('ล่มอีกแล้ว Facebook')).toBe('th');
  expect(langOf('το Instagram δεν ανοίγει')).toBe('el');
  expect(langOf('הוואטסאפ לא עובד WhatsApp')).toBe('he');
  expect(langOf('ফেসবুক কাজ করছে না Facebook')).toBe('bn');
  expect(langOf('wats going on 😂 落 everybody says it is so')).toBe('en');
});

test('neighbours in one script are told apart by their own letters and words', () => {
  expect(langOf('微信又崩了 发不出去消息')).toBe('zh');
  expect(langOf('通信障害 発生中 復旧はまだ')).toBe('ja');
  expect(langOf('не працює інтернет')).toBe('uk');
  expect(langOf('опять ничего не работает, что вы там делаете')).toBe('ru');
  expect(langOf('اینستاگرام باز نمیشه، برای شما هم همینطوره؟')).toBe('fa');
  expect(langOf('الواتس واقف عندكم كمان ولا بس عندي؟')).toBe('ar');
});

test("the source's own word decides where the text doesn't, and gives way where it does", () => {
  expect(langOf('Netflix', 'pl')).toBe('pl');
  expect(langOf('Netflix', 'fi')).toBe('fi');
  expect(langOf('Netflix', 'und')).toBe('en');
  expect(langOf('geht das Internet bei euch auch schon wieder nicht?', 'en')).toBe('de');
  expect(langOf('отново не работи', 'bg')).toBe('bg');
  expect(langOf('whatsapp gak bisa kirim pesan dari tadi nih', 'in-ID')).toBe('id');
});

test('letters that a language alone writes tell it', () => {
  expect(langOf('Größe, Straße')).toBe('de');
  expect(langOf('mañana')).toBe('es');
});
