import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Backup } from '../api';
import { addMonths, byDay, dayOf, monthOf, noon, sameMonth, weeksOf, type Day } from '../calendar';
import { date } from '../format';
import { useWords } from '../i18n';
import { BackupTable } from './project';

/** Months of days, each with what was backed up on it. */
export function Calendar({ backups, zone }: { backups: readonly Backup[]; zone: string }): JSX.Element {
  const { t, number, language } = useWords();
  const today = dayOf(new Date(), zone);
  const days = useMemo(() => byDay(backups, (one) => one.startedAt, zone), [backups, zone]);
  const [month, setMonth] = useState(monthOf(today));
  const [chosen, setChosen] = useState<Day | null>(null);
  const first = useMemo(() => firstDayOfWeek(language), [language]);
  const name = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(Date.UTC(month.year, month.month - 1, 1)),
  );
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  const weekdayLong = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  // 2023-01-01 was a Sunday
  const heads = Array.from({ length: 7 }, (_, i) => new Date(Date.UTC(2023, 0, 1 + ((first + i) % 7))));
  const say = (day: Day): string => date(noon(day), language, 'UTC');
  const there = chosen === null ? [] : (days.get(chosen) ?? []);

  return (
    <>
      <div class="calendar-head">
        <button
          type="button"
          class="small"
          aria-label={t.calendar.previous}
          onClick={() => setMonth(addMonths(month, -1))}
        >
          ‹
        </button>
        <h3 aria-live="polite">{name}</h3>
        <button
          type="button"
          class="small"
          aria-label={t.calendar.next}
          disabled={sameMonth(month, monthOf(today))}
          onClick={() => setMonth(addMonths(month, 1))}
        >
          ›
        </button>
        <span class="quiet">{t.calendar.zone(zone)}</span>
      </div>
      <table class="calendar">
        <caption class="hidden">{t.calendar.caption(name)}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head.getUTCDay()} scope="col">
                <abbr title={weekdayLong.format(head)}>{weekday.format(head)}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month, first).map((week, row) => (
            <tr key={row}>
              {week.map((day, column) => {
                if (day === null) return <td key={column} />;
                const made = days.get(day) ?? [];
                const proven = made.some((one) => one.provenAt !== null);
                const kind = made.length === 0 ? 'none' : proven ? 'proven' : 'some';
                const count = number(made.length);
                const what =
                  made.length === 0
                    ? t.calendar.noneOn
                    : made.length === 1
                      ? t.calendar.one
                      : t.calendar.count(count);
                return (
                  <td key={column}>
                    <button
                      type="button"
                      class={`day ${kind}`}
                      disabled={made.length === 0}
                      aria-pressed={day === chosen}
                      {...(day === today ? { 'aria-current': 'date' as const } : {})}
                      onClick={() => setChosen(day === chosen ? null : day)}
                    >
                      <span class="hidden">{`${say(day)}: ${what}${proven ? `, ${t.backups.proven}` : ''}`}</span>
                      <span aria-hidden="true">{Number(day.slice(8))}</span>
                      {made.length > 0 && (
                        <span class="day-count" aria-hidden="true">
                          {proven ? `✓ ${count}` : count}
                        </span>
                      )}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="legend">
        <li>
          <span class="day none" aria-hidden="true" /> {t.calendar.legendNone}
        </li>
        <li>
          <span class="day some" aria-hidden="true" /> {t.calendar.legendSome}
        </li>
        <li>
          <span class="day proven" aria-hidden="true" /> {t.calendar.legendProven}
        </li>
      </ul>
      <div role="status">
        {there.length === 0 ? <p class="quiet">{t.calendar.hint}</p> : <h3>{t.calendar.chosen(say(chosen!))}</h3>}
      </div>
      {there.length > 0 && <BackupTable of={there} />}
    </>
  );
}

/** 0 for Sunday. Browsers that do not tell get Monday, as ISO has it. */
function firstDayOfWeek(language: string): number {
  const locale = new Intl.Locale(
    navigator.languages.find((tag) => tag.startsWith(language)) ?? language,
  ) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  const info = locale.getWeekInfo?.() ?? locale.weekInfo;
  return (info?.firstDay ?? 1) % 7;
}
