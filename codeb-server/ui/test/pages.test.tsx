// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import type { Operation } from '../src/api';
import { Alerts } from '../src/pages/alerts';
import { Operations } from '../src/pages/operations';
import { ProjectPage } from '../src/pages/project';
import { ReleaseList, Releases } from '../src/pages/releases';
import { Stage, type Answers } from './stage';

let stage: Stage;
afterEach(() => stage.close());

const PROBLEM = { code: 'CORRUPT', detail: 'a release of shop cannot be read', hint: 'see who writes', problems: [] };
const RELEASE = {
  number: 1,
  at: '2026-01-02T03:04:05Z',
  commit: 'a'.repeat(40),
  image: `sha256:${'1'.repeat(64)}`,
  container: 'shop-1',
  migrations: [''],
  backup: null,
  broughtBack: null,
  serves: null,
  reachable: null,
  obstacle: null,
};
const NEXT = {
  ...RELEASE,
  number: 2,
  commit: 'b'.repeat(40),
  migrations: ['V2__orders', 'V7__audit'],
  backup: 'main/shop/20260102T030405Z-abcdefgh',
};
const BACK = { ...RELEASE, number: 3, migrations: null, broughtBack: 1 };
const releases = (...of: readonly unknown[]): Answers => ({
  'GET api/projects/shop/releases': [200, { releases: of }],
});
const project = (name: string, facts: object): object => ({
  project: name,
  repository: 'main',
  state: 'OK',
  late: false,
  startedAt: null,
  failure: null,
  failedAt: null,
  problem: null,
  ...facts,
});
const FAILED = project('ledger', {
  state: 'FAILED',
  failure: { subject: 'ledger', code: 'STORAGE_FULL', reason: 'no room is left' },
});

describe('the backups of a project', () => {
  const backups = (from: number, count: number, next: string | null): readonly [number, unknown] => [
    200,
    {
      backups: Array.from({ length: count }, (_, i) => ({
        ...{ ref: `main/shop/b${from + i}`, repository: 'main', project: 'shop', id: `b${from + i}`, labels: {} },
        ...{ startedAt: '2026-01-02T03:04:05Z', finishedAt: '2026-01-02T03:05:05Z', storedSize: 1, records: 1 },
        ...{ provenAt: null, pinnedBecause: null, encrypted: false, base: null },
      })),
      unreadable: [],
      next,
    },
  ];
  const listed: Answers = {
    'GET api/projects': [200, { projects: [project('shop', {})] }],
    'GET api/operations?project=shop': [200, { operations: [] }],
    'GET api/projects/shop/backups?limit=500': backups(0, 500, 'b499'),
    'GET api/projects/shop/backups?limit=500&after=b499': backups(500, 20, null),
  };

  it('are listed from the newest on, and not as all where there are more', async () => {
    stage = new Stage().answer(listed).show(<ProjectPage project="shop" tab="backups" />);
    await stage.sees('b49', 'Show more');
    expect(stage.rows).toHaveLength(50);
    stage.close();

    stage = new Stage()
      .answer({ ...listed, 'GET api/projects/shop/backups?limit=500': backups(0, 51, null) })
      .show(<ProjectPage project="shop" tab="backups" />);
    await stage.sees('Show all 51');
    stage.click('Show all 51');
    await stage.sees('b50');
    expect(stage.text).not.toContain('older ones');
  });

  it('are the newest in the calendar, until somebody wants the older ones', async () => {
    stage = new Stage()
      .answer({ ...listed, 'GET api/projects/shop/schedule': [200, { jobs: [] }] })
      .show(<ProjectPage project="shop" tab="calendar" />);
    await stage.sees('These are the newest 500; there are older ones.');
    expect(await stage.barriers()).toEqual([]);

    stage.click('Show older ones');
    await stage.until(() => !stage.text.includes('older ones'));
    expect(stage.asked).toContain('GET api/projects/shop/backups?limit=500&after=b499');
  });
});

