import { describe, expect, it } from 'vitest';
import { EventParser, follow, SILENCE_MILLIS, waitBefore, type Connection, type ServerEvent } from '../src/sse';

describe('the parser', () => {
  const text =
    ':\n\nid: 1\nevent: state\ndata: {"a":1}\n\r\nid:2\r\ndata: one\r\ndata: two\r\n\r\ndata\n\nid: 3\n\ndata: last\n\n: beat\n\n';
  const events: ServerEvent[] = [
    { id: '1', event: 'state', data: '{"a":1}' },
    { id: '2', event: 'message', data: 'one\ntwo' },
    { id: '2', event: 'message', data: '' },
    { id: '3', event: 'message', data: 'last' },
  ];

  it('finds the same events wherever the text is cut', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new EventParser();
      expect([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]).toEqual(events);
      expect(parser.lastId).toBe('3');
    }
    const parser = new EventParser();
    expect([...text].flatMap((one) => parser.push(one))).toEqual(events);
  });

  it('does not count an event that was cut off', () => {
    const parser = new EventParser();
    parser.push('id: 1\ndata: whole\n\nid: 2\ndata: ha');
    expect(parser.lastId).toBe('1');
  });

  it('refuses what never ends', () => {
    const parser = new EventParser();
    expect(() => {
      for (let i = 0; i < 50; i++) parser.push('data: ' + 'x'.repeat(100_000) + '\n');
    }).toThrow();
  });
});

/** A server of scripted answers, and a clock that goes when it is told to. */
class FakeWorld {
  readonly asked: (string | null)[] = [];
  readonly waits: number[] = [];
  private timers: { at: number; run: () => void; id: number }[] = [];
  private time = 0;
  private ids = 0;

  constructor(private readonly answers: (() => Response | Promise<Response>)[]) {}

  readonly fetch = ((_: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    this.asked.push(new Headers(init?.headers).get('Last-Event-ID'));
    const answer = this.answers.shift();
    if (answer === undefined) return Promise.reject(new TypeError('no route'));
    return Promise.race([
      Promise.resolve(answer()),
      new Promise<Response>((_resolve, reject) =>
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))),
      ),
    ]);
  }) as typeof fetch;

  readonly setTimeout = (run: () => void, millis: number): number => {
    if (millis !== SILENCE_MILLIS) this.waits.push(millis);
    this.timers.push({ at: this.time + millis, run, id: ++this.ids });
    return this.ids;
  };

  readonly clearTimeout = (id: never): void => {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  };

  get pending(): number {
    return this.timers.length;
  }

  async pass(millis: number): Promise<void> {
    this.time += millis;
    const due = this.timers.filter((timer) => timer.at <= this.time);
    this.timers = this.timers.filter((timer) => timer.at > this.time);
    due.forEach((timer) => timer.run());
    await settle();
  }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setTimeout(resolve, 0));
};

const stream =
  (...pieces: string[]): (() => Response) =>
  () =>
    new Response(pieces.join(''), { status: 200 });
const event = (id: number, data: string): string => `id: ${id}\ndata: ${data}\n\n`;

function following(world: FakeWorld, after = ''): { events: string[]; connections: Connection[]; stop: () => void } {
  const events: string[] = [];
  const connections: Connection[] = [];
  const stop = follow(
    'api/x',
    {
      onEvent: ({ data }) => {
        events.push(data);
        return data === 'end';
      },
      onConnection: (connection) => connections.push(connection),
    },
    after,
    world,
  );
  return { events, connections, stop };
}

describe('following', () => {
  it('ends with the last event', async () => {
    const world = new FakeWorld([stream(event(1, 'a'), event(2, 'end'))]);
    const { events, connections } = following(world);
    await settle();
    expect(events).toEqual(['a', 'end']);
    expect(connections).toEqual(['connecting', 'open', 'ended']);
    expect(world.pending).toBe(0);
  });

  it('comes back behind the last whole event when the connection breaks', async () => {
    const world = new FakeWorld([
      stream(event(1, 'a'), event(2, 'b'), 'id: 3\ndata: c'),
      stream(event(3, 'c'), event(4, 'end')),
    ]);
    const { events, connections } = following(world);
    await settle();
    expect(connections).toEqual(['connecting', 'open', 'lost']);
    await world.pass(waitBefore(0));
    expect(world.asked).toEqual([null, '2']);
    expect(events).toEqual(['a', 'b', 'c', 'end']);
    expect(connections.at(-1)).toBe('ended');
  });

  it('tries again for as long as it takes, more and more seldom', async () => {
    const down = (): Response => new Response('', { status: 502 });
    const world = new FakeWorld([
      ...Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? down : () => Promise.reject(new TypeError('refused')))),
      stream(event(1, 'end')),
    ]);
    const { events } = following(world);
    await settle();
    for (let i = 0; i < 8; i++) await world.pass(waitBefore(i));
    expect(events).toEqual(['end']);
    expect(world.waits).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
  });

  it('takes silence for a lost connection', async () => {
    const silent = (): Response =>
      new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(event(1, 'a'))) }),
      );
    const world = new FakeWorld([() => new Promise<Response>(() => {}), silent, stream(event(2, 'end'))]);
    const { events, connections } = following(world);
    await settle();
    await world.pass(SILENCE_MILLIS);
    expect(connections).toEqual(['connecting', 'lost']);
    await world.pass(waitBefore(0));
    expect(events).toEqual(['a']);
    await world.pass(SILENCE_MILLIS);
    expect(connections.at(-1)).toBe('lost');
    await world.pass(waitBefore(0));
    expect(world.asked).toEqual([null, null, '1']);
    expect(events).toEqual(['a', 'end']);
  });

  it('goes on behind an event that was seen before', async () => {
    const world = new FakeWorld([stream(event(8, 'end'))]);
    const { events } = following(world, '7');
    await settle();
    expect(world.asked).toEqual(['7']);
    expect(events).toEqual(['end']);
  });

  it('does not ask again what the server refuses', async () => {
    for (const status of [401, 403, 404]) {
      const world = new FakeWorld([() => new Response('', { status })]);
      const { connections } = following(world);
      await settle();
      expect(connections).toEqual(['connecting', 'refused']);
      expect(world.pending).toBe(0);
    }
  });

  it('stops when it is told to, whatever it is at', async () => {
    const world = new FakeWorld([stream(event(1, 'a'))]);
    const { connections, stop } = following(world);
    await settle();
    expect(connections.at(-1)).toBe('lost');
    stop();
    expect(world.pending).toBe(0);
    await world.pass(60_000);
    expect(world.asked.length).toBe(1);
  });
});
