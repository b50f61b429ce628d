/** The ruler, its clients and what is done to etcd, in Chromium: by mouse and keyboard, in the page and on this machine. */
import type { Page } from '@playwright/test';
import { expect, test } from './built-site.ts';
import { listenLab } from '../server/node/lab.ts';
import { restartable } from '../server/observe/lab/restartable.ts';
import { runStage } from '../server/observe/lab/running-stage.ts';
import { defaultServerConfig } from '../server/stages/default-config.ts';
import { watch } from '../server/stages/watch.ts';
import { PAGE_USERS, pageConfig } from '../site/runtime/page-users.ts';

let url: string;

test.use({ viewport: { width: 1440, height: 900 } });

test.beforeAll(({ url: site }) => void (url = site));

const instrument = (page: Page) => page.locator('journey-watching', { has: page.locator('[data-client]') });
const client = (page: Page, name: string) => instrument(page).locator(`[data-client=${name}]`);
const does = async (page: Page, ...names: string[]) => {
  for (const name of names) await instrument(page).getByRole('button', { name, exact: true }).click();
};
const present = (page: Page) => instrument(page).locator('.revision-at.now');

test('a client that leaves comes back to where it was; after a restart of the server it is too late, and lists again', async ({ page }) => {
  test.slow();
  await page.goto(`${url}/watch/`);
  await expect(instrument(page).getByRole('status')).toContainText('Recorded at build');
  await does(page, 'Start: A', 'Start: B');
  await expect(client(page, 'B').locator('.figure')).toHaveText(/^1last/);
  await does(page, 'Create web-1');
  await expect(client(page, 'B').locator('.client-view li')).toHaveText([/LIST/, /ADDED\s*web-1\s*2/]);
  await does(page, 'Leave: B', 'Change web-1', 'Compact now');
  await expect(present(page)).toHaveText('4');
  await expect(instrument(page).locator('.revision-at.forgotten')).toHaveText(['1', '2']);
  await does(page, 'Return: B');
  await expect(client(page, 'B').locator('.client-view li').last()).toHaveText(/MODIFIED\s*web-1\s*3/);
  await does(page, 'Leave: B', 'Write elsewhere', 'Restart the server');
  await expect(client(page, 'A')).toHaveAttribute('data-standing', 'ended');
  await expect(instrument(page).locator('.words')).toContainText('The watch cache began with a list at 5');
  await does(page, 'Return: B');
  await expect(client(page, 'B').locator('.failure')).toHaveText('410: too old resource version: 3 (5)');
  await expect(instrument(page).locator('.pin[data-standing=expired]')).toHaveText('B');
  await does(page, 'List again: B');
  await expect(client(page, 'B').locator('.client-view li').last()).toHaveText(/LIST\s*1 object\s*5/);
  await expect(client(page, 'B')).toHaveAttribute('data-standing', 'watching');
});

test('the buttons keep the focus, and say what they do next', async ({ page }) => {
  await page.goto(`${url}/watch/`);
  const button = client(page, 'A').getByRole('button');
  await button.focus();
  for (const says of ['Leave', 'Return', 'Leave']) {
    await page.keyboard.press('Enter');
    await expect(button).toHaveText(says);
    await expect(button).toBeFocused();
  }
});

test('what the build played is played again, as far as the reader likes', async ({ page }) => {
  await page.goto(`${url}/watch/`);
  await does(page, 'Play it');
  await expect(client(page, 'A').locator('.client-view li')).toHaveText([/LIST/]);
  await does(page, 'Stop playing');
  await expect(instrument(page).getByRole('button', { name: 'Play it' })).toBeVisible();
});

test('a stage that is started afresh has a ruler that begins anew', async ({ page }) => {
  await page.goto(`${url}/watch/`);
  await does(page, 'Start: A', 'Create web-1');
  await expect(present(page)).toHaveText('2');
  await page.locator('.pane').getByRole('button', { name: /^Start afresh/ }).click();
  await expect(present(page)).toHaveText('1');
  await expect(client(page, 'A')).toHaveAttribute('data-standing', 'new');
});

