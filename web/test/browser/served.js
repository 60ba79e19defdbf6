// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/served.js: a real server on this machine, with those who keep a roll and write a letter; and visits to its pages

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setLanguage } from '../../src/text/catalogue.js';
import { Command, UND, day } from '../town.js';
import { PAGE, SIZES, Visit } from './visit.js';

/** How long the server may take to start, and to release what it was given. Not a measure of speed. */
const PATIENCE = 120_000;

/**
 * Starts `undersigned serve` on a free port; it ends with stop().
 * @param {string} folder @param {...string} options
 * @returns {Promise<{ origin: string, said: () => string, stop: () => Promise<void> }>} said: all that it wrote, to where logs go
 */
export async function serve(folder, ...options) {
	const child = spawn(UND, ['serve', '--listen', '127.0.0.1:0', '--page', PAGE, ...options], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
	const ended = new Promise((resolve) => child.on('exit', resolve));
	let said = '';
	child.stderr.on('data', (bytes) => {
		said += bytes;
		process.stderr.write(bytes);
	});
	const origin = await new Promise((resolve, reject) => {
		child.stdout.on('data', (bytes) => {
			said += bytes;
			const where = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
			where && resolve(where[0]);
		});
		ended.then(() => reject(new Error(`the server ended: ${said}`)));
	});
	const stop = async () => {
		child.kill();
		await ended;
	};
	return { origin, said: () => said, stop };
}

/** A request, signed. @param {string} folder @param {{ act: string, letter: string, server: string, subject: string }} what @param {string} by file of the key */
function request(folder, what, by) {
	const { act, letter, server, subject } = what; // in the order of canonical JSON
	const record = { act, letter, nonce: randomBytes(32).toString('base64url'), on: day(0), server, signatures: [], subject, type: 'request', v: 1 };
	const command = new Command(folder);
	command.write('request', `${JSON.stringify(record)}\n`);
	command.ok('cosign', 'request', '--authority', by);
	return command.read('request');
}

/** Brings a letter to a server. @param {{ origin: string, folder: string, slug: string, file: string, by: string }} what folder: for the request; file, by: in it, or whole paths */
export async function bring({ origin, folder, slug, file, by }) {
	const { letter } = JSON.parse(new Command(folder).ok('show', file, '--json'));
	const body = Buffer.concat([request(folder, { act: 'create', letter, server: origin, subject: slug }, by), readFileSync(resolve(folder, file))]);
	const answer = await fetch(`${origin}/api/v1/letters?slug=${slug}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body });
	assert.equal(answer.status, 201, await answer.text());
}

/** Two organisers, two registrars, and a server whose configuration lists them. */
export class Institution extends Command {
	origin = '';
	said = () => '';
	stop = async () => {};
	/** @type {Record<string, string>} by the file of the key */
	public = {};

	/** @returns {Promise<Institution>} */
	static async start() {
		const town = new Institution();
		for (const who of ['o1', 'o2', 'r1', 'r2']) {
			town.ok('authority', 'new', '-o', who, '--no-passphrase');
			town.public[who] = JSON.parse(town.ok('authority', 'show', who, '--json')).key;
		}
		const { o1, r1, r2 } = town.public;
		town.write('serve.ini', `[organisers]\n${o1} = Works Council\n[registrars]\n${r1} = Registry\n${r2} = Staff Court\n`);
		return Object.assign(town, await serve(town.path, '--config', 'serve.ini', '--store', 'store'));
	}

	/** A request, signed (spec/server.md): the line. @param {string} act @param {string} subject @param {string} by @param {string} [letter] */
	request(act, subject, by, letter = '') {
		return request(this.path, { act, letter, server: this.origin, subject }, by);
	}

	/** Sent to the server, which must take it; its answer. @param {string} path @param {string | Uint8Array} body @param {string} [type] */
	async send(path, body, type = 'application/x-ndjson') {
		const answer = await fetch(this.origin + path, { method: 'POST', headers: { 'content-type': type }, body });
		const said = await answer.text();
		assert.ok(answer.ok, `${path}: ${answer.status} ${said}`);
		return said;
	}

	/** An organiser brings a letter. @param {string} slug @param {string} file */
	async bring(slug, file) {
		await bring({ origin: this.origin, folder: this.path, slug, file, by: 'o1' });
	}

	/** What `verify` says of the letter's file as it is on the server now. @param {string} slug */
	async verified(slug) {
		const answer = await fetch(`${this.origin}/letters/${slug}.letter`);
		assert.equal(answer.status, 200);
		this.write(`${slug}.downloaded`, new Uint8Array(await answer.arrayBuffer()));
		return JSON.parse(this.ok('verify', '--json', `${slug}.downloaded`));
	}

	/** Waits until the file on the server counts so: what was handed in is released a moment after the answer. @param {string} slug @param {Record<string, number>} wanted @returns {Promise<any>} what verify says */
	async counts(slug, wanted) {
		for (const until = Date.now() + PATIENCE; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
			const said = await this.verified(slug);
			if (Object.entries(wanted).every(([member, n]) => said[member] === n))
				return said;
			assert.ok(Date.now() < until, `${slug} does not come to ${JSON.stringify(wanted)}: ${JSON.stringify(said)}`);
		}
	}
}

/* what Chromium says of features that it does not have, and of our own refusals */
const SAID_OF_SERVERS = /^Error with Permissions-Policy header: Unrecognized feature|^Failed to load resource: the server responded with a status of 4\d\d /;

/**
 * Opens an address of the server. Visit.closed() holds of it as of the file: nothing went anywhere but to the server, nothing was kept.
 * @param {import('./browsers.js').Running} running @param {string} address @param {{ size?: import('./visit.js').Size, scripts?: boolean, language?: string, scheme?: 'light' | 'dark' }} [options]
 */
export async function visitServed(running, address, { size = 'phone', scripts = true, language = 'en', scheme = running.scheme } = {}) {
	setLanguage(language); // so that t() says what the page says
	const page = await running.browser.newPage();
	page.setDefaultNavigationTimeout(PATIENCE);
	if (!scripts)
		await page.setJavaScriptEnabled(false);
	await page.setViewport(running.name.startsWith('chromium') && size !== 'desk' ? { ...SIZES[size], isMobile: true, hasTouch: true } : SIZES[size]);
	if (running.name.startsWith('chromium'))
		await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
	const { origin } = new URL(address);
	const v = new Visit(running, page, (url) => url.startsWith(`${origin}/`), [size, scheme, language].join('-'));
	v.expected = SAID_OF_SERVERS;
	await page.goto(address);
	return v;
}

/** A form of the server, filled and sent by hand. @param {Visit} v @param {Record<string, string>} fields by label: text, or a file's path */
export async function fillForm(v, fields) {
	for (const [label, value] of Object.entries(fields))
		await (label.includes('file') ? v.give(label, value) : v.fill(label, value));
	const button = await v.find('button[type=submit]');
	await Promise.all([v.page.waitForNavigation(), button.click()]);
}

/** Follows a link of the server's to its next page. @param {Visit} v @param {string} text */
export const follow = (v, text) => Promise.all([v.page.waitForNavigation(), v.press(text)]);

/** Nothing in what reached the server is a secret, or tells where somebody came from. @param {import('./browsers.js').Running} running @param {string[]} secrets */
export function assertDiscreet(running, secrets) {
	assert.ok(running.passed.length > 0);
	for (const { method, path, headers, body } of running.passed) {
		assert.deepEqual({ cookie: headers.cookie, referer: headers.referer }, { cookie: undefined, referer: undefined }, `${method} ${path}`);
		for (const secret of secrets)
			assert.ok(!path.includes(secret) && !body.includes(secret), `${method} ${path} carries ${secret.slice(0, 8)}…`);
	}
}
