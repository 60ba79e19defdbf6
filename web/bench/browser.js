// SPDX-License-Identifier: AGPL-3.0-or-later
// bench/browser.js: how long it takes in Node, Chromium and Firefox, with and without their compilers: node web/bench/browser.js [--json] [--small] [NAME…]
//
// First the proofs alone (measure.js, in a worker as on the page), then the built page with the demo's letter: checked, and signed in the ring of all; and a key file opened.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { t } from '../src/text/catalogue.js';
import { NAMES, startBrowser } from '../test/browser/browsers.js';
import { visit } from '../test/browser/visit.js';
import { acceptRoll, check, open, ownDevice, signIn, toTheRoll } from '../test/browser/walk.js';

/** @typedef {{ field: string, yardstick: number, figures: Record<string, number> }} Result milliseconds */

const TOP = fileURLToPath(new URL('../../', import.meta.url));
const DEMO = join(TOP, 'build/demo-institution'), COMMAND = process.env.UND ?? join(TOP, 'build/demo/src/cli/undersigned');
const PATIENCE = 1_800_000, PASSPHRASE = 'six words out of the book';

const args = process.argv.slice(2), json = args.includes('--json'), small = args.includes('--small');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const what = small ? { sizes: [64, 1024], letter: false } : { sizes: [1024, 10_000], letter: true };

/** @param {string} text */
const tell = (text) => void process.stderr.write(`${text}\n`);

/** measure.js as a worker that measures once and posts the result. @returns {Promise<string>} */
async function worker() {
	const entry = `import { measureAll } from './measure.js';
		const place = { random: (n) => crypto.getRandomValues(new Uint8Array(n)), now: () => performance.now() };
		postMessage(measureAll(place, ${JSON.stringify(what)}));`;
	const { outputFiles } = await build({ stdin: { contents: entry, resolveDir: fileURLToPath(new URL('.', import.meta.url)) }, bundle: true, write: false, format: 'iife', target: 'es2022', minify: true });
	return outputFiles[0].text;
}

/** @param {import('../test/browser/browsers.js').Running} running @param {string} source @param {string} folder @returns {Promise<Result>} */
async function proofs(running, source, folder) {
	const file = join(folder, 'bench.html');
	writeFileSync(file, '<!DOCTYPE html><meta charset="utf-8"><title>bench</title>');
	const page = await running.browser.newPage();
	page.setDefaultTimeout(0);
	await page.goto(pathToFileURL(file).href);
	const result = await page.evaluate((source) => new Promise((resolve, reject) => {
		const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
		worker.onmessage = ({ data }) => resolve(data);
		worker.onerror = ({ message }) => reject(new Error(message));
	}), source);
	await page.close();
	return /** @type {Result} */ (result);
}

/** A key of the demo that has not signed: the command still makes a signature with it. @param {string} letter @returns {string} */
function freshKey(letter) {
	for (const name of readdirSync(join(DEMO, 'keys')).sort()) {
		const key = join(DEMO, 'keys', name);
		if (String(spawnSync(COMMAND, ['sign', letter, '--key', key, '--ring', '*', '--yes'], { input: '' }).stdout).startsWith('{')) // who has signed gets nothing
			return key;
	}
	throw new Error('everybody in the demo has signed');
}

/** @param {import('../test/browser/browsers.js').Running} running @param {string} letter @param {string} key @param {string} locked a key file with PASSPHRASE @returns {Promise<Record<string, number>>} */
async function page(running, letter, key, locked) {
	let began = performance.now();
	const since = () => performance.now() - began;
	const first = await visit(running);
	const freezes = await first.watchFreezes();
	began = performance.now();
	await check(first, letter, { patience: PATIENCE });
	const checked = since();
	if (!(await first.shows('.report h1')))
		throw new Error(await first.text());
	const frozen = await freezes();
	await first.closed();
	const third = await visit(running);
	await open(third, 'enrol');
	await ownDevice(third);
	await third.give(t('open.choose'), locked);
	await third.fill(t('open.passphrase'), PASSPHRASE);
	began = performance.now();
	await third.press(t('open.do'));
	await third.find('label', t('enrol.body'), { patience: PATIENCE });
	const opened = since();
	await third.closed();
	const second = await visit(running);
	await open(second, 'sign');
	await toTheRoll(second, { letter, key, patience: PATIENCE });
	await acceptRoll(second, { patience: PATIENCE });
	await signIn(second, { ring: 'all', patience: PATIENCE, before: async () => void (began = performance.now()) });
	const signed = since();
	await second.closed();
	return { 'page: check the demo': checked, 'page: longest freeze while checking': frozen, 'page: sign the demo in *': signed, 'page: open a key file (256 MiB)': opened };
}

/** @param {Record<string, Result>} results */
function print(results) {
	const names = Object.keys(results), rows = [...new Set(names.flatMap((name) => Object.keys(results[name].figures)))];
	const line = (/** @type {string} */ head, /** @type {string[]} */ cells) => `${head.padEnd(36)}${cells.map((cell) => cell.padStart(22)).join('')}\n`;
	process.stdout.write(line('milliseconds (in verifications V)', names));
	process.stdout.write(line('V, one Ed25519 verification', names.map((name) => results[name].yardstick.toFixed(2))));
	process.stdout.write(line('arithmetic', names.map((name) => results[name].field)));
	for (const row of rows)
		process.stdout.write(line(row, names.map((name) => {
			const ms = results[name].figures[row];
			return ms === undefined ? '–' : `${ms.toFixed(0)} (${(ms / results[name].yardstick).toFixed(0)})`;
		})));
}

async function main() {
	const names = ['node', ...NAMES].filter((name) => wanted.length === 0 || wanted.includes(name));
	if (names.length === 0 || wanted.some((name) => !names.includes(name))) {
		tell(`usage: node web/bench/browser.js [--json] [--small] [NAME…]; names: node ${NAMES.join(' ')}`);
		process.exit(2);
	}
	if (!small && !existsSync(join(DEMO, 'demo.letter')))
		throw new Error('no demo here: ./dev demo');
	const folder = mkdtempSync(join(tmpdir(), 'undersigned-bench-'));
	const letter = join(DEMO, 'demo.letter'), key = small ? '' : freshKey(letter);
	const locked = join(folder, 'locked.key');
	writeFileSync(join(folder, 'passphrase'), PASSPHRASE);
	if (!small)
		execFileSync(COMMAND, ['key', 'new', '-o', locked, '--series', 'bench', '--passphrase-file', join(folder, 'passphrase')], { stdio: 'ignore' });
	/** @type {Record<string, Result>} */
	const results = {};
	try {
		const source = await worker();
		for (const name of names) {
			tell(`${name} …`);
			if (name === 'node') {
				const script = join(folder, 'node.cjs');
				writeFileSync(script, `globalThis.crypto ??= require('node:crypto').webcrypto; globalThis.postMessage = (result) => console.log(JSON.stringify(result));\n${source}`);
				results[name] = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
				continue;
			}
			const running = await startBrowser(/** @type {import('../test/browser/browsers.js').Name} */ (name));
			try {
				results[name] = await proofs(running, source, folder);
				if (!small)
					Object.assign(results[name].figures, await page(running, letter, key, locked));
			} finally {
				await running.stop();
			}
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	if (json)
		process.stdout.write(`${JSON.stringify(results, null, '\t')}\n`);
	else
		print(results);
}

await main();
