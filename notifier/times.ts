// Times and durations as people read them. UTC is written without the machine's locale data, so that what goes into
// the log is the same everywhere; other zones are for the eyes of one channel.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Whether the name is a time zone that this machine knows (IANA name or UTC). */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

interface Clock {
  readonly day: string;
  readonly time: string;
  readonly zone: string;
}

function clockIn(ms: number, zone: string): Clock {
  const date = new Date(ms);
  if (zone === 'UTC') {
    return { day: `${date.getUTCDate()} ${months[date.getUTCMonth()]!}`, time: date.toISOString().slice(11, 16), zone };
  }
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  const parts = new Map(format.formatToParts(date).map((part) => [part.type, part.value]));
  return {
    day: `${Number(parts.get('day'))} ${months[Number(parts.get('month')) - 1]!}`,
    time: `${parts.get('hour')}:${parts.get('minute')}`,
    zone: parts.get('timeZoneName') ?? zone,
  };
}

/** `21:58 CEST`, with the day before it (`2 May 21:58 CEST`) when that is not the day of `nowMs` in that zone. */
export function localTime(ms: number, nowMs: number, zone: string): string {
  const then = clockIn(ms, zone);
  const day = then.day === clockIn(nowMs, zone).day && Math.abs(nowMs - ms) < 86_400_000 ? '' : `${then.day} `;
  return `${day}${then.time} ${then.zone}`;
}

/** A duration in ms in at most two units: `45 s`, `15 min`, `2 h 14 min`, `3 d 4 h`. Negative ones count as none. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}
