// Made-up services for the bench: as many as asked for, their names drawn from a fixed seed. Whoever measures what a long
// list costs takes them from here; the real catalogue is shared/catalog.
import { serviceSchema, type Service } from '../../shared/service.ts';

/** Whole numbers below a bound, the same ones for the same seed (Numerical Recipes' linear congruential generator). */
export function createDice(seed: number): (below: number) => number {
  let state = seed;
  return function roll(below) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const syllables: readonly string[] = 'ba be bi bo bra ca ce cho co da de di do dra e en er est fa fi fo ga ge go gra ha he i in ing is ka ke la le li lo ma me mi mo na ne ni no o on or pa pe po pra ra re ri ro sa se si so sta ta te ti to tra u un va ve vo wa we wo ya za zo'.split(' ');
export const scripts: readonly (readonly string[])[] = [
  'ла не ра бо та ко ни по ст ов ен ро ть ся ка'.split(' '),
  'ほ の た し て い に が は 今 日 本 電 ライ ット'.split(' '),
  '가 나 다 안 돼 이 요 는 서 버 앱 접 속'.split(' '),
  'dé ção né ñar über schö ça lle rê sur pas qu 😀 🙏'.split(' '),
];

export function drawWord(roll: (below: number) => number, parts: readonly string[]): string {
  let out = '';
  for (let n = 1 + roll(3); n >= 0; n--) out += parts[roll(parts.length)]!;
  return out;
}

/** Seven names a service: of one word or two, hashtags, a handle, now and then another script or an exclude phrase. */
export function inventServices(count: number): Service[] {
  const roll = createDice(7);
  const name = (): string => {
    const one = drawWord(roll, syllables) + syllables[roll(syllables.length)]!;
    return one.charAt(0).toUpperCase() + one.slice(1);
  };
  return Array.from({ length: count }, (_, i) => {
    const own = `${name()}${name().toLowerCase()}`;
    return serviceSchema.parse({
      id: `s${i}`,
      name: own,
      names: [`${name()} ${own}`, `${own} ${name()}`, i % 3 === 0 ? drawWord(roll, scripts[i % 4]!) + drawWord(roll, scripts[i % 4]!) : `${own}net`],
      hashtags: [`#${own}down`, `#${own}outage`],
      handles: [`@${own}`],
      exclude: i % 10 === 0 ? [`no ${own}`] : [],
    });
  });
}
