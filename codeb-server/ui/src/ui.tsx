import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Finding, ProjectState, OperationState } from './api';
import type { Loaded } from './hooks';
import { useWords } from './i18n';
import { Sign, type SignName } from './signs';

/** The page's heading. It takes the focus when the page changes, so that it is read. */
export function PageTitle({ children, of }: { children: string; of?: ComponentChildren }): JSX.Element {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · CodeB`;
    ref.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [children]);
  return (
    <div class="page-title">
      {of}
      <h1 tabIndex={-1} ref={ref}>
        {children}
      </h1>
    </div>
  );
}

export function Card({
  title,
  actions,
  children,
  wide,
}: {
  title?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
  wide?: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <section class={wide ? 'card wide' : 'card'} {...(title === undefined ? {} : { 'aria-labelledby': id })}>
      {title !== undefined && (
        <header class="card-head">
          <h2 id={id}>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

const STATES: Record<ProjectState, SignName> = {
  OK: 'good',
  RUNNING: 'busy',
  LATE: 'warn',
  NEVER: 'warn',
  UNKNOWN: 'warn',
  FAILED: 'bad',
};

export function StateMark({ state }: { state: ProjectState }): JSX.Element {
  const { t } = useWords();
  return (
    <Mark sign={STATES[state] ?? 'warn'} title={t.stateLong[state]}>
      {t.state[state] ?? state}
    </Mark>
  );
}

const ENDS: Record<OperationState, SignName> = {
  QUEUED: 'busy',
  RUNNING: 'busy',
  DONE: 'good',
  FAILED: 'bad',
  CANCELLED: 'warn',
};

export function EndMark({ state }: { state: OperationState }): JSX.Element {
  const { t } = useWords();
  return <Mark sign={ENDS[state] ?? 'warn'}>{t.operations.state[state] ?? state}</Mark>;
}

/** A sign and a word for it, in the sign's colour. */
export function Mark({
  sign,
  title,
  children,
}: {
  sign: SignName;
  title?: string | undefined;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <span class={`state ${sign}`} title={title}>
      <Sign of={sign} /> <span>{children}</span>
    </span>
  );
}

export function Pill({ kind = 'plain', children }: { kind?: string; children: ComponentChildren }): JSX.Element {
  return <span class={`pill ${kind}`}>{children}</span>;
}

/** What went wrong, where, and what to do: of a request, an operation or a check. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly problems: readonly string[];
}

export function ProblemBox({ problem, retry }: { problem: Trouble; retry?: (() => void) | undefined }): JSX.Element {
  const { t, meaning } = useWords();
  const ours = problem.code === 'unreachable' || problem.code === 'strange';
  const message = ours ? (problem.code === 'unreachable' ? t.net.unreachable : t.net.strange) : problem.message;
  const hint = ours ? (problem.code === 'unreachable' ? t.net.unreachableHint : t.net.strangeHint) : problem.hint;
  const lead = ours ? '' : meaning(problem.code);
  return (
    <div class="box bad" role="alert">
      <p class="box-lead">
        <Sign of="bad" /> {lead || message}
      </p>
      {lead !== '' && <p>{message}</p>}
      {problem.problems.length > 0 && (
        <ul>
          {problem.problems.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {hint !== '' && (
        <p>
          <strong>{t.hint}:</strong> {hint}
        </p>
      )}
      <p class="box-foot">
        {!ours && problem.code !== '' && <code>{problem.code}</code>}
        {retry !== undefined && (
          <button type="button" class="small" onClick={retry}>
            {t.retry}
          </button>
        )}
      </p>
    </div>
  );
}

/** What is loaded, or why not, or that it is on its way. Old data stays to be seen under a problem. */
export function Await<T>({
  of,
  children,
  rows = 4,
}: {
  of: Loaded<T>;
  children: (data: T) => ComponentChildren;
  rows?: number;
}): JSX.Element {
  const { t } = useWords();
  return (
    <>
      {of.problem !== undefined && <ProblemBox problem={of.problem} retry={of.reload} />}
      {of.data !== undefined
        ? children(of.data)
        : of.problem === undefined && (
            <div class="skeleton" role="status">
              <span class="hidden">{t.loading}</span>
              {Array.from({ length: rows }, (_, row) => (
                <span key={row} class="bone" aria-hidden="true" />
              ))}
            </div>
          )}
    </>
  );
}

export function Empty({
  lead,
  hint,
  children,
}: {
  lead: string;
  hint?: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-lead">{lead}</p>
      {hint !== undefined && <p>{hint}</p>}
      {children}
    </div>
  );
}

/** A table that scrolls by itself where it has to, and whose rows are cards on a phone where `cards` is set. */
export function Table({
  caption,
  heads,
  children,
  cards,
}: {
  caption: string;
  heads: readonly (string | { readonly text: string; readonly number: true })[];
  children: ComponentChildren;
  cards?: boolean;
}): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table class={cards ? 'cards' : ''}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) =>
              typeof head === 'string' ? (
                <th key={head} scope="col">
                  {head}
                </th>
              ) : (
                <th key={head.text} scope="col" class="number">
                  {head.text}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A cell that is labelled by itself where a row is a card. */
export function Cell({
  label,
  children,
  number,
}: {
  label: string;
  children: ComponentChildren;
  number?: boolean;
}): JSX.Element {
  return (
    <td data-label={label} class={number ? 'number' : ''}>
      <div class="cell">{children}</div>
    </td>
  );
}

export function Facts({ of }: { of: readonly (readonly [string, ComponentChildren])[] }): JSX.Element {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function When({ at }: { at: string }): JSX.Element {
  const { dateTime, ago } = useWords();
  return (
    <time dateTime={at} title={dateTime(at)}>
      {ago(at)}
    </time>
  );
}

export function Moment({ at }: { at: string }): JSX.Element {
  const { dateTime, ago } = useWords();
  return (
    <time dateTime={at} title={ago(at)}>
      {dateTime(at)}
    </time>
  );
}

const SIGNS = { ERROR: 'bad', WARNING: 'warn', INFO: 'info' } as const;

export function Findings({ of }: { of: readonly Finding[] }): JSX.Element {
  const { t } = useWords();
  const order = { ERROR: 0, WARNING: 1, INFO: 2 };
  return (
    <ul class="findings">
      {[...of]
        .sort((a, b) => (order[a.severity] ?? 3) - (order[b.severity] ?? 3))
        .map((finding, index) => {
          const sign = SIGNS[finding.severity] ?? 'info';
          return (
            <li key={`${finding.id}-${index}`} class={`box ${sign}`}>
              <p class="box-lead">
                <Sign of={sign} /> {t.checks[finding.severity] ?? finding.severity}: {finding.message}
              </p>
              {finding.whatToDo !== '' && (
                <p>
                  <strong>{t.hint}:</strong> {finding.whatToDo}
                </p>
              )}
              <p class="box-foot">
                <code>{finding.id}</code>
                {finding.measured !== '' && (
                  <span>
                    {t.checks.measured}: {finding.measured}
                  </span>
                )}
                {finding.threshold !== '' && (
                  <span>
                    {t.checks.threshold}: {finding.threshold}
                  </span>
                )}
              </p>
            </li>
          );
        })}
    </ul>
  );
}

/** Where a name is typed, to say that it is meant. */
export function TypedName({
  label,
  value,
  onType,
}: {
  label: string;
  value: string;
  onType: (text: string) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name="confirm"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={value}
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </label>
  );
}

/** Asks before something that cannot be undone. The browser holds the focus inside, and Escape closes it. */
export function Ask({
  title,
  text,
  yes,
  no,
  danger,
  ready = true,
  busy,
  problem,
  onYes,
  onNo,
  children,
}: {
  title: string;
  text: string;
  yes: string;
  no: string;
  danger?: boolean;
  /** Whether all is said that it takes. */
  ready?: boolean;
  busy: boolean;
  problem: Trouble | undefined;
  onYes: () => void;
  onNo: () => void;
  children?: ComponentChildren;
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onNo();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onYes();
        }}
      >
        <h2 id={id}>{title}</h2>
        <p>{text}</p>
        {children}
        {problem !== undefined && <ProblemBox problem={problem} />}
        <div class="actions end">
          <button type="button" onClick={onNo}>
            {no}
          </button>
          <button type="submit" class={danger ? 'danger' : 'primary'} disabled={busy || !ready}>
            {yes}
          </button>
        </div>
      </form>
    </dialog>
  );
}
