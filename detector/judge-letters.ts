// What each character is to a flat text: how it folds, which of its spellings stands for all, whether it is a letter, a
// pause or nothing. Read when a character first comes, and kept. Owns characters; words and pauses are judge-text.ts's.
import { foldCodePoint } from '../shared/fold.ts';

/** Stands in the flat text for the judged service, for another service, and for any other handle. */
export const nameMark = '\uE000';
export const otherMark = '\uE001';
export const handleMark = '\uE002';
/** A cross or a no-entry sign, as a word: "WhatsApp ❌". */
const denySign = 0xe010;

/** What one code unit is to the flat text. */
export const gap = 0;
export const word = 1;
export const dense = 2; // scripts without spaces, and Korean, which is typed with and without: each character is a word of its own
export const strong = 3;
export const weak = 4;
export const apostrophe = 5;
export const mark = 6; // # and @, kept when glued to a word

/**
 * The scripts that are counted, as places in an array of counts; 0 is every other. Letters that tell a language from its
 * neighbour in the same script count apart: kana, those of Persian, of Ukrainian and of Russian.
 */
export const scripts = {
  none: 0, han: 1, latin: 2, cyrillic: 3, arabic: 4, devanagari: 5, greek: 6, hebrew: 7, bengali: 8, thai: 9, hangul: 10,
  kana: 11, persian: 12, ukrainian: 13, russian: 14,
} as const;

/** A sign is one number: the spelling of a folded code unit (0: dropped), what it is, which script it is of, and whether it was 0 to 9 unspelled. */
export type Sign = number;
export const letterBits = 0xffff;
export const kindShift = 16;
export const kindBits = 7;
export const scriptShift = 19;
export const scriptBits = 15;
export const plainDigit = 1 << 23;

export interface Letters {
  /** Folds a text (shared/fold.ts) into signs, our marks as blanks if asked; gives how many there are. */
  read(text: string, withoutMarks: boolean): number;
  /** what was read last; a new array where a text was longer than all before */
  signs(): Int32Array;
  /** the sign of a folded code unit */
  sign(unit: number): Sign;
  /** 1 for a dense unit, 2 for one of our marks, 0 for all else; right for whatever has been read */
  readonly alone: Uint8Array;
}

const unread = -1;
/** folds to nothing, to several units, or stands for half a character or for one of our marks */
const several = -2;
/** no code point folds to more units than this */
const mostOfOne = 64;

/** The kinds of signs; letters of scripts are found by their properties (readKind). */
function kindTable(): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  const set = (chars: string, kind: number): void => {
    for (const c of chars) table.set(c.charCodeAt(0), kind);
  };
  set('.!?;\n\r…。！？؟।॥|', strong);
  set(',:()[]{}"“”«»„、，؛،—–「」『』・*~', weak);
  set("'’‘`´ʼ", apostrophe);
  set('#@＃', mark);
  for (const c of [nameMark, otherMark, handleMark]) table.set(c.charCodeAt(0), word);
  return table;
}

function readKind(code: number): number {
  const c = String.fromCharCode(code);
  if (code === 0x3099 || code === 0x309a || code === denySign) return dense;
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}々ー]/u.test(c)) return dense;
  if (/[\p{L}\p{N}\p{M}_]/u.test(c)) return word;
  return /[\p{So}\p{Sk}\ud83c-\ud83e]/u.test(c) ? weak : gap;
}

const persianLetters = 'پچژگکی';
const ukrainianLetters = 'ієґ';
const russianLetters = 'ыэъ';

/** The script of a folded code unit, before it is spelled. */
function readScript(code: number, kind: number): number {
  if (code < 0x250) return scripts.latin;
  if (code < 0x370) return scripts.none;
  const c = String.fromCharCode(code);
  if (code < 0x400) return scripts.greek;
  if (code < 0x530) return ukrainianLetters.includes(c) ? scripts.ukrainian : russianLetters.includes(c) ? scripts.russian : scripts.cyrillic;
  if (code >= 0x590 && code < 0x600) return scripts.hebrew;
  if (code >= 0x600 && code < 0x780) return persianLetters.includes(c) ? scripts.persian : scripts.arabic;
  if (code >= 0x900 && code < 0x980) return scripts.devanagari;
  if (code >= 0x980 && code < 0xa00) return scripts.bengali;
  if (code >= 0xe00 && code < 0xe80) return scripts.thai;
  if (kind !== dense) return scripts.none;
  if (/\p{Script=Hangul}/u.test(c)) return scripts.hangul;
  return /\p{Script=Han}/u.test(c) ? scripts.han : code === denySign ? scripts.none : scripts.kana;
}

