// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/guide_pictures.js: the pictures of the guides: on which page each is taken, and how one comes there. Run by itself (./dev pictures) it takes all of them anew, with a list of the words in each

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { t } from '../../src/text/catalogue.js';
import { Command, UND } from '../town.js';
import { startBrowser } from './browsers.js';
import { take, words } from './picture.js';
import { bring, serve, visitServed } from './served.js';
import { TOP, Visit, visit } from './visit.js';
import { acceptRoll, check, makeKey, open, toTheRoll } from './walk.js';

export const FOLDER = join(TOP, 'doc/guide/pictures');
export const LIST = join(TOP, 'doc/guide/pictures.json');
const INSTITUTION = join(TOP, 'build/demo-institution');
const LETTER = join(INSTITUTION, 'demo.letter'), ORGANISER = join(INSTITUTION, 'authority/organiser-1.key');

/** Dots of the picture for one of the page. */
const SCALE = 1.5;
/** Of an invented roll: what a card's pin looks like. */
const PIN = `${'A'.repeat(42)}E`;

/** @typedef {{ running: import('./browsers.js').Running, origin: string, look: (name: string, v: Visit) => Promise<void> }} Tour */

/** What is to be seen in each, without what only search or print would show. @type {Record<string, string>} */
export const CLIPS = {
	'card': '.card:first-of-type',
	'check-result': '.report > .headline',
	'home': '.home > h1, .home > .lead, .home > .tasks',
	'key-card': 'main > *',
	'key-code': 'main > *',
	'letter-count': '.headline-figure, .headline > p:not(:has(a)), .headline > div',
	'letter-days': '.days',
	'letter-matrix': '.matrix',
	'letter-tally': '.question',
	'press-sheet': '.paged:nth-of-type(2)',
	'roll': '.cards thead tr, .cards tbody tr:nth-child(-n+4)',
	'sign-ring': 'main > *',
	'sign-shows': 'main h1, main h2, main h3:nth-of-type(-n+2), main ul:nth-of-type(-n+2)',
};

/** Pages of the server. @param {Tour} tour */
async function served({ running, origin, look }) {
	const v = await visitServed(running, `${origin}/letters/demo`);
	for (const name of ['letter-count', 'letter-tally', 'letter-days'])
		await look(name, v);
	await v.page.goto(`${origin}/letters/demo/roster`);
	await look('roll', v);
	await v.page.close();
	const desk = await visitServed(running, `${origin}/letters/demo`, { size: 'desk' });
	await look('letter-matrix', desk);
	await desk.page.goto(`${origin}/letters/demo/press`);
	await look('press-sheet', desk);
	await desk.page.close();
}

/** The key of somebody at the canals who has not signed; who has differs from institution to institution. */
function unsigned() {
	const command = new Command();
	for (let n = 1; n <= 126; n++) {
		const key = join(INSTITUTION, 'keys', `canals-${String(n).padStart(4, '0')}.key`);
		if (command.run('sign', LETTER, '--key', key, '--ring', 'canals', '--yes', '-o', 'signature').code === 0)
			return key;
	}
	throw new Error('all of the canals have signed');
}

/** The page from its file. @param {Tour} tour */
async function ownPage({ running, look }) {
	const v = await visit(running, { size: 'phone' });
	await look('home', v);
	await makeKey(v, { series: 'staff', pin: PIN, look: async (view) => {
		if (view === 'card')
			await look('key-card', v);
		if (view === 'code')
			await look('key-code', v);
	} });
	await v.press(t('frame.home'));
	await open(v, 'sign');
	await toTheRoll(v, { letter: LETTER, key: unsigned() });
	await acceptRoll(v);
	await v.find('h2', t('ring.title'));
	await look('sign-ring', v);
	await v.press(t('step.next'));
	await v.find('h2', t('shows.title'));
	await look('sign-shows', v);
	await v.closed();
	const desk = await visit(running);
	await check(desk, LETTER);
	await look('check-result', desk);
	await desk.closed();
}

/** What a registrar prints. @param {Tour} tour */
async function printed({ running, look }) {
	const book = new Command();
	book.write('bodies.csv', 'harbour,Harbour Office,9\n');
	book.ok('book', 'new', '-o', 'staff.book', '--series', 'staff', '--name', 'Staff of Examplia', '--bodies', 'bodies.csv', '--no-passphrase', '--address', 'https://letters.example.org/undersigned.html', '--pin', PIN);
	book.ok('book', 'issue', 'staff.book', '--body', 'harbour', '--count', '1');
	book.ok('invite', 'staff.book', '-o', 'cards.html');
	const page = await running.browser.newPage();
	await page.setViewport({ width: 760, height: 900, deviceScaleFactor: SCALE });
	const v = new Visit(running, page, () => true, 'desk-light-en');
	await page.goto(pathToFileURL(join(book.path, 'cards.html')).href);
	await look('card', v);
	await page.close();
}

/** Goes wherever a picture is taken. @param {(name: string, v: Visit, clip: string) => Promise<void>} look */
export async function tour(look) {
	const folder = mkdtempSync(join(tmpdir(), 'undersigned-pictures-'));
	const key = JSON.parse(execFileSync(UND, ['authority', 'show', ORGANISER, '--json'], { encoding: 'utf8' })).key;
	writeFileSync(join(folder, 'serve.ini'), `[organisers]\n${key} = organiser\n[registrars]\n${key} = registrar\n`);
	const server = await serve(folder, '--config', 'serve.ini', '--store', 'store');
	const running = await startBrowser('chromium', { origin: server.origin });
	const one = { running, origin: server.origin, look: async (/** @type {string} */ name, /** @type {Visit} */ v) => {
		const { width, height } = /** @type {{ width: number, height: number }} */ (v.page.viewport());
		await v.page.setViewport({ ...v.page.viewport(), width: width > 760 ? 760 : width, height, deviceScaleFactor: SCALE });
		await look(name, v, CLIPS[name]);
	} };
	try {
		await bring({ origin: server.origin, folder, slug: 'demo', file: LETTER, by: ORGANISER });
		await served(one);
		await ownPage(one);
		await printed(one);
	} finally {
		await running.stop();
		await server.stop();
		rmSync(folder, { recursive: true });
	}
}

/** @returns {Record<string, string[]>} the words in each picture, as they were when it was taken */
export const recorded = () => JSON.parse(readFileSync(LIST, 'utf8'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	/** @type {Record<string, string[]>} */
	const list = {};
	await tour(async (name, v, clip) => {
		list[name] = await words(v.page, clip);
		const png = await take(v.page, clip);
		writeFileSync(join(FOLDER, `${name}.png`), png);
		console.log(`${name}.png: ${png.length} bytes`);
	});
	writeFileSync(LIST, `${JSON.stringify(Object.fromEntries(Object.entries(list).sort()), null, '\t')}\n`);
}