describe('the releases of a project', () => {
  it('are told with what belongs together, and which one serves', async () => {
    stage = new Stage().answer(releases(RELEASE, NEXT, BACK)).show(<ReleaseList project="shop" />);
    expect(document.querySelector('.skeleton')).not.toBeNull();
    await stage.sees('serves now');

    expect(stage.rows.map((row) => row[0])).toEqual(['3 serves nowbrings back release 1', '2', '1']);
    expect(stage.rows.map((row) => row[2])).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'aaaaaaaaaaaa']);
    expect(stage.rows.map((row) => row[3])).toEqual(['not known', 'V2__orders, V7__audit', 'none']);
    expect(stage.rows[1]?.[5]).toBe('20260102T030405Z-abcdefgh');
    expect(document.querySelector('td a')?.getAttribute('href')).toBe(
      '#/projects/shop/backups/main/20260102T030405Z-abcdefgh',
    );
    expect(document.querySelector('code')?.getAttribute('title')).toBe('a'.repeat(40));
    expect(await stage.barriers()).toEqual([]);
  });

  it('may be none, or none of this server', async () => {
    stage = new Stage().answer(releases()).show(<ReleaseList project="shop" />);
    await stage.sees('No version of this application has been deployed', 'codeb deploy');
    stage.close();

    stage = new Stage()
      .answer({ 'GET api/projects/shop/releases': [404, { ...PROBLEM, code: 'NOT_FOUND' }] })
      .show(<ReleaseList project="shop" />);
    await stage.sees('This server knows of no deployments.');
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  it('that nobody can believe are told beside the others', async () => {
    const unreadable = [{ journal: 'release-00000002', code: 'SIGNATURE_WRONG', reason: 'somebody else has signed it' }];
    stage = new Stage()
      .answer({ 'GET api/projects/shop/releases': [200, { releases: [RELEASE], unreadable }] })
      .show(<ReleaseList project="shop" />);
    await stage.sees('release-00000002 cannot be read as a release: somebody else', 'SIGNATURE_WRONG', 'serves now');
    stage.close();

    stage = new Stage()
      .answer({ 'GET api/projects/shop/releases': [200, { releases: [], unreadable }] })
      .show(<ReleaseList project="shop" />);
    await stage.sees('somebody else has signed it');
    expect(document.querySelector('.empty')).toBeNull();
  });

  it('that cannot be read are a problem, until they can', async () => {
    stage = new Stage()
      .answer({ 'GET api/projects/shop/releases': [500, PROBLEM] })
      .show(<ReleaseList project="shop" />);
    await stage.sees(PROBLEM.detail, PROBLEM.hint, PROBLEM.code);

    stage.answer(releases(NEXT)).click('Try again');
    await stage.sees('serves now');
    expect(stage.text).not.toContain(PROBLEM.detail);
  });

  it('are those of the project that is chosen', async () => {
    stage = new Stage()
      .answer({
        'GET api/projects': [200, { projects: [project('shop', {}), project('wiki', {})] }],
        ...releases(NEXT),
        'GET api/projects/wiki/releases': [200, { releases: [] }],
      })
      .show(<Releases />, 'ko');
    await stage.sees('서비스 중', 'V2__orders');

    const choice = document.querySelector('select')!;
    choice.value = 'wiki';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await stage.sees('아직 CodeB로 배포되지 않았습니다');
    expect(stage.text).not.toContain('V2__orders');
    expect(await stage.barriers()).toEqual([]);
  });
});

