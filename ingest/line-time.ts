// Event time as a post writes it: ISO 8601 with a zone, read from bytes without a string or a Date.

function digits(buf: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = buf[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March so that the leap day comes last:
// the 153 days of each five months from March on make the month's start a linear formula.
function epochDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/**
 * 'YYYY-MM-DDTHH:MM:SS', then up to nine decimals of a second (cut to ms), then Z or ±hh:mm, in buf[start, end).
 * Returns ms since 1970 UTC, or NaN for anything else: no zone, no such day, a leap second.
 */
export function isoMs(buf: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 20 || length > 35) return NaN;
  if (buf[start + 4] !== 0x2d || buf[start + 7] !== 0x2d || buf[start + 10] !== 0x54) return NaN;
  if (buf[start + 13] !== 0x3a || buf[start + 16] !== 0x3a) return NaN;
  const year = digits(buf, start, 4);
  const month = digits(buf, start + 5, 2);
  const day = digits(buf, start + 8, 2);
  const hour = digits(buf, start + 11, 2);
  const minute = digits(buf, start + 14, 2);
  const second = digits(buf, start + 17, 2);
  // Written so that NaN fails.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN;

  let i = start + 19;
  let ms = 0;
  if (buf[i] === 0x2e) {
    const first = ++i;
    for (let unit = 100; i < end && buf[i]! >= 0x30 && buf[i]! <= 0x39; i++, unit = Math.floor(unit / 10)) ms += (buf[i]! - 0x30) * unit;
    if (i === first || i - first > 9) return NaN;
  }

  let offsetMinutes = 0;
  const sign = buf[i];
  if (sign === 0x5a) {
    if (i + 1 !== end) return NaN;
  } else if (sign === 0x2b || sign === 0x2d) {
    if (i + 6 !== end || buf[i + 3] !== 0x3a) return NaN;
    const zoneHour = digits(buf, i + 1, 2);
    const zoneMinute = digits(buf, i + 4, 2);
    if (!(zoneHour <= 23 && zoneMinute <= 59)) return NaN;
    offsetMinutes = (zoneHour * 60 + zoneMinute) * (sign === 0x2d ? -1 : 1);
  } else return NaN;

  return epochDay(year, month, day) * 86_400_000 + (hour * 60 + minute - offsetMinutes) * 60_000 + second * 1_000 + ms;
}
