#!/usr/bin/env node
/**
 * Opens pages of `--format html` from disk in Chromium, as people do, light and dark, wide and narrow, with JavaScript and
 * without:
 *
 *     node test/clients/chromium.mjs PAGE.html …
 *
 * The pages have findings of at least two rules. Installs playwright-core from npm into a temporary folder and, where there is no
 * Chromium, Debian's with apt-get. Exit code 0: nothing is wrong; 1: something is, listed; 2: wrong call, or the browser
 * cannot be had or run. Screenshots go to $SCREENSHOTS, where that is set, for a person to look at.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const VERSION = '1.64.1';
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** As the browser's own checks know them: a desk, and a phone. */
const VIEWS = { wide: { width: 1440, height: 1000 }, narrow: { width: 380, height: 800 } };

/** WCAG 2.2, 1.4.3: text of usual size, and large text (24 px, or 18.66 px and bold). */
const LEAST_CONTRAST = 4.5;
const LEAST_CONTRAST_OF_LARGE = 3;

const pages = process.argv.slice(2);
if (pages.length === 0 || !pages.every((page) => existsSync(page))) {
  console.error('usage: chromium.mjs PAGE.html …');
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-chromium-'));
const shots = process.env.SCREENSHOTS;
if (shots !== undefined) mkdirSync(shots, { recursive: true });
const wrong = [];
try {
  const browser = await launched();
  try {
    for (const page of pages) await judge(browser, page);
  } finally {
    await browser.close();
  }
  for (const line of wrong) console.log(`wrong: ${line}`);
  console.log(
    `${pages.length} ${pages.length === 1 ? 'page' : 'pages'} in Chromium; ${wrong.length === 0 ? 'nothing wrong' : `${wrong.length} wrong`}`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function launched() {
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  execFileSync('npm', ['install', ...options, `playwright-core@${VERSION}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const { chromium } = createRequire(path.join(folder, 'package.json'))('playwright-core');
  // Without these Chromium asks its maker for news at every start.
  const args = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
  return chromium.launch({ executablePath: installedBrowser(), args: ['--no-sandbox', '--disable-gpu', ...args] });
}

function installedBrowser() {
  const found = () => BROWSERS.find((file) => existsSync(file));
  if (found() === undefined) {
    const apt = (...words) => execFileSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'chromium');
  }
  const file = found();
  if (file === undefined) throw new Error(`no Chromium: none of ${BROWSERS.join(', ')}`);
  return file;
}

async function judge(browser, file) {
  for (const colorScheme of ['light', 'dark']) {
    for (const [view, viewport] of Object.entries(VIEWS)) {
      for (const javaScriptEnabled of [true, false]) {
        const name = `${path.basename(file)}, ${colorScheme}, ${view}${javaScriptEnabled ? '' : ', without JavaScript'}`;
        const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled });
        const page = await context.newPage();
        const expect = (holds, what) => holds || wrong.push(`${name}: ${what}`);
        const own = pathToFileURL(path.resolve(file)).href;
        page.on('request', (request) => expect(request.url() === own, `asks for ${request.url()}`));
        page.on('console', (message) => expect(message.type() !== 'error', `says ${message.text()}`));
        page.on('pageerror', (error) => expect(false, `throws ${error.message}`));
        await page.goto(own);
        // Evaluated by the tool and not by the page: it works without JavaScript, too.
        expect(await page.evaluate(fits), 'is wider than its window');
        for (const found of await page.evaluate(faint, [LEAST_CONTRAST, LEAST_CONTRAST_OF_LARGE])) expect(false, found);
        for (const found of await page.evaluate(broken)) expect(false, found);
        const all = await page.locator('.finding:visible').count();
        expect(all === (await page.locator('.finding').count()), 'hides findings that nobody has filtered');
        expect((await page.locator('#filters').isVisible()) === (javaScriptEnabled && all > 0), 'shows filters that do not work, or none');
        if (shots !== undefined && javaScriptEnabled) await screenshot(page, `${path.basename(file, '.html')}-${colorScheme}-${view}`);
        await explain(page, expect, javaScriptEnabled);
        if (javaScriptEnabled && all > 0) await filter(page, expect, all);
        await context.close();
      }
    }
  }
}

async function screenshot(page, name) {
  await page.screenshot({ path: path.join(shots, `${name}.png`) });
  await page.screenshot({ path: path.join(shots, `${name}-whole.png`), fullPage: true });
}

/** What a variable is for: for those who point at it, who come to it with keys, and on paper. */
async function explain(page, expect, javaScriptEnabled) {
  const variable = page.locator('dfn:visible').first();
  if ((await variable.count()) === 0) return;
  const about = page.locator(`#${await variable.getAttribute('aria-describedby')}`);
  expect(!(await about.isVisible()), 'explains a variable unasked');
  await variable.hover();
  expect(await about.isVisible(), 'does not explain a variable that is pointed at');
  expect(await page.evaluate(fits), 'is wider than its window when it explains a variable');
  await about.hover();
  expect(await about.isVisible(), 'takes an explanation away from who points at it');
  await page.mouse.move(0, 0);
  await variable.focus();
  expect(await about.isVisible(), 'does not explain a variable that has the focus');
  if (javaScriptEnabled) {
    await page.keyboard.press('Escape');
    expect(!(await about.isVisible()), 'leaves an explanation in the way at Escape');
  }
  await page.emulateMedia({ media: 'print' });
  expect((await page.locator('.about:visible').count()) === (await page.locator('.about').count()), 'does not print explanations');
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => document.activeElement.blur());
}

/** Clicks, as a person does, and with keys alone. */
async function filter(page, expect, all) {
  const shown = () => page.locator('.finding:visible').count();
  const severity = page.locator('[data-severity]:is(input)').first();
  const of = await page.locator(`.finding.${await severity.getAttribute('data-severity')}`).count();
  await severity.uncheck();
  expect((await shown()) === all - of, 'a severity that is switched off is still shown');
  const told = await page.locator('#shown').textContent();
  expect(told === `${all - of} of ${all} shown`, `says "${told}" of ${all - of} findings`);
  await severity.check();
  expect((await shown()) === all, 'a severity that is switched on again is not shown');
  await page.locator('#filters summary').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'None' }).press('Space');
  expect((await shown()) === 0, 'findings of rules that are switched off are shown');
  const rule = page.locator('[data-rule]:is(input)').first();
  await rule.focus();
  await page.keyboard.press('Space');
  const id = await rule.getAttribute('data-rule');
  expect((await shown()) === (await page.locator(`.finding[data-rule="${id}"]`).count()), `${id} alone is not what is shown`);
  await page.getByRole('button', { name: 'All' }).click();
  await page.locator('#search').fill(id);
  const matching = await shown();
  expect(matching > 0 && matching < all, `a search for ${id} shows ${matching} of ${all}`);
  expect(await page.evaluate(fits), 'is wider than its window when it is filtered');
  await page.locator('#search').fill('');
  await page.locator('#around').check();
  const numbers = () => page.locator('.source > li:visible').count();
  expect((await shown()) === all && (await numbers()) > 0, 'the lines around problems are not all');
  await page.locator('#around').uncheck();
  const why = page.locator('.finding details.why').first();
  await why.locator('summary').press('Enter');
  expect(await why.locator('p').first().isVisible(), 'a rule does not say why');
}

function fits() {
  return document.documentElement.scrollWidth <= innerWidth;
}

/** Links that lead nowhere, ids that are there twice, and links that leave the page. */
function broken() {
  const problems = [];
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  if (new Set(ids).size < ids.length) problems.push('has an id twice');
  for (const link of document.querySelectorAll('a')) {
    const target = link.getAttribute('href') ?? '';
    if (!target.startsWith('#')) problems.push(`links to ${target}`);
    else if (document.getElementById(target.slice(1)) === null) problems.push(`links to ${target}, which is not there`);
  }
  for (const element of document.querySelectorAll('[src],link,iframe,object')) problems.push(`has ${element.localName}`);
  return problems.slice(0, 5);
}

/** Text that stands out from its ground less than it should. */
function faint([least, leastOfLarge]) {
  const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const groundOf = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const ground = channels(getComputedStyle(each).backgroundColor);
      if (ground.length === 3 || ground[3] === 1) return ground;
    }
    return [255, 255, 255];
  };
  const problems = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!hasText || element.closest('script') !== null) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(channels(style.color)), luminance(groundOf(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? leastOfLarge : least)) {
      problems.add(`${element.localName}.${element.className} has a contrast of ${contrast.toFixed(2)} (${style.color})`);
    }
  }
  return [...problems].slice(0, 10);
}
