import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, goesOn, onSessionLost, Problem, speak, type Session } from './api';
import { asProblem, ShellContext, useLoad } from './hooks';
import { LANGUAGES, preferred, TABLES, useWords, wordsOf, WordsProvider, type Language } from './i18n';
import { Alerts } from './pages/alerts';
import { Audit } from './pages/audit';
import { BackupPage } from './pages/backup';
import { Login } from './pages/login';
import { OperationPage, Operations } from './pages/operations';
import { Overview } from './pages/overview';
import { ProjectPage } from './pages/project';
import { Releases } from './pages/releases';
import { Restore } from './pages/restore';
import { to, useRoute, type Route } from './router';
import { settings, type Theme } from './settings';
import { Sign, type SignName } from './signs';
import { Empty, PageTitle, ProblemBox } from './ui';

type Known =
  | { state: 'asking' }
  | { state: 'out'; over: boolean }
  | { state: 'in'; session: Session }
  | { state: 'problem'; problem: Problem };

export function App(): JSX.Element {
  const [language, setLanguage] = useState<Language>(() => preferred(settings.language(), navigator.languages));
  const [theme, setTheme] = useState<Theme>(() => settings.theme());
  const [known, setKnown] = useState<Known>({ state: 'asking' });
  const words = useMemo(() => wordsOf(language), [language]);
  speak(language);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  const ask = (): void => {
    setKnown({ state: 'asking' });
    api.session().then(
      (session) => setKnown({ state: 'in', session }),
      (cause: unknown) => {
        const problem = asProblem(cause);
        setKnown(problem.status === 401 ? { state: 'out', over: false } : { state: 'problem', problem });
      },
    );
  };
  useEffect(() => {
    onSessionLost(() => setKnown((old) => (old.state === 'in' ? { state: 'out', over: true } : old)));
    ask();
  }, []);

  const choices = {
    language,
    theme,
    chooseLanguage: (chosen: Language): void => {
      settings.keepLanguage(chosen);
      setLanguage(chosen);
    },
    chooseTheme: (chosen: Theme): void => {
      settings.keepTheme(chosen);
      setTheme(chosen);
    },
  };

  return (
    <WordsProvider value={words}>
      {known.state === 'asking' && (
        <div class="waiting" role="status">
          {words.t.loading}
        </div>
      )}
      {known.state === 'problem' && (
        <main class="alone">
          <ProblemBox problem={known.problem} retry={ask} />
        </main>
      )}
      {known.state === 'out' && (
        <Login over={known.over} onIn={(session) => setKnown({ state: 'in', session })}>
          <Choices {...choices} />
        </Login>
      )}
      {known.state === 'in' && (
        <Frame
          session={known.session}
          choices={<Choices {...choices} />}
          onOut={() => {
            api.logOut().catch(() => undefined);
            setKnown({ state: 'out', over: false });
          }}
        />
      )}
    </WordsProvider>
  );
}

interface ChoicesProps {
  readonly language: Language;
  readonly theme: Theme;
  readonly chooseLanguage: (language: Language) => void;
  readonly chooseTheme: (theme: Theme) => void;
}

function Choices({ language, theme, chooseLanguage, chooseTheme }: ChoicesProps): JSX.Element {
  const { t } = useWords();
  return (
    <div class="choices">
      <label>
        <span class="hidden">{t.menu.language}</span>
        <select
          name="language"
          value={language}
          onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {TABLES[one].language}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="hidden">{t.menu.theme}</span>
        <select name="theme" value={theme} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
          <option value="system">{t.menu.system}</option>
          <option value="light">{t.menu.light}</option>
          <option value="dark">{t.menu.dark}</option>
        </select>
      </label>
    </div>
  );
}

