/** Numbers, sizes, times and spans, as the language writes them. */
export type Language = 'en' | 'ko';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function bytes(value: number, language: Language): string {
  const sign = value < 0 ? '−' : '';
  let size = Math.abs(value);
  let unit = 0;
  // what would be rounded to 1024 is one of the next unit
  while (size >= 1023.5 && (unit > 0 || size >= 1024) && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${sign}${number(Number(size.toFixed(digits)), language)} ${UNITS[unit]}`;
}

export function number(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

export function percent(part: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(part);
}

/** 4.2 s, 3 min 20 s, 2 hr 5 min, 3 days 4 hr */
export function duration(millis: number, language: Language): string {
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 10) return unit(Math.round(seconds * 10) / 10, 'second', language);
  const whole = Math.round(seconds);
  if (whole < 60) return unit(whole, 'second', language);
  if (whole < 3600) return two(Math.floor(whole / 60), 'minute', whole % 60, 'second', language);
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute', language);
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), 'day', hours % 24, 'hour', language);
}

function two(a: number, unitA: string, b: number, unitB: string, language: Language): string {
  return b === 0 ? unit(a, unitA, language) : `${unit(a, unitA, language)} ${unit(b, unitB, language)}`;
}

function unit(value: number, name: string, language: Language): string {
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: name,
    unitDisplay: name === 'day' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(value);
}

export function dateTime(at: string, language: Language, zone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(new Date(at));
}

export function date(at: Date, language: Language, zone?: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** 3 hours ago, in 20 minutes, now */
export function ago(at: string, now: number, language: Language): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unitName, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unitName);
  }
  return format.format(0, 'second');
}