test('without etcd nothing is written; when it is back all is as it was', async ({ page }) => {
  await page.goto(`${url}/storage/`);
  const act = (id: string) => page.locator(`journey-act#${id}`);
  const ask = async (id: string, expected: string) => {
    await page.locator(`journey-request#${id}`).getByRole('button', { name: 'Send' }).click();
    await expect(page.locator('.pane-view .origin.live')).toHaveText('live');
    await expect(page.locator('.pane-view .status')).toHaveText(expected);
  };
  test.slow();
  await expect(act('stop').getByRole('status')).toContainText('Done at build: etcd is stopped, at revision');
  await ask('pod', '201 Created');
  await act('stop').getByRole('button').click();
  await expect(act('stop').getByRole('status')).toHaveText('Done: etcd is stopped, at revision 2.');
  await expect(page.locator('.stage-line').getByRole('status')).toHaveText('its etcd is stopped');
  await ask('pod', '503 Service Unavailable');
  await act('start').getByRole('button').click();
  await expect(act('start').getByRole('status')).toHaveText('Done: etcd runs, at revision 2.');
  await ask('pod', '409 Conflict');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the ruler, the clients and what was done stand there as the build left them', async ({ page }) => {
    await page.goto(`${url}/watch/`);
    await expect(instrument(page).locator('.words')).toContainText('etcd is at revision');
    await expect(client(page, 'C').locator('.failure')).toHaveText(/^410: too old resource version/);
    await expect(instrument(page).getByRole('button')).toHaveCount(0);
    await page.goto(`${url}/storage/`);
    await expect(page.locator('journey-act .act-name').first()).toBeVisible();
  });
});

test('on this machine others who watch stand on the ruler, too', async ({ page }) => {
  const stage = restartable(() => runStage(watch, defaultServerConfig(pageConfig())));
  await stage.server.ready;
  const lab = await listenLab({ port: 0, stages: [stage], siteDir: 'dist', users: PAGE_USERS });
  const kubectl = new AbortController();
  try {
    // held, or the connection would end with it
    const watching = await fetch(`${lab.url}/stages/watch/api/v1/pods?watch=true`, { headers: { authorization: 'Bearer admin', 'user-agent': 'kubectl/v1.36.2 (linux/amd64)' }, signal: kubectl.signal });
    expect(watching.status).toBe(200);
    await page.goto(`${lab.url}/watch/`);
    await does(page, 'Create web-1');
    await expect(instrument(page).locator('.words')).toContainText('kubectl has seen 2.');
    kubectl.abort();
    await expect(instrument(page).locator('.words')).not.toContainText('kubectl');
  } finally {
    kubectl.abort();
    await lab.close();
    await stage.close();
  }
});

test('on this machine a page says what it does to a real etcd, and which stage does not run here', async ({ page }) => {
  // what is no restartable stage has an etcd that outlives it
  const stage = runStage(watch, defaultServerConfig(pageConfig()));
  await stage.server.ready;
  const lab = await listenLab({ port: 0, stages: [stage], siteDir: 'dist', users: PAGE_USERS });
  try {
    await page.goto(`${lab.url}/watch/`);
    await does(page, 'Compact now');
    await expect(instrument(page).getByRole('status')).toHaveText(/^Live, on this machine .* Its etcd is a real one: to compact it is for real, to stop it only cuts this stage off\.$/);
    await page.locator('journey-act#stop button').click();
    await expect(page.locator('journey-act#stop').getByRole('status')).toHaveText(/^Done: etcd is stopped, .* Its etcd is a real one/);
    await page.goto(`${lab.url}/storage/`);
    await page.locator('journey-request#pod').getByRole('button', { name: 'Send' }).click();
    await expect(page.locator('.pane').getByRole('alert')).toHaveText(/^the stage storage does not run on this machine: `npm start` runs them all, .* in this page/);
  } finally {
    await lab.close();
    await stage.close();
  }
});

test('what the clients of a page ask is no request from elsewhere', async ({ page }) => {
  const stage = restartable(() => runStage(watch, defaultServerConfig(pageConfig())));
  await stage.server.ready;
  const lab = await listenLab({ port: 0, stages: [stage], siteDir: 'dist', users: PAGE_USERS });
  try {
    await page.goto(`${lab.url}/watch/`);
    await does(page, 'Start: A', 'Create web-1');
    await expect(client(page, 'A').locator('.client-view li').last()).toHaveText(/ADDED\s*web-1/);
    await fetch(`${lab.url}/stages/watch/version`, { headers: { 'user-agent': 'curl/8' } });
    await expect(page.locator('.arrivals li')).toHaveText([/\/version200curl/]);
  } finally {
    await lab.close();
    await stage.close();
  }
});
