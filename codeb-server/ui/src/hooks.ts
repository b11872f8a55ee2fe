import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { createContext } from 'preact';
import { api, goesOn, Problem, type Operation, type Session } from './api';
import { follow, type Connection, type ServerEvent } from './sse';

/** What is known of something that is asked of the server. Old data stays while it is asked again. */
export interface Loaded<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Asks now, when `keys` change, and every `everyMillis` while the page is seen. */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  keys: readonly unknown[],
  everyMillis?: number,
): Loaded<T> {
  const [known, setKnown] = useState<{ data: T | undefined; problem: Problem | undefined; loading: boolean }>({
    data: undefined,
    problem: undefined,
    loading: true,
  });
  const [asked, setAsked] = useState(0);
  const before = useRef<readonly unknown[]>(keys);

  useEffect(() => {
    const abort = new AbortController();
    const changed = before.current.some((key, index) => key !== keys[index]);
    before.current = keys;
    setKnown((old) => ({
      data: changed ? undefined : old.data,
      problem: changed ? undefined : old.problem,
      loading: true,
    }));
    load(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setKnown({ data, problem: undefined, loading: false });
      },
      (cause: unknown) => {
        if (!abort.signal.aborted) setKnown((old) => ({ data: old.data, problem: asProblem(cause), loading: false }));
      },
    );
    return () => abort.abort();
  }, [...keys, asked]);

  useEffect(() => {
    if (everyMillis === undefined) return undefined;
    const seen = (): void => {
      if (!document.hidden) setAsked((count) => count + 1);
    };
    const timer = setInterval(seen, everyMillis);
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [everyMillis]);

  const reload = useCallback(() => setAsked((count) => count + 1), []);
  return { ...known, reload };
}

export function asProblem(cause: unknown): Problem {
  return cause instanceof Problem
    ? cause
    : new Problem(0, 'strange', cause instanceof Error ? cause.message : '', '');
}

/** Something that is done when a button is pressed: at most once at a time. */
export function useAct<A extends readonly unknown[]>(
  act: (...args: A) => Promise<void>,
): { run: (...args: A) => void; busy: boolean; problem: Problem | undefined; forget: () => void } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const here = useRef(true);
  useEffect(
    () => () => {
      here.current = false;
    },
    [],
  );
  const run = (...args: A): void => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    act(...args)
      .catch((cause: unknown) => {
        if (here.current) setProblem(asProblem(cause));
      })
      .finally(() => {
        if (here.current) setBusy(false);
      });
  };
  return { run, busy, problem, forget: () => setProblem(undefined) };
}

/**
 * One operation as it goes on, followed until it has ended, while the page is seen: browsers open few connections to one
 * server, for all of its pages together.
 */
export function useOperation(id: string): { operation: Operation | undefined; connection: Connection } {
  const [operation, setOperation] = useState<Operation | undefined>(undefined);
  const [connection, setConnection] = useState<Connection>('connecting');
  useEffect(() => {
    let seen = '';
    let over = false;
    let stop: (() => void) | undefined;
    const change = (): void => {
      if (document.hidden || over) {
        stop?.();
        stop = undefined;
      } else if (stop === undefined) {
        stop = follow(api.events(id), { onConnection: setConnection, onEvent }, seen);
      }
    };
    const onEvent = (event: ServerEvent): boolean => {
      const now = JSON.parse(event.data) as Operation;
      seen = event.id;
      over = !goesOn(now);
      setOperation(now);
      return over;
    };
    setOperation(undefined);
    change();
    document.addEventListener('visibilitychange', change);
    return () => {
      document.removeEventListener('visibilitychange', change);
      stop?.();
    };
  }, [id]);
  return { operation, connection };
}

/** The time, every so often, for what says how long something has taken. */
export function useNow(everyMillis: number, running: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, [everyMillis, running]);
  return now;
}

export interface Shell {
  readonly session: Session;
  /** Says something in passing, to all eyes and ears. */
  readonly say: (text: string) => void;
}

export const ShellContext = createContext<Shell | null>(null);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === null) throw new Error('outside of the shell');
  return shell;
}
