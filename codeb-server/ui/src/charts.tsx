import type { JSX, TargetedEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { linear, ticks } from './scale';
import { useWords } from './i18n';

export interface Point {
  readonly at: string;
  readonly value: number;
}

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 104;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 36;

/** A value over time, oldest first. Who does not see it hears its name, range and last value. */
export function LineChart({
  name,
  points,
  base,
  say,
}: {
  name: string;
  points: readonly Point[];
  base: 10 | 1024 | 60;
  say: (value: number) => string;
}): JSX.Element {
  const { t, number, dateTime, language } = useWords();
  const [over, setOver] = useState<number | null>(null);
  const title = useId();
  if (points.length < 2) return <p class="quiet">{t.backups.chartEmpty}</p>;

  const values = points.map((point) => point.value);
  const times = points.map((point) => new Date(point.at).getTime());
  const marks = ticks(Math.max(...values), 4, base);
  const x = linear([times[0]!, times[times.length - 1]!], [LEFT, WIDTH - RIGHT]);
  const y = linear([0, marks[marks.length - 1]!], [HEIGHT - BOTTOM, TOP]);
  const line = points.map((_, i) => `${x(times[i]!).toFixed(1)},${y(values[i]!).toFixed(1)}`);
  const floor = y(0).toFixed(1);
  const area = `M${x(times[0]!).toFixed(1)},${floor} L${line.join(' L')} L${x(times[times.length - 1]!).toFixed(1)},${floor} Z`;
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' });
  const shown = over === null ? null : points[over];

  const nearest = (event: TargetedEvent<SVGSVGElement, PointerEvent>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    let best = 0;
    times.forEach((time, i) => {
      if (Math.abs(x(time) - at) < Math.abs(x(times[best]!) - at)) best = i;
    });
    setOver(best);
  };

  return (
    <figure class="chart">
      <figcaption>
        <span>{name}</span>
        <span class="quiet" aria-hidden="true">
          {shown === null || shown === undefined
            ? say(values[values.length - 1]!)
            : `${dateTime(shown.at)} · ${say(shown.value)}`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={title}
        onPointerMove={nearest}
        onPointerLeave={() => setOver(null)}
      >
        <title id={title}>
          {t.backups.chartSays(
            name,
            number(points.length),
            say(Math.min(...values)),
            say(Math.max(...values)),
            say(values[values.length - 1]!),
          )}
        </title>
        {marks.map((mark) => (
          <g key={mark}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(mark)} y2={y(mark)} />
            <text class="axis" x={LEFT - 8} y={y(mark)} dominant-baseline="middle" text-anchor="end">
              {say(mark)}
            </text>
          </g>
        ))}
        <text class="axis" x={LEFT} y={HEIGHT - 8}>
          {day.format(times[0])}
        </text>
        <text class="axis" x={WIDTH - RIGHT} y={HEIGHT - 8} text-anchor="end">
          {day.format(times[times.length - 1])}
        </text>
        <path class="area" d={area} />
        <polyline class="line" points={line.join(' ')} />
        {points.length <= 40 &&
          points.map((point, i) => (
            <circle key={point.at} class="dot" cx={x(times[i]!)} cy={y(values[i]!)} r="2.5" />
          ))}
        {over !== null && (
          <g>
            <line class="cursor" x1={x(times[over]!)} x2={x(times[over]!)} y1={TOP} y2={HEIGHT - BOTTOM} />
            <circle class="cursor-dot" cx={x(times[over]!)} cy={y(values[over]!)} r="4.5" />
          </g>
        )}
      </svg>
    </figure>
  );
}