/** One of two spellings of a Chinese character each, traditional and simplified, among those that posts are full of. */
const chinese =
  '電电網网斷断連连開开關关壞坏訊讯號号線线無无點点時时間间還还這这個个們们嗎吗麼么沒没為为會会說说問问題题掛挂當当機机應应務务載载發发傳传錯错誤误請请謝谢復复維维護护繼继續续終终於于現现實实對对來来過过後后國国學学樣样讓让給给從从進进動动員员買买賣卖錢钱帳账錄录檢检測测報报導导廣广' +
  '聞闻體体區区東东處处見见視视頻频頁页圖图聲声聽听語语話话碼码驗验證证郵邮鍵键裝装寫写讀读覺觉氣气瘋疯煩烦暈晕爛烂癱瘫瘓痪潰溃閃闪異异暫暂穩稳約约張张變变響响該该誰谁兩两幾几萬万億亿邊边裡里裏里妳你飛飞軟软帶带寬宽遊游戲戏專专業业門门紅红綠绿藍蓝鐘钟壓压達达辦办難难舊旧雲云遲迟顯显' +
  '掃扫廢废凍冻撐撑攝摄兌兑儀仪幫帮幣币寶宝匯汇滙汇夠够遞递練练燒烧滾滚潤润爭争療疗盤盘稅税竊窃筆笔繞绕罷罢羅罗膠胶臨临蓋盖虛虚衛卫襲袭規规訴诉訓训詐诈誌志講讲譯译販贩貸贷賽赛賺赚蹤踪躍跃輪轮轟轰銷销鐵铁鋪铺鑰钥閱阅闖闯隱隐雜杂霧雾靈灵韓韩頂顶項项餓饿駕驾騎骑騙骗驅驱髒脏鬥斗鮮鲜黃黄徹彻慘惨憑凭懸悬懷怀戰战擾扰擇择暢畅殼壳毀毁漸渐綁绑綜综綫线績绩纏缠' +
  '歡欢確确認认識识詢询訂订單单賬账戶户輸输滿满轉转換换許许雙双費费貴贵漲涨價价優优園园習习較较強强樂乐愛爱歲岁漢汉臺台灣湾啟启儲储協协議议離离畫画簡简麽么媽妈嚴严頭头貼贴閉闭聯联絡络繫系係系際际購购試试嘗尝產产與与並并佈布據据稱称統统計计車车馬马鳥鸟魚鱼龍龙結结緊紧權权責责賠赔償偿' +
  '狀状況况態态監监備备設设級级獨独歐欧廠厂衝冲風风陽阳陰阴燈灯滅灭熱热灑洒濕湿獎奖贈赠領领註注冊册彈弹擊击撥拨擠挤攔拦擋挡擁拥擔担損损殘残殺杀決决準准濫滥災灾牆墙獲获環环疊叠盡尽禮礼種种積积窮穷節节範范築筑籤签粵粤純纯紀纪細细組组經经絕绝緩缓編编總总罰罚職职腦脑臉脸舉举莊庄蘋苹虧亏' +
  '蟲虫補补製制觀观觸触記记評评詳详課课調调論论豬猪貓猫貨货質质賴赖贊赞趕赶跡迹踴踊軍军輕轻運运違违遠远適适選选醫医釋释針针銀银鎖锁鏡镜長长陸陆陣阵隊队階阶隨随險险靜静順顺須须預预頓顿類类願愿顧顾飯饭館馆駐驻驚惊鬆松鬧闹齊齐嗚呜';

