/** Days as they are in a time zone, and months of them for a calendar. A day is `2026-11-29`. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The day of a moment, in a zone. */
export function dayOf(at: Date, zone: string): Day {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part['year']}-${part['month']}-${part['day']}`;
}

export interface Month {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
}

export function monthOf(day: Day): Month {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)) };
}

export function addMonths({ year, month }: Month, count: number): Month {
  const index = year * 12 + (month - 1) + count;
  return { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 };
}

export function sameMonth(a: Month, b: Month): boolean {
  return a.year === b.year && a.month === b.month;
}

/** Weeks of a month, each of seven days; null where a day belongs to another month. `first` is 0 for Sunday. */
export function weeksOf({ year, month }: Month, first: number): (Day | null)[][] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() - first + 7) % 7;
  const cells: (Day | null)[] = Array<Day | null>(before).fill(null);
  for (let day = 1; day <= length; day++) {
    cells.push(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
  }
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** What began on which day. */
export function byDay<T>(all: readonly T[], at: (one: T) => string, zone: string): Map<Day, T[]> {
  const days = new Map<Day, T[]>();
  for (const one of all) {
    const day = dayOf(new Date(at(one)), zone);
    const there = days.get(day);
    if (there === undefined) days.set(day, [one]);
    else there.push(one);
  }
  return days;
}

/** A moment within a day, for Intl to write: noon in UTC, to be written in UTC. */
export function noon(day: Day): Date {
  return new Date(`${day}T12:00:00Z`);
}