function Frame({
  session,
  choices,
  onOut,
}: {
  session: Session;
  choices: JSX.Element;
  onOut: () => void;
}): JSX.Element {
  const { t, number, dateTime } = useWords();
  const route = useRoute();
  const [said, setSaid] = useState<{ text: string; nth: number } | null>(null);
  const main = useRef<HTMLElement>(null);
  const operations = useLoad((signal) => api.operations(null, signal), [], 10_000);
  const running = operations.data?.operations.filter(goesOn).length ?? 0;
  const shell = useMemo(
    () => ({
      session,
      say: (text: string): void => setSaid((old) => ({ text, nth: (old?.nth ?? 0) + 1 })),
    }),
    [session],
  );
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), 6_000);
    return () => clearTimeout(timer);
  }, [said]);

  const place = route.parts[0] ?? '';
  const links: readonly (readonly [string, string, SignName])[] = [
    ['', t.nav.overview, 'projects'],
    ['operations', t.nav.operations, 'operations'],
    ['releases', t.nav.releases, 'releases'],
    ['alerts', t.nav.alerts, 'alerts'],
    ['audit', t.nav.audit, 'audit'],
  ];
  return (
    <ShellContext.Provider value={shell}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t.skip}
      </a>
      <div class="frame">
        <header class="side">
          <a class="brand" href="#/">
            <img src="./favicon.svg" alt="" width="28" height="28" />
            CodeB
          </a>
          <nav aria-label={t.nav.label}>
            <ul>
              {links.map(([part, text, sign]) => (
                <li key={part}>
                  <a
                    href={to(part === '' ? [] : [part])}
                    {...(place === part || (part === '' && place === 'projects')
                      ? { 'aria-current': 'page' as const }
                      : {})}
                  >
                    <Sign of={sign} />
                    <span>{text}</span>
                    {part === 'operations' && running > 0 && (
                      <span class="count" aria-label={t.nav.running(number(running))}>
                        {number(running)}
                      </span>
                    )}
                  </a>
                </li>
              ))}
              <li>
                <a href="api/docs">
                  <Sign of="api" />
                  <span>{t.nav.api}</span>
                </a>
              </li>
            </ul>
          </nav>
          <div class="who">
            {choices}
            <p class="quiet">
              {t.menu.signedIn(session.name)}
              {session.expiresAt !== null && <span>{t.menu.expires(dateTime(session.expiresAt))}</span>}
            </p>
            <button type="button" class="small" onClick={onOut}>
              {t.menu.logOut}
            </button>
          </div>
        </header>
        <main id="main" ref={main} tabIndex={-1}>
          <Page route={route} key={route.parts.slice(0, 2).join('/')} />
        </main>
      </div>
      <div class="toast" role="status" aria-live="polite">
        {said !== null && <p key={said.nth}>{said.text}</p>}
      </div>
    </ShellContext.Provider>
  );
}

function Page({ route }: { route: Route }): JSX.Element {
  const { t } = useWords();
  const [first, second, third, fourth, fifth, ...more] = route.parts;
  if (first === undefined) return <Overview />;
  if (first === 'projects' && second !== undefined && more.length === 0) {
    if (third === 'restore' && fourth === undefined) {
      return <Restore project={second} asked={route.query.get('backup')} />;
    }
    if (third === 'backups' && fourth !== undefined && fifth !== undefined) {
      return <BackupPage project={second} repository={fourth} id={fifth} key={`${fourth}/${fifth}`} />;
    }
    if (fourth === undefined) return <ProjectPage project={second} tab={third ?? 'overview'} />;
  }
  if (first === 'operations') {
    if (second === undefined) return <Operations />;
    if (third === undefined) return <OperationPage id={second} />;
  }
  if (first === 'releases' && second === undefined) return <Releases />;
  if (first === 'alerts' && second === undefined) return <Alerts />;
  if (first === 'audit' && second === undefined) return <Audit />;
  return (
    <>
      <PageTitle>{t.unknownPage}</PageTitle>
      <Empty lead={t.unknownPage}>
        <a class="button" href="#/">
          {t.toOverview}
        </a>
      </Empty>
    </>
  );
}