/** Letters that people write in several ways: one spelling for each (Arabic, Devanagari, digits); 0 drops the sign. */
function spellingTable(): ReadonlyMap<number, number> {
  const table = new Map<number, number>();
  const same = (from: string, to: string): void => {
    for (const c of from) table.set(c.charCodeAt(0), to === '' ? 0 : to.charCodeAt(0));
  };
  same('أإآٱ', 'ا');
  same('ةۃ', 'ه');
  same('ىئیۍ', 'ي');
  same('ؤ', 'و');
  same('ک', 'ك');
  same('ہھە', 'ه');
  for (let code = 0x64b; code <= 0x65f; code++) table.set(code, 0);
  same('\u0640\u0670', '');
  same('\u093c\u09bc\u200c\u200d\0', '');
  same('\u0901', '\u0902');
  same('\u0981', '');
  for (let d = 0; d < 10; d++) for (const zero of [0x660, 0x6f0, 0x966, 0x9e6, 0xe50]) table.set(zero + d, 0x30 + d);
  // strokes are no marks that folding takes away, yet phones leave them out: đang, działa
  same('đ', 'd');
  same('ł', 'l');
  same('ø', 'o');
  const smallCapitals = 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ';
  for (const [i, c] of [...smallCapitals].entries()) same(c, 'abcdefghijklmnoprstuvwyz'.charAt(i));
  for (let i = 0; i + 1 < chinese.length; i += 2) same(chinese.charAt(i), chinese.charAt(i + 1));
  // crosses and no-entry signs say one thing
  same('❌❎✖⛔', String.fromCharCode(denySign));
  return table;
}

/** Creates the tables, all unread (half a MB). */
export function createLetters(): Letters {
  const kinds = kindTable();
  const spellings = spellingTable();
  const ofFolded = new Int32Array(0x10000).fill(unread);
  const ofUnit = new Int32Array(0x10000).fill(unread);
  const alone = new Uint8Array(0x10000);
  alone.fill(2, nameMark.charCodeAt(0), handleMark.charCodeAt(0) + 1);
  const pairs = new Uint8Array(0x10000); // of plane 1: 0 unread, 1 plain, 2 not
  let signs = new Int32Array(4_096);

  const sign = (folded: number): Sign => {
    const known = ofFolded[folded]!;
    if (known !== unread) return known;
    const letter = spellings.get(folded) ?? folded;
    const kind = kinds.get(letter) ?? readKind(letter);
    if (kind === dense) alone[letter] = 1;
    return (ofFolded[folded] = letter | (kind << kindShift) | (readScript(folded, kind) << scriptShift) | (folded >= 0x30 && folded <= 0x39 ? plainDigit : 0));
  };
  const readUnit = (unit: number): number => {
    const folded = unit >> 11 === 0x1b || isMark(unit) ? '' : foldCodePoint(String.fromCharCode(unit));
    return (ofUnit[unit] = folded.length === 1 && !isMark(folded.charCodeAt(0)) ? sign(folded.charCodeAt(0)) : several);
  };

  /** The pair folds to itself, as emoji do; its halves have been read then. */
  const isPlainPair = (high: number, low: number): boolean => {
    const at = ((high & 0x3ff) << 10) | (low & 0x3ff);
    if (at >= pairs.length) return false; // beyond the first of the planes nobody writes
    if (pairs[at] === 0) {
      const point = String.fromCharCode(high, low);
      pairs[at] = foldCodePoint(point) === point ? 1 : 2;
      sign(high);
      sign(low);
    }
    return pairs[at] === 1;
  };

  return {
    read(text, withoutMarks) {
      const { length } = text;
      if (length + mostOfOne > signs.length) signs = new Int32Array(2 * (length + mostOfOne));
      let into = signs;
      let n = 0;
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        let known = ofUnit[unit]!;
        if (known === -1) known = readUnit(unit);
        if (known >= 0) {
          into[n++] = known;
          continue;
        }
        const low = unit >> 10 === 0x36 && i + 1 < length ? text.charCodeAt(i + 1) : 0;
        const paired = low >> 10 === 0x37;
        if (paired) i++;
        if (paired && isPlainPair(unit, low)) {
          into[n++] = ofFolded[unit]!;
          into[n++] = ofFolded[low]!;
          continue;
        }
        const point = foldCodePoint(paired ? String.fromCharCode(unit, low) : text.charAt(i));
        for (let k = 0; k < point.length; k++) {
          const folded = point.charCodeAt(k);
          into[n++] = sign(withoutMarks && isMark(folded) ? 0x20 : folded);
        }
        if (n + length - i + mostOfOne > into.length) {
          signs = new Int32Array(2 * (n + length - i + mostOfOne));
          signs.set(into);
          into = signs;
        }
      }
      return n;
    },
    signs: () => signs,
    sign,
    alone,
  };
}

function isMark(unit: number): boolean {
  return unit >= 0xe000 && unit <= 0xe002;
}
