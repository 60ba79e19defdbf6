// SPDX-License-Identifier: AGPL-3.0-or-later
// record/day.js: days, YYYY-MM-DD, UTC: real ones of the years 2000 … 2999 (spec/records.md, Form). They compare as strings

const FORM = /^2\d{3}-\d{2}-\d{2}$/;
const MILLISECONDS = 86_400_000;

/** @param {string} text @returns {boolean} */
export function isDay(text) {
	if (!FORM.test(text))
		return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text; /* 31 February is no day */
}

/** From one day to another; below 0 when it is earlier. @param {string} from @param {string} to @returns {number} */
export const daysBetween = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MILLISECONDS);
