// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/crowd.js: forty bodies with fourteen members each, and what many do at once, with the real command; two processes at a time

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { UND, UNTIL, day } from '../town.js';

/** What one submission may hold (spec/server.md). */
const TOGETHER = 16;
/** Processes at a time. */
const WIDTH = 2;
/** Processes of one shell: to start them from here takes longer than they do. */
const SHARE = 40;

export const BODIES = Array.from({ length: 40 }, (_, i) => `office-${String(i + 1).padStart(2, '0')}`);
const KEYS = 14;
/** The first members of each body sign: 10, and 11 in the first three bodies. 403. */
export const SIGNERS = BODIES.flatMap((body, i) => Array.from({ length: i < 3 ? 11 : 10 }, (_, n) => `${body}.${n + 1}`));
const MEMBERS = BODIES.flatMap((body) => Array.from({ length: KEYS }, (_, n) => `${body}.${n + 1}`));

/** @param {string} member office-NN.N */
export const bodyOf = (member) => member.split('.')[0];

/** A shell script in a folder, with the command as "$U"; it must end well, and what the command says on standard error comes with a failure. @param {string} folder @param {string} script @param {string[]} args */
async function shell(folder, script, args) {
	const child = spawn('sh', ['-e', '-c', script, 'crowd', ...args], { cwd: folder, env: { ...process.env, U: UND }, stdio: ['ignore', 'ignore', 'pipe'] });
	let said = '';
	child.stderr.on('data', (bytes) => (said += bytes));
	const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
	assert.equal(code, 0, `${script}: ${said.slice(-2000)}`);
}

/** The script once for each, as "$1". @param {string} folder @param {string[]} all @param {string} script */
async function each(folder, all, script) {
	const shares = Array.from({ length: Math.ceil(all.length / SHARE) }, (_, i) => all.slice(i * SHARE, (i + 1) * SHARE));
	const work = async () => {
		for (let share; (share = shares.shift()); )
			await shell(folder, `while [ $# != 0 ]; do ${script}; shift; done`, share);
	};
	await Promise.all(Array.from({ length: WIDTH }, work));
}

/** Everybody makes a key and enrols; the registrars make staff.roster, signed by both. @param {import('./served.js').Institution} town */
export async function enrolAll(town) {
	await each(town.path, MEMBERS, '"$U" key new -o "$1.key" --series staff --no-passphrase; "$U" key enrol "$1.key" --body "${1%.*}" -o "$1.enrol"');
	town.write('bodies.csv', BODIES.map((body, i) => `${body},Office ${i + 1} of the Service,${KEYS + i % 5}\n`).join(''));
	town.ok('roster', 'new', '--series', 'staff', '--name', 'The Service', '--edition', '1', '--from', day(-90), '--until', UNTIL, '--bodies', 'bodies.csv', '-o', 'staff.roster',
		'--enrolments', ...MEMBERS.map((member) => `${member}.enrol`));
	for (const who of ['r1', 'r2'])
		town.ok('cosign', 'staff.roster', '--authority', who);
}

/** Each signs in the own body's ring: MEMBER.line. @param {string} folder @param {string} letter @param {string} link file @param {string[]} members */
export const signAll = (folder, letter, link, members) => each(folder, members, `"$U" sign ${letter} --key "$1.key" --ring "\${1%.*}" --link-file ${link} --yes --force -o "$1.line"`);

/** Each votes so: MEMBER.vote. @param {string} folder @param {string} letter @param {string} question @param {string} choice @param {string[]} members */
export const voteAll = (folder, letter, question, choice, members) => each(folder, members, `"$U" vote ${letter} --question=${question} --choice ${choice} --key "$1.key" -o "$1.vote"`);

/** Hands the files in with `submit`, in as few submissions as may be, of the same size, one after the other. @param {string} folder @param {string} address of the letter @param {string[]} files */
export async function submitAll(folder, address, files) {
	const times = Math.ceil(files.length / TOGETHER);
	for (let i = 0; i < times; i++)
		await shell(folder, '"$U" submit "$@"', [...files.slice(Math.ceil(i * files.length / times), Math.ceil((i + 1) * files.length / times)), '--to', address]);
}
