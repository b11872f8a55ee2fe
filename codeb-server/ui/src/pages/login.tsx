import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Session } from '../api';
import { useAct } from '../hooks';
import { useWords } from '../i18n';
import { ProblemBox } from '../ui';

export function Login({
  over,
  onIn,
  children,
}: {
  over: boolean;
  onIn: (session: Session) => void;
  children: ComponentChildren;
}): JSX.Element {
  const { t } = useWords();
  const [token, setToken] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const logIn = useAct(async () => onIn(await api.logIn(token.trim())));
  const wrong = logIn.problem !== undefined && [400, 401, 422].includes(logIn.problem.status);

  useEffect(() => {
    document.title = `${t.login.title} · CodeB`;
  }, [t]);
  useEffect(() => field.current?.focus(), [logIn.problem]);

  return (
    <main class="login">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          logIn.run();
        }}
      >
        <p class="brand">
          <img src="./favicon.svg" alt="" width="32" height="32" />
          CodeB
        </p>
        <h1>{t.login.title}</h1>
        <p class="quiet">{t.login.lead}</p>
        {over && logIn.problem === undefined && (
          <p class="box warn" role="status">
            {t.login.over}
          </p>
        )}
        {wrong && (
          <p class="box bad" role="alert" id="wrong">
            {t.login.wrong}
          </p>
        )}
        {logIn.problem?.status === 429 && (
          <p class="box bad" role="alert">
            {t.login.tooMany}
          </p>
        )}
        {logIn.problem !== undefined && !wrong && logIn.problem.status !== 429 && (
          <ProblemBox problem={logIn.problem} />
        )}
        <label class="field">
          <span>{t.login.token}</span>
          <input
            ref={field}
            type="password"
            name="token"
            autocomplete="current-password"
            spellcheck={false}
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
            {...(wrong ? { 'aria-invalid': 'true' as const, 'aria-describedby': 'wrong' } : {})}
          />
        </label>
        <button type="submit" class="primary" disabled={logIn.busy}>
          {logIn.busy ? t.login.working : t.login.submit}
        </button>
      </form>
      {children}
    </main>
  );
}
