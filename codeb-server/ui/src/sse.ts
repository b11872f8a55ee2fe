/** Follows a stream of server-sent events, and comes back with `Last-Event-ID` when the connection is lost. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export type Connection = 'connecting' | 'open' | 'lost' | 'ended' | 'refused';

export interface Follower {
  /** True ends the following: it was the last one. */
  readonly onEvent: (event: ServerEvent) => boolean;
  readonly onConnection: (connection: Connection) => void;
}

export interface World {
  readonly fetch: typeof fetch;
  readonly setTimeout: (run: () => void, millis: number) => unknown;
  readonly clearTimeout: (timer: never) => void;
}

/** No byte for so long, and the connection counts as lost: the server sends a comment at least every 15 s. */
export const SILENCE_MILLIS = 40_000;
const FIRST_WAIT_MILLIS = 500;
const LONGEST_WAIT_MILLIS = 15_000;
/** A line or an event that is longer is not from our server. */
const MOST_CHARACTERS = 4_000_000;

/** How long to wait before the n-th attempt in a row, from 0. */
export function waitBefore(attempt: number): number {
  return Math.min(FIRST_WAIT_MILLIS * 2 ** attempt, LONGEST_WAIT_MILLIS);
}

/** Takes text as it comes, in whatever pieces, and gives whole events. */
export class EventParser {
  private rest = '';
  private data: string[] = [];
  private event = '';
  private size = 0;
  /** What the last event with an id had; goes out again with the next request. */
  lastId = '';
  private pendingId: string | null = null;

  push(text: string): ServerEvent[] {
    const out: ServerEvent[] = [];
    this.rest += text;
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.rest);
      if (end === null) break;
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      const whole = this.line(line);
      if (whole !== null) out.push(whole);
    }
    if (this.rest.length + this.size > MOST_CHARACTERS) throw new Error('an event is too long');
    return out;
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      this.data.push(value);
      this.size += value.length;
    } else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.pendingId = value;
    return null;
  }

  private dispatch(): ServerEvent | null {
    if (this.pendingId !== null) this.lastId = this.pendingId;
    const whole =
      this.data.length === 0 ? null : { id: this.lastId, event: this.event || 'message', data: this.data.join('\n') };
    this.data = [];
    this.event = '';
    this.size = 0;
    this.pendingId = null;
    return whole;
  }
}

/** Follows what is behind an event, from the first one without it. Answers what ends the following. */
export function follow(url: string, follower: Follower, after = '', world: World = browser()): () => void {
  let over = false;
  let lastId = after;
  let attempt = 0;
  let timer: unknown;
  let abort = new AbortController();

  const later = (): void => {
    follower.onConnection('lost');
    timer = world.setTimeout(() => void connect(), waitBefore(attempt++));
  };
  const end = (connection: Connection): void => {
    over = true;
    follower.onConnection(connection);
  };

  async function connect(): Promise<void> {
    if (over) return;
    if (attempt === 0) follower.onConnection('connecting');
    abort = new AbortController();
    const mine = abort;
    let watch: unknown;
    const heard = (): void => {
      world.clearTimeout(watch as never);
      watch = world.setTimeout(() => mine.abort(), SILENCE_MILLIS);
    };
    try {
      heard();
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (lastId !== '') headers['Last-Event-ID'] = lastId;
      const response = await world.fetch(url, { headers, signal: mine.signal, cache: 'no-store' });
      if (over) return;
      if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
        end('refused');
        return;
      }
      if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
      follower.onConnection('open');
      const parser = new EventParser();
      parser.lastId = lastId;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      mine.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
      for (;;) {
        const { done, value } = await reader.read();
        if (over) return;
        if (done) break;
        heard();
        for (const event of parser.push(value)) {
          attempt = 0;
          lastId = event.id;
          if (follower.onEvent(event)) {
            end('ended');
            mine.abort();
            return;
          }
        }
      }
    } catch {
      // whatever it was, the next attempt tells whether it lasts
    } finally {
      world.clearTimeout(watch as never);
    }
    if (!over) later();
  }

  void connect();
  return () => {
    over = true;
    world.clearTimeout(timer as never);
    abort.abort();
  };
}

function browser(): World {
  return {
    fetch: (input, init) => fetch(input, init),
    setTimeout: (run, millis) => setTimeout(run, millis),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}
