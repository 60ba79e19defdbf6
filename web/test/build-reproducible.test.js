// SPDX-License-Identifier: AGPL-3.0-or-later
// test/build-reproducible.test.js: the same sources give the same page, in any folder, language and time zone; the page holds itself to its policy

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { MAX_SIZE, bundle, shortForm } from '../build.js';

const WEB = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'undersigned-build-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** Builds a copy of the sources elsewhere. @param {string} name @param {Record<string, string>} env @returns {{ html: string, said: string }} */
function buildIn(name, env) {
	const web = join(folder, name, 'web');
	mkdirSync(web, { recursive: true });
	for (const entry of ['build.js', 'package.json', 'src'])
		cpSync(join(WEB, entry), join(web, entry), { recursive: true });
	symlinkSync(join(WEB, 'node_modules'), join(web, 'node_modules'));
	const out = join(folder, name, 'page.html');
	const said = execFileSync(process.execPath, [join(web, 'build.js'), out], { encoding: 'utf8', cwd: join(folder, name), env: { ...process.env, ...env } });
	return { html: readFileSync(out, 'utf8'), said };
}

const first = buildIn('a', { LC_ALL: 'C', TZ: 'UTC' });

test('two folders, languages and time zones, the same bytes', () => {
	const second = buildIn('b/another folder', { LC_ALL: 'tr_TR.UTF-8', LANG: 'ar_EG.UTF-8', TZ: 'Pacific/Kiritimati', SOURCE_DATE_EPOCH: '1' });
	assert.equal(first.html, second.html);
});

test('the page is one file within its size, says nothing of where it was built, and its hash is the one that was printed', () => {
	assert.ok(Buffer.byteLength(first.html) <= MAX_SIZE);
	assert.ok(!first.html.includes(folder) && !first.html.includes('node_modules'));
	const digest = createHash('sha256').update(first.html).digest();
	assert.ok(first.said.includes(digest.toString('hex')) && first.said.includes(shortForm(digest)));
	assert.doesNotMatch(first.html, /<(?:link|img|script|iframe)[^>]*(?:src|href)="(?!data:)/);
});

test('the policy allows this script and this style, and nothing else', () => {
	const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(first.html)?.[1] ?? '';
	const hash = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
	const [script, ...others] = [...first.html.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map((match) => match[1]);
	const style = /<style>([^]*?)<\/style>/.exec(first.html)?.[1] ?? '';
	assert.equal(others.length, 0);
	assert.deepEqual(policy.split('; '), [
		"default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, 'worker-src blob:', 'img-src data:', "connect-src 'self'", "form-action 'none'", "base-uri 'none'", "require-trusted-types-for 'script'", 'trusted-types worker',
	]);
	assert.notEqual(hash(script), hash(`${script} `));
	assert.ok(first.html.indexOf('Content-Security-Policy') < first.html.indexOf('<style>'), 'the policy stands before what it governs');
});

test('the page says whose work is in it', () => {
	for (const name of ['@noble/curves', '@noble/hashes', 'commonmark', 'lean-qr', 'AGPL'])
		assert.ok(first.html.includes(name), name);
});

test('texts of other languages come out of the file as they went in', async () => {
	const { LANGUAGES } = await import('../src/text/catalogue.js');
	const module = await bundle(WEB, 'src/text/catalogue.js', {}, { format: 'esm' });
	const packed = (await import(`data:text/javascript;base64,${Buffer.from(module).toString('base64')}`)).LANGUAGES;
	for (const [tag, { texts }] of Object.entries(LANGUAGES))
		assert.deepEqual(packed[tag].texts, texts, tag);
	assert.ok(Object.keys(LANGUAGES).length > 1);
});
