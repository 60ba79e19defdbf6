/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bar.c: progress on stderr: only on a terminal, only for work that takes a while, gone when finished */
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

enum { PATIENCE_MS = 200, REDRAW_MS = 80 };

static int64_t now_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void cli_bar_begin(struct cli_bar *bar, const char *what, uint64_t total)
{
	*bar = (struct cli_bar){ .what = what, .total = total, .begun = now_ms(), .tty = und_tty_is(STDERR_FILENO) };
	bar->drawn = bar->begun;
}

static void draw(const struct cli_bar *bar)
{
	enum { WIDE = 30 };
	unsigned width = und_tty_width(), filled, percent;
	char cells[WIDE + 1], number[32];

	if (bar->total == 0) {
		fprintf(stderr, "\r\033[K%.*s %s", (int)(width > 40 ? width - 30 : 10), bar->what, cli_number(number, bar->done));
		return;
	}
	percent = (unsigned)(bar->done >= bar->total ? 100 : (double)bar->done / (double)bar->total * 100);
	filled = percent * WIDE / 100;
	for (unsigned i = 0; i < WIDE; i++)
		cells[i] = i < filled ? '=' : i == filled ? '>' : ' ';
	cells[WIDE] = '\0';
	if (width < 60)
		fprintf(stderr, "\r\033[K%.*s %u %%", (int)(width > 20 ? width - 10 : 10), bar->what, percent);
	else
		fprintf(stderr, "\r\033[K%.*s [%s] %u %%", (int)(width - WIDE - 10), bar->what, cells, percent);
}

void cli_bar_set(struct cli_bar *bar, uint64_t done)
{
	int64_t now;

	bar->done = done;
	if (!bar->tty)
		return;
	now = now_ms();
	if (now - bar->begun < PATIENCE_MS || now - bar->drawn < REDRAW_MS)
		return;
	bar->drawn = now;
	bar->shown = true;
	draw(bar);
	fflush(stderr);
}

void cli_bar_end(struct cli_bar *bar)
{
	if (bar->shown)
		fputs("\r\033[K", stderr);
	bar->shown = false;
}

static int tell(void *ctx, uint64_t done, uint64_t total)
{
	struct cli_bar *bar = ctx;

	if (bar->total == 0)
		bar->total = total;
	cli_bar_set(bar, done);
	return cli_interrupted();
}

struct und_progress cli_bar_progress(struct cli_bar *bar)
{
	return (struct und_progress){ tell, bar };
}
