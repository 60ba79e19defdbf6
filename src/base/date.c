/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* date.c: days of the years 2000 to 2999 */
#include "base/encode.h"

enum {
	YEAR_FIRST = 2000,
	YEAR_LAST = 2999
};

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
	static const uint8_t length[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return length[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* days from 2000-01-01 to the first day of a year */
static und_day year_start(int year)
{
	int y = year - YEAR_FIRST;

	return y * 365 + (y + 3) / 4 - (y + 99) / 100 + (y + 399) / 400;
}

/* n digits at p, or -1 */
static int digits(const uint8_t *p, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = 10 * v + (p[i] - '0');
	}
	return v;
}

enum und_err und_date_decode(und_day *out, struct und_bytes text)
{
	int year, month, day;
	und_day d;

	if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-')
		return UND_ERR_DATE;
	year = digits(text.p, 4);
	month = digits(text.p + 5, 2);
	day = digits(text.p + 8, 2);
	if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12 || day < 1 || day > month_length(year, month))
		return UND_ERR_DATE;
	d = year_start(year) + day - 1;
	for (int m = 1; m < month; m++)
		d += month_length(year, m);
	*out = d;
	return UND_OK;
}

static void put_digits(char *out, int n, int v)
{
	while (n-- > 0) {
		out[n] = (char)('0' + v % 10);
		v /= 10;
	}
}

void und_date_encode(char out[11], und_day day)
{
	int year, month = 1;

	if (day == UND_DAY_NONE) {
		out[0] = '\0';
		return;
	}
	und_bug_if(day < 0 || day >= year_start(YEAR_LAST + 1));
	year = YEAR_FIRST + day / 366; /* at most two too early */
	while (year_start(year + 1) <= day)
		year++;
	day -= year_start(year);
	for (; day >= month_length(year, month); month++)
		day -= month_length(year, month);
	put_digits(out, 4, year);
	out[4] = '-';
	put_digits(out + 5, 2, month);
	out[7] = '-';
	put_digits(out + 8, 2, day + 1);
	out[10] = '\0';
}