describe('a roll-back', () => {
  const known = [
    { ...RELEASE, serves: false, reachable: false, obstacle: { code: 'X', reason: 'its backup is gone', hint: '' } },
    { ...NEXT, serves: false, reachable: true },
    { ...BACK, serves: true, reachable: true },
  ];
  const type = (text: string): void => {
    const field = document.querySelector<HTMLInputElement>('input[name=confirm]')!;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const offered = (): boolean => !document.querySelector<HTMLButtonElement>('dialog [type=submit]')!.disabled;
  const open = (name: string): void =>
    document.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`)!.click();

  it('is begun when the project is typed', async () => {
    stage = new Stage({ shop: ['DEPLOY'] })
      .answer({ ...releases(...known), 'POST api/projects/shop/rollback': [202, { id: 'o1' }] })
      .show(<ReleaseList project="shop" />);
    await stage.sees('serves now');
    expect(document.querySelectorAll('button')).toHaveLength(2);

    open('Bring back release 2');
    await stage.sees('Bring back release 2?', 'With its database');
    expect(await stage.barriers()).toEqual([]);
    expect(offered()).toBe(false);
    type('shop2');
    await stage.until(() => !offered());
    type('shop');
    await stage.until(offered);

    document.querySelector<HTMLButtonElement>('dialog [type=submit]')!.click();
    await stage.until(() => location.hash === '#/operations/o1');
    expect(stage.bodies).toEqual([{ release: 2, versionAlone: false, confirm: 'shop' }]);
  });

  it('is of the version alone where its database cannot be had, and says what the server refuses', async () => {
    stage = new Stage()
      .answer({ ...releases(...known), 'POST api/projects/shop/rollback': [409, { ...PROBLEM, code: 'LOCKED' }] })
      .show(<ReleaseList project="shop" />);
    await stage.sees('its backup is gone');

    open('Bring back release 1');
    await stage.sees('The version alone');
    expect(document.querySelectorAll('input[type=radio]:disabled')).toHaveLength(1);
    type('shop');
    await stage.until(offered);
    document.querySelector<HTMLButtonElement>('dialog [type=submit]')!.click();
    await stage.sees('LOCKED');
    expect(stage.bodies).toEqual([{ release: 1, versionAlone: true, confirm: 'shop' }]);

    stage.click('Cancel');
    await stage.until(() => document.querySelector('dialog') === null);
  });

  it('is not offered to who may not deploy', async () => {
    stage = new Stage({ shop: ['RESTORE'] }).answer(releases(...known)).show(<ReleaseList project="shop" />);
    await stage.sees('serves now');
    expect(document.querySelector('button')).toBeNull();
  });
});

describe('alerts', () => {
  const channel = (name: string, facts: object): object => ({
    ...{ channel: name, provider: name.split('-')[0], kinds: ['BACKUP_FAILED'], projects: [], delivered: 5 },
    ...{ retried: 0, undelivered: 0, heldBack: 0, waiting: 0, deliveredAt: null, failure: null },
    ...facts,
  });
  const failure = { at: '2026-01-02T03:04:05Z', kind: 'TEST', code: 'ALERT_UNDELIVERED', reason: 'it hangs' };

  it('tell what is wrong now, and whom they reach', async () => {
    stage = new Stage()
      .answer({
        'GET api/projects': [200, { projects: [project('shop', {}), FAILED] }],
        'GET api/alerts': [
          200,
          { channels: [channel('slack-1', { projects: ['shop'] }), channel('mail-2', { failure, waiting: 3 })] },
        ],
      })
      .show(<Alerts />);
    await stage.sees('no room is left', 'slack-1');

    expect(stage.rows.map((row) => row[0])).toEqual(['ledgermain', 'slack-1slack', 'mail-2mail']);
    expect(stage.rows[1]?.slice(1)).toEqual([
      'failed backups',
      'shop',
      '5 delivered',
      'none since the server was started',
    ]);
    expect(stage.rows[2]?.slice(2)).toEqual([
      'all',
      '5 delivered3 waiting',
      expect.stringMatching(/^Failed .*it hangs ALERT_UNDELIVERED$/),
    ]);
  });

  it('are tried, and what came of it is told by channel', async () => {
    stage = new Stage()
      .answer({
        'GET api/projects': [200, { projects: [project('shop', {})] }],
        'GET api/alerts': [200, { channels: [channel('slack-1', {}), channel('mail-2', {})] }],
        'POST api/alerts/test': [
          200,
          {
            ok: false,
            delivered: ['slack-1'],
            failures: [{ subject: 'mail-2', code: 'ALERT_UNDELIVERED', reason: 'it hangs' }],
          },
        ],
      })
      .show(<Alerts />);
    await stage.sees('Every project is backed up', 'Send a test alert');

    stage.click('Send a test alert');
    await stage.sees('Delivered to slack-1', 'Not delivered to mail-2: it hangs ALERT_UNDELIVERED');
    await stage.until(() => stage.asked.filter((one) => one === 'GET api/alerts').length === 2);
    expect(await stage.barriers()).toEqual([]);
  });

  it('that reach nobody are said to', async () => {
    stage = new Stage()
      .answer({ 'GET api/projects': [200, { projects: [FAILED] }], 'GET api/alerts': [200, { channels: [] }] })
      .show(<Alerts />);
    await stage.sees('No channel is configured', 'no room is left');
    expect(document.querySelector('button')).toBeNull();
  });

  it('are not asked for by who may not see them', async () => {
    stage = new Stage({ ledger: ['ADMINISTER'] })
      .answer({ 'GET api/projects': [200, { projects: [FAILED] }] })
      .show(<Alerts />);
    await stage.sees('no room is left', 'tokens that administer all projects');
    expect(stage.asked).toEqual(['GET api/projects']);
  });

  it('that cannot be asked for are a problem beside what is wrong', async () => {
    stage = new Stage().answer({ 'GET api/projects': [200, { projects: [FAILED] }] }).show(<Alerts />, 'ko');
    await stage.sees('no room is left', '서버에 연결할 수 없습니다.');
  });
});

describe('what the server says in English', () => {
  const backup = (facts: object): Operation => ({
    ...{ id: '1', kind: 'backup', project: 'shop', state: 'RUNNING', by: 'night', stage: 'dump', progress: null },
    ...{ createdAt: '2026-01-02T03:04:05Z', startedAt: '2026-01-02T03:04:05Z', endedAt: null, result: null },
    ...{ problem: null, ...facts },
  });
  const listed = (one: Operation): Answers => ({ 'GET api/operations': [200, { operations: [one] }] });
  const FULL = { code: 'STORAGE_FULL', detail: 'no room is left', hint: 'make room', problems: [] };

  it('is told by what its code means to who reads Korean', async () => {
    const answers = { 'GET api/projects/shop/releases': [500, PROBLEM] } as const;
    stage = new Stage().answer(answers).show(<ReleaseList project="shop" />, 'ko');
    await stage.sees('내용이 손상되었습니다', 'a release of shop cannot be read', 'CORRUPT');
    stage.close();

    stage = new Stage().answer(answers).show(<ReleaseList project="shop" />);
    await stage.sees('a release of shop cannot be read', 'CORRUPT');
    expect(stage.text).not.toMatch(/\p{Script=Hangul}/u);
    stage.close();

    stage = new Stage().answer(listed(backup({ state: 'FAILED', problem: FULL }))).show(<Operations />, 'ko');
    await stage.sees('저장소에 공간이 없습니다: no room is left');
  });

  it('is a word for what goes on, in each language, and of all streams together', async () => {
    const progress = { entry: 'x', bytes: 5, storedBytes: 2, rows: 4321, doneBytes: 50, allBytes: 200 };
    for (const [language, word] of [['en', 'reading the database'], ['ko', '데이터베이스를 읽는 중']] as const) {
      stage = new Stage().answer(listed(backup({ progress }))).show(<Operations />, language);
      await stage.sees(word, '25');
      expect(document.querySelector('progress')?.value).toBe(0.25);
      expect(stage.text).not.toContain('4,321');
      stage.close();
    }
    stage = new Stage().answer(listed(backup({ stage: 'brewing' }))).show(<Operations />, 'ko');
    await stage.sees('brewing');
  });
});
