// SPDX-License-Identifier: AGPL-3.0-or-later
// release_notes.js: what is new in a version, with the hash of its page: node web/release_notes.js [VERSION]. NEWS.md holds the words; the figures are those of the page that these sources make

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage, shortForm } from './build.js';

const NEWS = fileURLToPath(new URL('../NEWS.md', import.meta.url));

/**
 * The section of a version, its holes filled.
 * @param {string} news the text of NEWS.md @param {string} version '' for the newest @param {Record<string, string>} figures by the hole's name
 * @returns {string}
 */
export function sectionOf(news, version, figures) {
	const sections = news.split(/^(?=## )/m).slice(1);
	const section = sections.find((text) => version === '' || text.startsWith(`## ${version} `) || text.startsWith(`## ${version}\n`));
	if (section === undefined)
		throw new Error(`NEWS.md has no section for ${version || 'any version'}`);
	return section.replace(/\{\{([\w.]+)\}\}/g, (_, name) => {
		if (!Object.hasOwn(figures, name))
			throw new Error(`NEWS.md asks for ${name}, which nothing gives`);
		return figures[name];
	});
}

/** @param {string} version @returns {Promise<string>} */
export async function releaseNotes(version) {
	const { html, sha256 } = await buildPage();
	return sectionOf(readFileSync(NEWS, 'utf8'), version, { 'page.bytes': html.length.toLocaleString('en'), 'page.sha256': Buffer.from(sha256).toString('hex'), 'page.short': shortForm(sha256) });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
	process.stdout.write(await releaseNotes(process.argv[2] ?? ''));
