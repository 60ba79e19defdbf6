// SPDX-License-Identifier: AGPL-3.0-or-later
// town.js: for crossing tests: the real command, and a small invented institution that it makes in a temporary folder

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const UND = process.env.UND ?? join(REPOSITORY, 'build/demo/src/cli/undersigned');

/** Fails with a clear message where the command is missing. */
export function needCommand() {
	assert.ok(existsSync(UND), `${UND} is missing: crossing tests need the command. Build it with ./dev demo, or name it in UND`);
}

/** A temporary folder that goes away with the process. */
export function folder() {
	const path = mkdtempSync(join(tmpdir(), 'undersigned-web.'));
	process.on('exit', () => rmSync(path, { recursive: true, force: true }));
	return path;
}

/** The day in so many days, UTC. @param {number} days */
export const day = (days) => new Date(Date.now() + days * 86400_000).toISOString().slice(0, 10);
export const TODAY = day(0), CLOSES = day(30), ENDS = day(200), UNTIL = day(300);

/** The command in a folder, without a terminal. */
export class Command {
	/** @param {string} [path] */
	constructor(path = folder()) {
		needCommand();
		this.path = path;
	}

	/** @param {...string} args @returns {{ code: number, out: string, err: string }} */
	run(...args) {
		const { status, stdout, stderr, error } = spawnSync(UND, args, { cwd: this.path, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
		if (error)
			throw error;
		return { code: status ?? -1, out: stdout, err: stderr };
	}

	/** Must succeed. @param {...string} args @returns {string} standard output */
	ok(...args) {
		const { code, out, err } = this.run(...args);
		assert.equal(code, 0, `undersigned ${args.join(' ')}: ${err}`);
		return out;
	}

	/** Must be refused, with exit code 1. @param {...string} args @returns {string} standard error */
	refused(...args) {
		const { code, err } = this.run(...args);
		assert.equal(code, 1, `undersigned ${args.join(' ')}: exit ${code}: ${err}`);
		return err;
	}

	/** @param {string} name @returns {Uint8Array} */
	read(name) {
		return new Uint8Array(readFileSync(join(this.path, name)));
	}

	/** @param {string} name @param {string | Uint8Array} content @returns {string} the name */
	write(name, content) {
		writeFileSync(join(this.path, name), content);
		return name;
	}

	/** A file as the browser gets it. @param {string} name */
	blob(name) {
		return new Blob([this.read(name)]);
	}
}

/** The verdict of the command on bytes: valid; or the line and whether it only needs a newer reader. @param {string} path @returns {Promise<string>} */
export function verdictOfCommand(path) {
	return new Promise((resolve, reject) =>
		execFile(UND, ['verify', path, '--json', '--threads', '1'], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
			if (error && typeof error.code !== 'number')
				return reject(error);
			if (!stdout.startsWith('{'))
				return reject(new Error(`undersigned verify: ${stderr}`));
			const { valid, line } = JSON.parse(stdout);
			resolve(valid === true ? 'valid' : `${valid === null ? 'newer' : 'invalid'} in line ${line}`);
		}),
	);
}

const COUNCILS = ['o1', 'o2', 'r1', 'r2'];
const BODIES = { harbour: 6, mint: 6, works: 6, post: 2 };
export const MEMBERS = Object.entries(BODIES).flatMap(([body, n]) => Array.from({ length: n }, (_, i) => `${body}-${i + 1}`));

/** Two registrars, two organisers, three bodies of six members and one of two, in the series town, edition 1: staff.roster. */
export class Town extends Command {
	constructor() {
		super();
		for (const who of COUNCILS)
			this.ok('authority', 'new', '-o', who, '--no-passphrase');
		this.public = Object.fromEntries(COUNCILS.map((who) => [who, /[A-Za-z0-9_-]{43}/.exec(this.ok('authority', 'show', who))?.[0] ?? '']));
		this.pin = /[A-Za-z0-9_-]{43}/.exec(this.ok('authority', 'pin', '--quorum', '2', '--', this.public.r1, this.public.r2))?.[0] ?? '';
		for (const member of MEMBERS)
			this.member(member);
		this.write('bodies.csv', 'harbour,The Harbour,8\nmint,The Mint,7\npost,The Post,2\nworks,Public Works,6\n');
		this.write('text.md', 'We ask you to *act*.\n\nNow, and not later.\n');
		this.roster();
	}

	/** A key without a passphrase, and its line. @param {string} name body-number */
	member(name) {
		this.ok('key', 'new', '-o', `${name}.key`, '--series', 'town', '--no-passphrase');
		this.ok('key', 'enrol', `${name}.key`, '--body', name.split('-')[0], '--editions', '2', '-o', `${name}.enrol`);
	}

	/** staff.roster, of all enrolments that there are. */
	roster(...more) {
		this.ok('roster', 'new', '--series', 'town', '--name', 'The town', '--edition', '1', '--from', day(-30), '--until', UNTIL, '--bodies', 'bodies.csv',
			'-o', 'staff.roster', '--force', '--enrolments', ...MEMBERS.map((name) => `${name}.enrol`), ...more);
		for (const who of ['r1', 'r2'])
			this.ok('cosign', 'staff.roster', '--authority', who);
	}

	/** NAME.letter, signed by both organisers. @param {string} name @param {Record<string, string | number>} [rules] @param {...string} options */
	letter(name, rules = {}, ...options) {
		const all = { rings: 'either', min_ring: 4, max_share: 70, max_share_all: 90, roster: 'grows', release: 3, signers: 2, bodies: 1, closes: CLOSES, ends: ENDS, ...rules };
		const { o1, o2, r1, r2 } = this.public;
		this.write('letter.ini', [
			'[letter]', 'title = On the harbour; and the road', 'text = text.md', 'language = en', '[addressees]', 'mayor = The Mayor', '[demands]', 'd1 = Open the harbour; now.',
			'[organisers]', 'quorum = 2', `${o1} = Works Council`, `${o2} = Harbour Union`, '[registrars]', 'quorum = 2', `${r1} = Registry`, `${r2} = Staff Court`,
			'[rules]', ...Object.entries(all).map(([rule, value]) => `${rule} = ${value}`), '',
		].join('\n'));
		this.ok('letter', 'new', 'letter.ini', '--roster', 'staff.roster', '-o', `${name}.letter`, '--force', '--authority', 'o1', ...options);
		this.ok('cosign', `${name}.letter`, '--authority', 'o2');
		return `${name}.letter`;
	}

	/** What the command signs; the file's name. @param {string} letter @param {string} member @param {string} ring @param {...string} options */
	signed(letter, member, ring, ...options) {
		const out = `${member}.${ring === '*' ? 'all' : ring}.sig`;
		this.ok('sign', letter, '--key', `${member}.key`, '--ring', ring, '--yes', '--force', '-o', out, ...options);
		return out;
	}
}
