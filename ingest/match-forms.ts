// The forms that a name takes in a sentence where a language glues small words and endings to it: Hebrew and Arabic before
// it, Bengali, Russian and Ukrainian behind it. Names in Latin letters take theirs from the catalogue, where they are listed.

/** A shorter name with a letter more is soon another word; a Bengali letter is a syllable. */
const shortest = 4;
const shortestBengali = 3;

const hebrew = /^[\u05d0-\u05ea ]+$/;
const arabic = /^[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc ]+$/;
const bengali = /^[\u0980-\u09ff ]+$/;
const firstLetter = 0x430;
const cyrillic = /^[\u0430-\u045f\u0491]+$/;

// in, to, from, that, and, as, the; and two of them
const hebrewBefore = 'ה ב ל מ ש ו כ וה וב ול ומ וש שה שב של מה כש בה לה'.split(' ');
// and, so, in, to, as, with and without the article
const arabicBefore = 'ال و ف ب ل ك بال لل وال فال كال وب ول'.split(' ');
// Persian: my, your, his, our, your, their, the, and
const persianBehind = 'م ت ش مون تون شون ها و'.split(' ');
// before names of several words the article is rare
const arabicBeforeSeveral = 'و ف ب ل'.split(' ');
const bengaliBehind = 'ে র ের তে টা টি য় কে ও ই এর এ'.split(' ');
const afterConsonant = 'а у і е и ы ом ем ою ів ов ах'.split(' ');
const forA = 'ы и у ю е і ой ою'.split(' ');

/** Other forms of a folded name; none for a short one, or one in another script, nor for a Cyrillic one of several words. */
export function formsOf(name: string): string[] {
  // as most are: no letter of these alphabets
  if (name.charCodeAt(0) < firstLetter) return [];
  const letters = [...name].length;
  if (letters < shortest && !(letters >= shortestBengali && bengali.test(name))) return [];
  if (hebrew.test(name)) return hebrewBefore.map((before) => before + name);
  if (arabic.test(name) && name.includes(' ')) return arabicBeforeSeveral.map((before) => before + name);
  if (arabic.test(name) && name.startsWith('ال')) return arabicBefore.filter((before) => !before.endsWith('ل') || before === 'ل').map((before) => before + name);
  if (arabic.test(name)) return [...persianBehind.map((behind) => name + behind), ...arabicBefore.map((before) => before + name)];
  if (bengali.test(name)) return bengaliBehind.map((behind) => name + behind);
  if (!cyrillic.test(name)) return [];
  if (name.endsWith('а')) return forA.map((behind) => name.slice(0, -1) + behind);
  return /[аеиоуыэюяієїйьъ]$/.test(name) ? [] : afterConsonant.map((behind) => name + behind);
}
