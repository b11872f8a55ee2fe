/** From values to places in a chart. */
export type Scale = (value: number) => number;

export function linear([from, to]: readonly [number, number], [low, high]: readonly [number, number]): Scale {
  const span = to - from;
  return (value) => (span === 0 ? (low + high) / 2 : low + ((value - from) / span) * (high - low));
}

/** Round values from 0 to at least `most`, about `count` steps apart by 1, 2 or 5 times a power of `base`. */
export function ticks(most: number, count: number, base: 10 | 1024 | 60): number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const step = niceStep(most / count, base);
  const out = [0];
  for (let i = 1; out[out.length - 1]! < most; i++) out.push(i * step);
  return out;
}

function niceStep(least: number, base: 10 | 1024 | 60): number {
  if (base === 10) return decimalStep(least);
  let unit = 1;
  while (least >= unit * base) unit *= base;
  const within = least / unit;
  const steps = base === 60 ? [1, 2, 5, 10, 15, 20, 30, 60] : [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
  return unit * steps.find((one) => one >= within)!;
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const within = least / power;
  return power * [1, 2, 5, 10].find((one) => one >= within - 1e-9)!;
}
