import { describe, expect, it } from 'vitest';
import { may, problemOf, type Session } from '../src/api';
import { preferred, TABLES, type Texts } from '../src/i18n';
import { parseRoute, to } from '../src/router';

describe('addresses', () => {
  it('say where they lead, whatever is in a name', () => {
    for (const name of ['shop', 'a/b', 'ä ö?', '100%', '#1', '..']) {
      const address = to(['projects', name, 'restore'], { backup: `main/${name}/1&2`, no: undefined });
      const route = parseRoute(address);
      expect(route.parts).toEqual(['projects', name, 'restore']);
      expect(route.query.get('backup')).toBe(`main/${name}/1&2`);
      expect(route.query.has('no')).toBe(false);
    }
  });

  it('that are broken lead somewhere', () => {
    expect(parseRoute('').parts).toEqual([]);
    expect(parseRoute('#/').parts).toEqual([]);
    expect(parseRoute('#/%E0%A4%A/x').parts).toEqual(['%E0%A4%A', 'x']);
  });
});

describe('languages', () => {
  it('are what was chosen, then what the browser prefers, then English', () => {
    expect(preferred('ko', ['en-US'])).toBe('ko');
    expect(preferred(null, ['fr', 'ko-KR', 'en'])).toBe('ko');
    expect(preferred('xx', ['de'])).toBe('en');
    expect(preferred(null, [])).toBe('en');
  });

  it('have a text of their own for whatever is a sentence', () => {
    const same = [...texts(TABLES.en)].filter(
      ([path, text]) => texts(TABLES.ko).get(path) === text && /[a-z]+ [a-z]+/i.test(text),
    );
    expect(same).toEqual([]);
  });

  it('write whatever a text is given', () => {
    for (const table of Object.values(TABLES)) {
      for (const [path, text] of texts(table)) {
        const given = (text.match(/<\d>/g) ?? []).length;
        if (path.endsWith('()')) expect(given, path).toBeGreaterThan(0);
        expect(text, path).not.toBe('');
      }
    }
  });
});

/** All texts by their paths; those that take something are given marks. */
function texts(table: Texts): Map<string, string> {
  const out = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') out.set(path, value);
    else if (typeof value === 'function') {
      out.set(`${path}()`, String(value(...Array.from({ length: value.length }, (_, i) => `<${i}>`))));
    } else for (const [key, inner] of Object.entries(value as object)) walk(inner, `${path}.${key}`);
  };
  walk(table, '');
  return out;
}

describe('roles', () => {
  const session = (roles: Session['roles']): Session => ({ name: 'x', expiresAt: null, roles });

  it('hold for their project, or for all', () => {
    expect(may(session({ shop: ['RESTORE'] }), 'RESTORE', 'shop')).toBe(true);
    expect(may(session({ shop: ['RESTORE'] }), 'RESTORE', 'wiki')).toBe(false);
    expect(may(session({ '*': ['BACK_UP'] }), 'BACK_UP', 'wiki')).toBe(true);
    expect(may(session({ '*': ['ADMINISTER'] }), 'DEPLOY', 'wiki')).toBe(true);
    expect(may(session({ shop: ['BACK_UP'] }), 'LOOK', 'shop')).toBe(true);
    expect(may(session({}), 'LOOK', 'shop')).toBe(false);
  });
});

describe('problems', () => {
  it('are told as the server tells them', () => {
    const problem = problemOf(507, {
      code: 'STORAGE_FULL',
      detail: 'no room',
      hint: 'make some',
      problems: ['a', 1],
    });
    expect(problem).toMatchObject({
      status: 507,
      code: 'STORAGE_FULL',
      message: 'no room',
      hint: 'make some',
      problems: ['a'],
    });
  });

  it('of something between are told, too', () => {
    expect(problemOf(502, undefined).code).toBe('unreachable');
    expect(problemOf(500, 'oops').code).toBe('strange');
    expect(problemOf(418, null).code).toBe('strange');
  });
});
