// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/town.js: an invented institution, made by the command (test/e2e/town.sh): bodies harbour, mint, works of six, post of two; keys without passphrases

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = fileURLToPath(new URL('../../../', import.meta.url));
export const COMMAND = process.env.UND_COMMAND ?? join(TOP, 'build/demo/src/cli/undersigned');
export const DEMO = join(TOP, 'build/demo-institution');

/** Runs the command in a folder; its exit code and what it said. @param {string} folder @param {string[]} args */
export function run(folder, ...args) {
	const { status, stdout, stderr, error } = spawnSync(COMMAND, args, { cwd: folder, encoding: 'utf8', input: '' });
	if (error)
		throw error;
	return { status, stdout, stderr };
}

export class Town {
	folder = mkdtempSync(join(tmpdir(), 'undersigned-town-'));

	constructor() {
		this.shell('town && letter our && letter sealed --seal');
		for (const [member, ring] of [['harbour-1', '*'], ['mint-1', 'mint'], ['mint-2', 'mint'], ['works-1', 'works']])
			this.shell(`signed our.letter ${member} '${ring}' ${member}.signature`);
		this.must('add', 'our.letter', 'harbour-1.signature', 'mint-1.signature', 'mint-2.signature', 'works-1.signature');
	}

	/** Runs lines of shell, with all that town.sh defines. @param {string} lines */
	shell(lines) {
		execFileSync('/bin/sh', ['-c', `U=$1; . "$2/test/e2e/town.sh"; ${lines}`, 'sh', COMMAND, TOP], { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] });
	}

	/** @param {string} name */
	path(name) {
		return join(this.folder, name);
	}

	/** The command, whatever it says. @param {string[]} args */
	run(...args) {
		return run(this.folder, ...args);
	}

	/** The command, which must do it; what it printed. @param {string[]} args */
	must(...args) {
		const { status, stdout, stderr } = this.run(...args);
		if (status !== 0)
			throw new Error(`undersigned ${args.join(' ')}: ${status}: ${stderr}`);
		return stdout;
	}

	/** @param {string} name */
	read(name) {
		return readFileSync(this.path(name), 'utf8');
	}

	/** Writes a file; its path. @param {string} name @param {string | Uint8Array} content */
	write(name, content) {
		writeFileSync(this.path(name), content);
		return this.path(name);
	}

	/** @param {string} name */
	json(name) {
		return JSON.parse(this.must('verify', '--json', name));
	}

	remove() {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
