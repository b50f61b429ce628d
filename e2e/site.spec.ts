/** The built site in Chromium: reading, sending, watching, on every page, wide and narrow, with and without JavaScript. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './built-site.ts';
import { listenLab } from '../server/node/lab.ts';
import { restartable } from '../server/observe/lab/restartable.ts';
import { runStage } from '../server/observe/lab/running-stage.ts';
import { defaultServerConfig } from '../server/stages/default-config.ts';
import { filters } from '../server/stages/filters.ts';
import { handler } from '../server/stages/handler.ts';
import { chapters } from '../site/build/chapters.ts';
import { PAGE_USERS, pageTokens } from '../site/runtime/page-users.ts';

const pages = [...chapters().map(({ slug }) => (slug === '' ? '/' : `/${slug}/`)), '/404.html', '/source/server/stages/handler.ts/'];
const configMaps = '/api/v1/namespaces/default/configmaps';
let url: string;

test.use({ viewport: { width: 1440, height: 900 } });

test.beforeAll(({ url: site }) => void (url = site));

const pane = (page: Page) => page.locator('.pane');
const status = (page: Page) => page.locator('.pane-view .status');
const request = (page: Page, id: string) => page.locator(`journey-request#${id}`);

async function send(page: Page, id: string): Promise<void> {
  await request(page, id).getByRole('button', { name: 'Send' }).click();
  await expect(pane(page).locator('.origin.live')).toHaveText('live');
}

for (const path of pages) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${path} is accessible and quiet, ${colorScheme}, and fits a narrow screen`, async ({ page }) => {
      test.slow();
      await page.emulateMedia({ colorScheme });
      await page.goto(url + path);
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    });
  }
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a page shows each request with its recorded answer and trace', async ({ page }) => {
    await page.goto(`${url}/handler/`);
    for (const result of await page.locator('journey-request .result').all()) {
      await expect(result.locator('.status b')).toBeVisible();
      await expect(result.locator('tr.step').first()).toBeVisible();
      await expect(result.getByText('recorded at build')).toBeVisible();
    }
    await expect(page.getByRole('button', { name: 'Send' })).toHaveCount(0);
  });

  test('what each step knew is one link away', async ({ page, request: get }) => {
    await page.goto(`${url}/storage/`);
    const pod = request(page, 'pod');
    await expect(pod.locator('.body').first()).toContainText('"kind": "Pod"');
    const href = await pod.getByRole('link', { name: 'What each step knew' }).getAttribute('href');
    expect(await (await get.get(url + href)).text()).toContain('snapshot.TxnRequest');
  });
});

test('what a step of a recording knew is fetched when a reader looks, and the place is kept', async ({ page }) => {
  await page.goto(`${url}/storage/`);
  await request(page, 'again').locator('[name=path]').click();
  await expect(status(page)).toHaveText('409 Conflict');
  await expect(pane(page).locator('.body .j-key').first()).toHaveText('"kind"');
  await expect(pane(page).locator('tr.detail')).toHaveCount(0);
  const filterRows = pane(page).locator('tr.step[data-in-group]');
  await expect(filterRows).toHaveCount(0);
  const headers = pane(page).locator('.headers summary');
  await headers.focus();
  await page.keyboard.press('Enter');
  await expect(pane(page).locator('tr.detail').first()).toBeAttached();
  await expect(pane(page).locator('.headers')).toHaveAttribute('open');
  await expect(headers).toBeFocused();
  await pane(page).locator('tr.step', { hasText: 'KV/Txn' }).click();
  await expect(pane(page).locator('.wire:visible').last()).toContainText('succeededfalse');
  await pane(page).locator('tr.group').press('ArrowRight');
  await expect(filterRows.first()).toBeVisible();
  await pane(page).getByRole('button', { name: 'raw' }).click();
  await expect(pane(page).locator('.body.raw')).toContainText('"reason":"AlreadyExists"');
  await expect(pane(page).locator('.origin')).toHaveText('recorded at build');
});

test('a page is light enough to open', async ({ request: get }) => {
  for (const path of pages) expect((await (await get.get(url + path)).body()).length, path).toBeLessThan(800_000);
});

test('the pane shows the recorded answer of the request that the reader scrolls to', async ({ page }) => {
  await page.goto(`${url}/handler/`);
  await expect(pane(page).locator('.sent')).toHaveText(`GET ${configMaps}`);
  await request(page, 'pods').scrollIntoViewIfNeeded();
  await expect(pane(page).locator('.sent')).toHaveText('GET /api/v1/namespaces/default/pods');
  await expect(status(page)).toHaveText('404 Not Found');
});

test('a request is answered by the stage in the page, with its trace, and lights up the path', async ({ page }) => {
  await page.goto(url);
  await send(page, 'first');
  await expect(status(page)).toHaveText('201 Created');
  await expect(pane(page).locator('.body.pretty')).toContainText('"greeting": "');
  await expect(pane(page).locator('tr.step').first()).toContainText('POST /api/v1/');
  await expect(pane(page).locator('.station.met[data-layer=socket]')).toBeVisible();
  await pane(page).getByRole('button', { name: 'raw' }).click();
  await expect(pane(page).locator('.body.raw')).toBeVisible();
});

test('a crowd that the reader starts shows in the queues until it is stopped, and the quiet client is answered', async ({ page }) => {
  await page.goto(`${url}/fairness/`);
  const crowd = page.locator('journey-crowd');
  await expect(crowd.getByText('Recorded at build')).toBeVisible();
  await expect(crowd.locator('.watched .seats')).not.toBeEmpty();
  await crowd.getByRole('button', { name: 'Start' }).click();
  await expect(crowd.getByRole('status')).toHaveText('Live, in this page.');
  await crowd.getByRole('slider').fill('400');
  await expect(crowd.locator('.watched .refused')).toBeVisible();
  await expect(crowd.locator('.client').last().locator('.figure')).toHaveText(/ ms$/);
  await crowd.getByRole('button', { name: 'Stop' }).click();
  await expect(crowd.getByRole('status')).toHaveText('Stopped.');
});

test('a watch gets each change as it happens, until the reader stops it', async ({ page }) => {
  await page.goto(`${url}/handler/`);
  const watch = request(page, 'watch');
  await watch.getByRole('button', { name: 'Send' }).click();
  await expect(pane(page).getByText('0 events so far')).toBeVisible();
  await send(page, 'create');
  await watch.locator('[name=path]').click();
  await expect(pane(page).locator('.events li')).toHaveText([/ADDED\s*ConfigMap settings/]);
  await watch.getByRole('button', { name: 'Stop' }).click();
  await expect(pane(page).getByText('1 event, then the client hung up.')).toBeVisible();
});

test('a watch that is sent again stays open, whatever came of the one before', async ({ page }) => {
  await page.goto(`${url}/handler/`);
  const watch = request(page, 'watch').getByRole('button', { name: 'Send' });
  await watch.click();
  await expect(pane(page).getByText('0 events so far')).toBeVisible();
  await watch.click();
  await send(page, 'create');
  await request(page, 'watch').locator('[name=path]').click();
  await expect(pane(page).locator('.events li')).toHaveText([/ADDED\s*ConfigMap settings/]);
  await send(page, 'list');
  await expect(request(page, 'list')).not.toHaveAttribute('data-busy');
  await request(page, 'watch').locator('[name=path]').click();
  await expect(pane(page).getByText('1 event so far')).toBeVisible();
});

for (const { what, width, button } of [
  { what: 'the instrument', width: 1440, button: (page: Page) => pane(page).getByRole('button', { name: 'Start afresh: stage handler' }) },
  { what: 'a request on a narrow screen', width: 390, button: (page: Page) => request(page, 'create').getByRole('button', { name: 'Start afresh: stage handler' }) },
]) {
  test(`a stage is started afresh from ${what}: nothing is stored, and its watches end`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${url}/handler/`);
    // where the results are shown
    const result = (id: string) => (width > 1000 ? pane(page) : request(page, id));
    const create = async (expected: string) => {
      await request(page, 'create').getByRole('button', { name: 'Send' }).click();
      await expect(result('create').locator('.status b')).toHaveText(expected);
      await expect(request(page, 'create')).not.toHaveAttribute('data-busy');
    };
    await request(page, 'watch').getByRole('button', { name: 'Send' }).click();
    await expect(result('watch').getByText('0 events so far')).toBeVisible();
    await create('201');
    await create('409');
    await expect(button(page)).toHaveCount(1);
    await button(page).focus();
    await page.keyboard.press('Enter');
    await expect(button(page).locator('xpath=..').getByRole('status')).toHaveText('started afresh');
    await expect(button(page)).toBeFocused();
    await create('201');
    await request(page, 'watch').locator('[name=path]').click();
    await expect(result('watch').getByText('1 event, then the server ended the answer.')).toBeVisible();
  });
}

test('the rows of a trace open and are walked by keyboard', async ({ page }) => {
  await page.goto(url);
  await expect(pane(page).getByRole('treegrid')).toBeVisible();
  const row = pane(page).locator('tr.step').first();
  await row.focus();
  await page.keyboard.press('Enter');
  await expect(row).toHaveAttribute('aria-expanded', 'true');
  await expect(pane(page).locator('tr.detail').first()).toContainText('url.path');
  await page.keyboard.press('ArrowLeft');
  await expect(row).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('End');
  await expect(pane(page).locator('tr.step').last()).toBeFocused();
});

test('a step of a trace leads to its excerpt on the page, and to the same place in Kubernetes', async ({ page }) => {
  await page.goto(`${url}/filters/`);
  const excerpt = page.locator('.source[data-file="server/filters/with-authorization.ts"]').first();
  const row = pane(page).locator('tr.step', { hasText: 'withAuthorization' });
  await row.click();
  const detail = pane(page).locator('tr.detail:not([hidden])');
  await expect(detail.getByRole('link', { name: 'in Kubernetes' })).toHaveAttribute('href', /^https:\/\/github\.com\/kubernetes\/kubernetes\/blob\/v1\.36\.2\/.*authorization\.go/);
  await detail.getByRole('link', { name: 'server/filters/with-authorization.ts' }).click();
  await expect(excerpt).toBeInViewport();
  await expect(page).toHaveURL(/\/filters\/$/);
});

test('what is sent and answered is never read as HTML', async ({ page }) => {
  const evil = '<img src="/none" onerror="document.title=1"><script>document.title=2</script>';
  await page.goto(url);
  const title = await page.title();
  await request(page, 'first').locator('[name=body]').fill(JSON.stringify({ metadata: { name: 'evil' }, data: { evil } }));
  await request(page, 'first').locator('[name=path]').fill(`${configMaps}?x=${evil}`);
  await send(page, 'first');
  await expect(pane(page).locator('.body.pretty')).toContainText('<img src=');
  await expect(pane(page).locator('img, script')).toHaveCount(0);
  expect(await page.title()).toBe(title);
});

test('a request can be copied, and a link opens the page with this very request', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.goto(`${url}/handler/`);
  const list = request(page, 'list');
  await list.locator('[name=path]').fill(`${configMaps}?limit=7`);
  await list.getByRole('button', { name: 'Copy as curl' }).click();
  expect(await copied()).toBe(`curl --cacert "$CA" "$SERVER"'${configMaps}?limit=7'`);
  await list.getByRole('button', { name: 'as kubectl' }).click();
  expect(await copied()).toBe(`kubectl --context handler get --raw '${configMaps}?limit=7'`);
  await list.getByRole('button', { name: 'as a link' }).click();
  const link = await copied();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(list.locator('[name=path]')).toHaveValue(`${configMaps}?limit=7`);
  await expect(list).toBeInViewport();
  await list.getByRole('button', { name: 'Back to the chapter' }).click();
  await expect(list.locator('[name=path]')).toHaveValue(configMaps);
});

test('a header that is none is refused in a sentence', async ({ page }) => {
  await page.goto(`${url}/handler/`);
  await request(page, 'list').locator('summary').click();
  await request(page, 'list').locator('[name=headers]').fill('nonsense');
  await request(page, 'list').getByRole('button', { name: 'Send' }).click();
  await expect(pane(page).getByRole('alert')).toHaveText('a header is written "Name: value", not "nonsense"');
});

test('an exercise is solved by what the server did', async ({ page }) => {
  await page.goto(`${url}/handler/`);
  const exercise = page.locator('journey-exercise').first();
  await expect(exercise.getByRole('status')).toContainText('Not yet');
  await send(page, 'create');
  await expect(status(page)).toHaveText('201 Created');
  await expect(exercise.getByRole('status')).toContainText('Not yet');
  await send(page, 'create');
  await expect(status(page)).toHaveText('409 Conflict');
  await expect(exercise.getByRole('status')).toContainText('Solved');
});

test('an exercise that asks for a stored key is solved at the first try', async ({ page }) => {
  await page.goto(`${url}/storage/`);
  await request(page, 'pod').locator('[name=path]').fill('/api/v1/namespaces/default/services');
  await request(page, 'pod').locator('[name=body]').fill(JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }));
  await send(page, 'pod');
  await expect(status(page)).toHaveText('201 Created');
  await expect(page.locator('journey-exercise').getByRole('status')).toContainText('Solved');
});

test('what is older than the cache is read from etcd, as the exercise says, once the server has been started again', async ({ page }) => {
  await page.goto(`${url}/watch/`);
  const solved = page.locator('journey-exercise').getByRole('status');
  for (const id of ['create', 'label']) await send(page, id);
  await expect(status(page)).toHaveText('200 OK');
  await request(page, 'list-any').locator('[name=path]').fill('/api/v1/namespaces/default/pods?resourceVersion=2&resourceVersionMatch=Exact');
  await send(page, 'list-any');
  await expect(pane(page)).toContainText('cacher.GetList');
  await expect(solved).toContainText('Not yet');
  await page.locator('#three').getByRole('button', { name: 'Restart the server' }).click();
  await expect(page.locator('#three')).toContainText('began with a list at 3');
  await send(page, 'list-any');
  await expect(solved).toContainText('Solved');
});

test('two writes that meet are both kept, and the trace shows each transaction with its bytes', async ({ page }) => {
  await page.goto(`${url}/storage/`);
  await send(page, 'counter');
  await expect(status(page)).toHaveText('201 Created');
  await page.locator('#slow button').click();
  await expect(page.locator('#slow')).toContainText('Done');
  await request(page, 'left').getByRole('button', { name: 'Send' }).click();
  await request(page, 'right').getByRole('button', { name: 'Send' }).click();
  await expect(status(page)).toHaveText('200 OK');
  const writes = pane(page).locator('tr.step', { hasText: 'etcdserverpb.KV/Txn' });
  await expect(writes).toHaveCount(2);
  for (const [n, told] of ['succeeded false', 'succeeded true'].entries()) {
    await writes.nth(n).click();
    const message = pane(page).locator('.wire:visible').filter({ hasText: 'TxnResponse' });
    await expect(message).toContainText(told.replace(' ', ''));
    await message.getByText('byte by byte').click();
    await expect(message.getByRole('table')).toContainText('not compressed');
    await writes.nth(n).click();
  }
});

test('a chain is changed, put back, and changed to something that it cannot be', async ({ page }) => {
  await page.goto(`${url}/filters/`);
  const chain = request(page, 'no-recovery').getByLabel('Chain');
  const answered = request(page, 'no-recovery').getByRole('button', { name: 'Send' });
  await answered.click();
  await expect(pane(page).getByRole('alert')).toHaveText('the server closed the connection');
  await expect(pane(page).locator('[data-stage]')).toHaveText('filters without withPanicRecovery');
  await chain.fill('');
  await answered.click();
  await expect(status(page)).toHaveText('500 Internal Server Error');
  await chain.fill('without withLuck');
  await answered.click();
  await expect(pane(page).getByRole('alert')).toHaveText('there is no filter "withLuck" in this chain');
  await request(page, 'no-recovery').getByRole('button', { name: 'Back to the chapter' }).click();
  await expect(chain).toHaveValue('without withPanicRecovery');
});

test('a request uses the token that an earlier one was answered', async ({ page }) => {
  await page.goto(`${url}/authentication/`);
  await request(page, 'whoami-robot').getByRole('button', { name: 'Send' }).click();
  await expect(pane(page).getByRole('alert')).toHaveText('this request needs the answer of “token”: send that first');
  await send(page, 'robot');
  await send(page, 'token');
  await expect(pane(page).locator('.token')).toContainText('"sub": "system:serviceaccount:default:robot"');
  await send(page, 'whoami-robot');
  await expect(status(page)).toHaveText('201 Created');
  await expect(pane(page).locator('.body.pretty')).toContainText('"username": "system:serviceaccount:default:robot"');
});

test('on a narrow screen the answer stands below its request', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(url);
  await request(page, 'first').getByRole('button', { name: 'Send' }).click();
  await expect(request(page, 'first').locator('.result .origin.live')).toBeVisible();
  await expect(request(page, 'first').locator('.result .status')).toHaveText('201 Created');
});

test('the theme is the reader’s, also on the next page', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(url);
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('button', { name: /^Theme/ }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto(`${url}/handler/`);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the contents lead to a chapter, the search finds a word', async ({ page }) => {
  await page.goto(url);
  await page.getByRole('button', { name: 'Contents' }).click();
  await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'A handler' }).click();
  await expect(page).toHaveURL(/\/handler\/$/);
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('textbox', { name: 'Search' }).fill('ServeHTTP');
  await expect(page.locator('.pagefind-ui__result-link').first()).toBeVisible();
});

test.describe('served by the lab', () => {
  let lab: Awaited<ReturnType<typeof listenLab>>;
  const config = () => defaultServerConfig({ tokens: pageTokens() });
  // the second has an etcd that is not its own
  const running = [restartable(() => runStage(handler, config())), runStage(filters, config())];

  test.beforeAll(async () => {
    lab = await listenLab({ port: 0, stages: running, siteDir: 'dist', users: PAGE_USERS });
  });
  test.afterAll(async () => {
    await lab.close();
    await Promise.all(running.map((stage) => stage.close()));
  });

  test('a page uses the stage on this machine, and can switch to its own', async ({ page }) => {
    const stored = async () => JSON.stringify(await (await fetch(`${lab.url}/stages/handler${configMaps}`)).json());
    await page.goto(`${lab.url}/handler/`);
    await expect(page.getByRole('radio', { name: 'on this machine' })).toBeChecked();
    await send(page, 'create');
    expect(await stored()).toContain('"settings"');
    await page.getByRole('radio', { name: 'in this page' }).click();
    await expect(page.getByRole('radio', { name: 'in this page' })).toBeChecked();
    await send(page, 'list');
    await expect(pane(page).locator('.body.pretty')).toContainText('"items": []');
  });

  test('a stage on this machine is started afresh, unless its etcd is not its own', async ({ page }) => {
    await page.goto(`${lab.url}/handler/`);
    const status409 = async () => {
      await send(page, 'create');
      await expect(status(page)).toHaveText('409 Conflict');
    };
    await expect(async () => {
      await send(page, 'create');
      await expect(status(page)).toHaveText('409 Conflict', { timeout: 500 });
    }).toPass();
    await pane(page).getByRole('button', { name: 'Start afresh: stage handler' }).click();
    await expect(pane(page).getByText('started afresh')).toBeVisible();
    await send(page, 'create');
    await expect(status(page)).toHaveText('201 Created');
    await status409();
    await page.goto(`${lab.url}/filters/`);
    const button = pane(page).getByRole('button', { name: 'Start afresh: stage filters' });
    await expect(button).toBeDisabled();
    await expect(button).toHaveAttribute('title', /^Not here: .* an etcd of its own/);
  });

  for (const [from, to] of [['on this machine', 'in this page'], ['in this page', 'on this machine']] as const) {
    test(`a watch ${from} ends in a sentence when the stage runs ${to}`, async ({ page }) => {
      await page.goto(`${lab.url}/handler/`);
      await page.getByRole('radio', { name: from }).click();
      await expect(page.getByRole('radio', { name: from })).toBeChecked();
      await request(page, 'watch').getByRole('button', { name: 'Send' }).click();
      await expect(pane(page).getByText('so far; the answer stays open.')).toBeVisible();
      await page.getByRole('radio', { name: to }).click();
      await expect(pane(page).getByText(/^\d events?, then the client hung up, since the stage now runs elsewhere\.$/)).toBeVisible();
      await expect(pane(page).getByRole('alert')).toHaveCount(0);
      await send(page, 'list');
      await expect(status(page)).toHaveText('200 OK');
    });
  }

  test('a request that nobody answers is not live, and says why', async ({ page }) => {
    const gone = await listenLab({ port: 0, stages: running, siteDir: 'dist', users: PAGE_USERS });
    // the search is the last thing that a page loads
    await Promise.all([page.waitForResponse(/ui-core/), page.goto(`${gone.url}/handler/`)]);
    await expect(page.getByRole('radio', { name: 'on this machine' })).toBeChecked();
    await gone.close();
    await request(page, 'list').getByRole('button', { name: 'Send' }).click();
    await expect(status(page)).toHaveText('no answer');
    await expect(pane(page).getByRole('alert')).toHaveText(/^the server on this machine \(127\.0\.0\.1:\d+\) does not answer$/);
    await expect(pane(page).locator('.origin')).toHaveCount(0);
  });

  test('requests from elsewhere appear as they come, with their trace', async ({ page }) => {
    await page.goto(`${lab.url}/handler/`);
    await expect(page.getByRole('radio', { name: 'on this machine' })).toBeChecked();
    await expect(async () => {
      await fetch(`${lab.url}/stages/handler${configMaps}/nothing`, { headers: { 'user-agent': 'curl/8' } });
      await expect(pane(page).locator('.arrivals li').first()).toContainText('/nothing404curl', { timeout: 500 });
    }).toPass();
    await pane(page).locator('.arrivals summary').first().click();
    await expect(pane(page).locator('.arrivals').getByRole('treegrid').first()).toBeVisible();
  });

  test('eight tabs are answered, and the one that the reader uses hears of what happens', async ({ context }) => {
    const tabs: Page[] = [];
    const arrival = (tab: Page, name: string) => pane(tab).locator('.arrivals li', { hasText: `/${name}404` });
    const heard = async (tab: Page, name: string) => {
      await expect(async () => {
        await fetch(`${lab.url}/stages/handler${configMaps}/${name}`);
        await expect(arrival(tab, name)).toHaveCount(1, { timeout: 500 });
      }).toPass();
    };
    for (let n = 0; n < 8; n++) {
      const tab = await context.newPage();
      tabs.push(tab);
      await tab.goto(`${lab.url}/handler/`);
      await heard(tab, `tab-${n}`);
    }
    const [first, second] = tabs;
    if (!first || !second) throw new Error('no tabs');
    await send(first, 'list');
    await expect(status(first)).toHaveText('200 OK');
    await expect(pane(first).locator('.pane-view tr.step').first()).toContainText('GET /api/v1/');
    await heard(first, 'back');
    await expect(arrival(second, 'back')).toHaveCount(0);
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  test('a page that was opened behind another one follows nothing until it is looked at', async ({ page }) => {
    let followed = 0;
    page.on('request', (made) => void (followed += Number(made.url().includes('/lab/events'))));
    // a browser that is driven shows every page
    await page.addInitScript(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }));
    await page.goto(`${lab.url}/handler/`);
    await expect(page.getByRole('radio', { name: 'on this machine' })).toBeChecked();
    expect(followed).toBe(0);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'visible' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => followed).toBe(1);
  });
});
