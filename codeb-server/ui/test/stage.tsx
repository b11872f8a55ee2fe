import axe from 'axe-core';
import { render, type JSX } from 'preact';
import { vi } from 'vitest';
import type { Session } from '../src/api';
import { ShellContext } from '../src/hooks';
import { wordsOf, WordsProvider, type Language } from '../src/i18n';

/** What a server answers, by what is asked: a status and a body, or nothing, as one that cannot be reached. */
export type Answers = Record<string, readonly [number, unknown]>;

/** A page before a server that answers what a test says. */
export class Stage {
  readonly asked: string[] = [];
  /** What was sent with that, where something was. */
  readonly bodies: unknown[] = [];
  private answers: Answers = {};

  constructor(readonly roles: Session['roles'] = { '*': ['ADMINISTER'] }) {
    vi.stubGlobal('fetch', async (path: string, init: { method: string; body?: string }) => {
      const what = `${init.method} ${path}`;
      this.asked.push(what);
      if (init.body !== undefined) this.bodies.push(JSON.parse(init.body));
      const answer = this.answers[what];
      if (answer === undefined) throw new TypeError(`nobody answers ${what}`);
      return { ok: answer[0] < 400, status: answer[0], text: async () => JSON.stringify(answer[1]) };
    });
  }

  answer(answers: Answers): this {
    this.answers = answers;
    return this;
  }

  show(page: JSX.Element, language: Language = 'en'): this {
    const session = { name: 'operations', expiresAt: null, roles: this.roles };
    render(
      <WordsProvider value={wordsOf(language)}>
        <ShellContext.Provider value={{ session, say: () => {} }}>{page}</ShellContext.Provider>
      </WordsProvider>,
      document.body,
    );
    return this;
  }

  get text(): string {
    return document.body.textContent ?? '';
  }

  /** The cells of each row of the tables that are seen. */
  get rows(): string[][] {
    return [...document.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => (cell.textContent ?? '').trim()),
    );
  }

  async until(condition: () => boolean): Promise<void> {
    await vi.waitFor(() => {
      if (!condition()) throw new Error(`waits in vain, and sees: ${this.text}`);
    });
  }

  async sees(...texts: string[]): Promise<void> {
    for (const text of texts) await this.until(() => this.text.includes(text));
  }

  click(name: string): void {
    const found = [...document.querySelectorAll('button')].filter((one) => one.textContent === name);
    if (found.length !== 1) throw new Error(`${found.length} buttons are called ${name}`);
    found[0]!.click();
  }

  /** What keeps somebody out, but for colours, which nothing here has. */
  async barriers(): Promise<string[]> {
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
    return violations
      .filter((one) => one.impact === 'serious' || one.impact === 'critical')
      .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`);
  }

  close(): void {
    render(null, document.body);
    vi.unstubAllGlobals();
  }
}
