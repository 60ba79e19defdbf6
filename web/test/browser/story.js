// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/story.js: the letter whose life chapters.test.js tells: its words and days, what its organisers do, how readers look at it

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CLOSES, ENDS, day } from '../town.js';
import { fillForm, visitServed } from './served.js';

export const TITLE = 'For a pause at the Tidal Works';
export const DEMANDS = ['Pause the work on the third sluice.', 'Publish the survey of last winter.', 'Let the staff choose two of the five overseers.', 'Bring back the dismissed divers.', 'Answer before the spring tides.'];
/** Nobody without the link may find any of these. */
export const PHRASES = [TITLE, 'herons sleep under the sluice', ...DEMANDS, 'The President of Averane', 'answers@works.example'];
export const OUTLET = 'The Morning Courier', PRESIDENT = 'The President of Averane', OFFICE = 'The Office of the President', NEIGHBOUR = 'The President of Sarn';
/** All that is told of has its day in the file, and lies behind us. */
export const DAYS = { dated: day(-60), published: day(-48), delivered: day(-47), supported: day(-30), clarified: day(-28), answered: day(-20) };

const BEGAN = day(0);

/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./browsers.js').Running} Running */

/** What has to be done in the story, and where. */
export class Story {
	/** @param {Institution} town @param {Running} running */
	constructor(town, running) {
		this.town = town;
		this.running = running;
		this.folder = town.path;
		this.app = `${town.origin}/undersigned.html`;
		this.address = `${town.origin}/letters/pause`;
		/** @param {string} name */
		this.at = (name) => join(town.path, name);
		/** What the browser's memory keeps of the letter's page: nothing, while it is sealed. */
		this.title = 'Document';
	}

	/** letter.ini for a letter of this title. @param {string} title */
	ini(title) {
		const { o1, o2, r1, r2 } = this.town.public;
		this.town.write('text.md', 'We keep the gates. At low water the herons sleep under the sluice, and *nobody* counts them.\n\nThe work must rest until somebody does.\n');
		return this.town.write('letter.ini', `[letter]\ntitle = ${title}\ntext = text.md\nlanguage = en\ndated = ${DAYS.dated}\ncontact = answers@works.example\n` +
			`[addressees]\npresident = ${PRESIDENT}\noffice = ${OFFICE}\n[demands]\n${DEMANDS.map((words, i) => `d${i + 1} = ${words}\n`).join('')}` +
			`[organisers]\nquorum = 2\n${o1} = Works Council | https://works.example/keys\n${o2} = Gatekeepers' Union\n[registrars]\nquorum = 2\n${r1} = Registry\n${r2} = Staff Court\n` +
			`[rules]\nrings = either\nmin_ring = 14\nmax_share = 80\nmax_share_all = 95\nroster = fixed\nrelease = 3\nsigners = 400\nbodies = 40\ncloses = ${CLOSES}\nends = ${ENDS}\n`);
	}

	/** The organisers seal a letter, and bring it as `pause`: NAME.letter, NAME.link. What opens it. @param {string} name @param {string} title */
	seal(name, title) {
		const { town } = this;
		town.ok('letter', 'new', this.ini(title), '--roster', 'staff.roster', '-o', `${name}.letter`, '--seal', '--link-out', `${name}.link`, '--authority', 'o1');
		town.ok('cosign', `${name}.letter`, '--authority', 'o2');
		town.ok('push', `${name}.letter`, '--to', this.address, '--authority', 'o1');
		return String(Buffer.from(town.read(`${name}.link`))).trim();
	}

	/** The letter as it is on the server now, merged into what was there. @param {string} name of the file */
	pull(name) {
		this.town.ok('pull', this.address, '-o', name);
		return name;
	}

	/** A record that both organisers sign, brought to the server; its id. @param {string} what @param {...string} args */
	push(what, ...args) {
		const { town } = this;
		const { id } = JSON.parse(town.ok(what, this.pull('organisers.letter'), ...args, '--authority', 'o1', '-o', 'record', '--force', '--json'));
		town.ok('cosign', 'record', '--authority', 'o2');
		assert.equal(JSON.parse(town.ok('push', 'record', '--to', this.address, '--json')).added, 1);
		return id;
	}

	/** Somebody looks at a page without scripts. @template T @param {string} address @param {(v: Visit) => Promise<T>} act @param {string} [title] */
	async byHand(address, act, title = TITLE) {
		const v = await visitServed(this.running, address, { scripts: false });
		const seen = await act(v);
		await v.closed({ title });
		return seen;
	}

	/** What a reader without scripts finds on the letter's page: all of these; what it says. @param {...(string | RegExp)} wanted */
	reads(...wanted) {
		return this.byHand(this.address, async (v) => {
			for (const text of wanted)
				await v.reads(text, { patience: 0 }); // the page stands there whole, or not
			return (await v.text()).replace(/\s+/g, ' ');
		}, this.title);
	}

	/** A line handed in by the server's form. @param {string} file with the line */
	async handIn(file) {
		await this.byHand(`${this.address}/sign`, async (v) => {
			await fillForm(v, { 'The line': String(Buffer.from(this.town.read(file))).trim() });
			await v.reads('Your line is here');
		}, 'Document');
	}
}

/**
 * A table as it is read aloud, on the page that is open: for each row its heading and its cells.
 * @param {import('puppeteer-core').Page} page @returns {Promise<Record<string, string[]>>}
 */
export async function readAloud(page) {
	const tree = await page.accessibility.snapshot({ interestingOnly: false });
	/** @type {Record<string, string[]>} */
	const rows = {};
	/** @param {import('puppeteer-core').SerializedAXNode} node */
	const walk = (node) => {
		const children = node.children ?? [], heading = children.find(({ role }) => role === 'rowheader');
		if (node.role === 'row' && heading)
			rows[heading.name ?? ''] = children.filter(({ role }) => role === 'cell' || role === 'gridcell').map(({ name }) => name ?? '');
		children.forEach(walk);
	};
	tree && walk(tree);
	return rows;
}

/** "no reply recorded for N days", N computed from dates: on the day on which the story began, or on the next if midnight has passed. @param {string} since */
export function noReply(since) {
	const days = [day(0), BEGAN].map((today) => Math.round((Date.parse(today) - Date.parse(since)) / 86400_000));
	return new RegExp(`no reply recorded for (${days.join('|')}) days`);
}
