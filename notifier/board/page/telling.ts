// Telling times, numbers, languages and places to the reader, in the reader's language and zone.
// A time is shown local with its zone; UTC stands in its title.
import { h, type Child } from './dom.ts';
import { wordsFor, type Words } from './words.ts';

export interface Telling {
  readonly language: string;
  readonly words: Words;
  number(value: number): string;
  /** A rate or weight: whole from 10 up, else with up to one decimal (two under 1). */
  amount(value: number): string;
  duration(ms: number): string;
  /** How long ago, in words. */
  ago(ms: number): string;
  clock(iso: string, seconds?: boolean): string;
  /** A time element; with the date when it is not the day of `today`. */
  time(iso: string, today: string): HTMLElement;
  languageName(code: string): string;
  placeName(code: string): string;
  symptom(code: string): string;
}

export function createTelling(language: string): Telling {
  const words = wordsFor(language);
  // Times and numbers follow the words: an English page with a French clock would be half of each.
  const locale = /^(de|en)\b/i.test(language) ? language : 'en-GB';
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const clockSeconds = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
  const dated = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const languages = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const places = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' });

  const amount = (value: number): string => (value >= 10 ? whole : value >= 1 ? tenths : hundredths).format(value);

  // Languages and regions come from strangers: what the browser does not know is shown as it came.
  function nameOf(names: Intl.DisplayNames, code: string): string {
    if (code === 'unknown' || code === 'und' || code === '') return words.unknown;
    if (code === 'other') return words.others;
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  }

  return {
    language: locale,
    words,
    number: (value) => whole.format(value),
    amount,
    duration(ms) {
      const minutes = Math.round(ms / 60_000);
      if (ms < 90_000) return `${Math.max(0, Math.round(ms / 1000))} s`;
      if (minutes < 60) return `${minutes} min`;
      const hours = Math.floor(minutes / 60);
      if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
      return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
    },
    ago(ms) {
      if (ms < 1_500) return words.now;
      if (ms < 90_000) return relative.format(-Math.round(ms / 1000), 'second');
      if (ms < 5_400_000) return relative.format(-Math.round(ms / 60_000), 'minute');
      return ms < 172_800_000 ? relative.format(-Math.round(ms / 3_600_000), 'hour') : relative.format(-Math.round(ms / 86_400_000), 'day');
    },
    clock: (iso, seconds = false) => (seconds ? clockSeconds : clock).format(new Date(iso)),
    time(iso, today) {
      const at = new Date(iso);
      const sameDay = at.toDateString() === new Date(today).toDateString();
      return h('time', { datetime: iso, title: `${iso.slice(0, 19).replace('T', ' ')} UTC` }, (sameDay ? clock : dated).format(at));
    },
    languageName: (code) => nameOf(languages, code),
    placeName: (code) => nameOf(places, code),
    symptom: (code) => words.symptomNames[code] ?? code,
  };
}

/** Label and value, for lists of facts. */
export function fact(label: string, ...value: readonly Child[]): HTMLElement {
  return h('div', { class: 'fact' }, h('dt', {}, label), h('dd', {}, ...value));
}
