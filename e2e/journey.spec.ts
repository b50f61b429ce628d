/** The chapter on informers in Chromium: journeys as recorded, and the reader's own, with controllers in the page. */
import type { Page } from '@playwright/test';
import { expect, test } from './built-site.ts';

let url: string;

test.use({ viewport: { width: 1440, height: 900 } });

test.beforeAll(({ url: site }) => void (url = `${site}/informer/`));

const journey = (page: Page, id: string) => page.locator(`journey-writes#${id}`);
const writers = (page: Page, id: string) => journey(page, id).locator('.write .who');
const send = (page: Page, id: string) => page.locator(`journey-request#${id}`).getByRole('button', { name: 'Send' }).click();
const ofAPod = ['admin', 'kube-scheduler', 'kubelet', 'kubelet'];

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a journey shows who wrote, what it changed, who was told, and each trace', async ({ page }) => {
    await page.goto(url);
    await expect(writers(page, 'pod-journey')).toHaveText(ofAPod);
    const binding = journey(page, 'pod-journey').locator('.write').nth(1);
    await expect(binding.locator('.changes')).toContainText('spec.nodeName pretend-node');
    await expect(binding.locator('.told')).toContainText('MODIFIED by the watch cache to kubelet and ');
    await binding.locator('.who').click();
    await expect(binding.locator('.trace')).toContainText('GuaranteedUpdate etcd3');
  });
});

test('what a reader sends is followed from POST to Running, in this page', async ({ page }) => {
  await page.goto(url);
  await send(page, 'pod');
  await expect(journey(page, 'pod-journey').getByRole('status')).toHaveText('Live: 4 writes so far.');
  await expect(writers(page, 'pod-journey')).toHaveText(ofAPod);
  const last = journey(page, 'pod-journey').locator('.write').last();
  await expect(last.locator('.changes')).toContainText('status.phase Pending Running');
  await last.locator('.who').click();
  await expect(last.locator('.trace')).toContainText('etcdserverpb.KV/Txn');
  await last.locator('.told summary').click();
  await expect(last.locator('.told')).toContainText('kube-scheduler');
});

test('a journey keeps what the reader has opened while it goes on', async ({ page }) => {
  await page.goto(url);
  await send(page, 'web');
  const first = journey(page, 'web-journey').locator('.write').first();
  await expect(journey(page, 'web-journey').getByRole('status')).toHaveText(/^Live/);
  await first.locator('.who').click();
  await expect(writers(page, 'web-journey').filter({ hasText: 'kubelet' })).toHaveCount(2);
  await expect(first.locator('.trace')).toBeVisible();
});

test('a request that is refused has no journey of its own', async ({ page }) => {
  await page.goto(url);
  await send(page, 'pod');
  await expect(journey(page, 'pod-journey').getByRole('status')).toHaveText('Live: 4 writes so far.');
  await send(page, 'pod');
  await expect(page.locator('.pane-view .status')).toHaveText('409 Conflict');
  await expect(writers(page, 'pod-journey')).toHaveText(ofAPod);
});
