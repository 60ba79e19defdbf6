/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* picture.c: marks in rings around a sheet, drawn with whole numbers (1/256 of a pixel; angles in 2^32 to the turn), as an indexed PNG (ISO/IEC 15948) */
#include "page/picture.h"

#include <stdlib.h>
#include <zlib.h>

enum {
	ONE = 256,       /* a pixel */
	LEVELS = 15,     /* of a mark's edge */
	HUES = 4,
	FLAT = 4,        /* edge, paper, heading, text of the sheet */
	COLOURS = 1 + HUES * LEVELS + FLAT,
	PITCH_MAX = 26 * ONE, PITCH_MIN = 2 * ONE
};

static const uint8_t hues[HUES][3] = { { 0x2b, 0x7c, 0xa4 }, { 0xb4, 0x74, 0x1d }, { 0x3a, 0x8c, 0x5a }, { 0x97, 0x58, 0x8d } };
static const uint8_t flat[FLAT][3] = { { 0x7b, 0x84, 0x90 }, { 0xff, 0xfe, 0xfb }, { 0x17, 0x50, 0x6f }, { 0xc4, 0xbf, 0xb2 } };
enum { EDGE = 1 + HUES * LEVELS, PAPER, HEADING, TEXT };

/* What is drawn: all lengths times scale; on nothing, or on its ground; per_metre: pixels, 0: no size on paper. */
struct form {
	int width, height, scale;
	bool clear;
	uint8_t ground[3];
	uint32_t per_metre;
};
static const struct form square_form = { UND_PICTURE_SIDE, UND_PICTURE_SIDE, 1, true, { 0xf6, 0xf4, 0xef }, 0 };
static const struct form preview_form = { UND_PREVIEW_WIDTH, UND_PREVIEW_HEIGHT, 1, false, { 0xf6, 0xf4, 0xef }, 0 };
static const struct form print_form = { UND_PICTURE_PRINT_SIDE, UND_PICTURE_PRINT_SIDE, UND_PICTURE_PRINT_SIDE / UND_PICTURE_SIDE, false, { 0xff, 0xff, 0xff },
	                                UND_PICTURE_PRINT_DPI * 10000 / 254 };

struct canvas {
	int width, height;
	uint8_t *at; /* rows of height, each width colours */
};

/* ---- angles ---- */

/* sin(2 pi a / 2^32) in 2^14, by Taylor's series for a quarter turn: the error is below half of the last digit. */
static int sine(uint32_t a)
{
	const bool falls = (a >> 30 & 1) != 0, below = a >> 31 != 0;
	const int64_t x = falls ? ((int64_t)1 << 30) - (a & 0x3fffffff) : a & 0x3fffffff, x2 = x * x >> 30;
	int64_t y = 172272; /* (pi/2)^9 / 9! in 2^30, and so on */

	y = 5026998 - (x2 * y >> 30);
	y = 85569306 - (x2 * y >> 30);
	y = 693598668 - (x2 * y >> 30);
	y = 1686629713 - (x2 * y >> 30);
	y = (x * y >> 30) >> 16;
	return (int)(below ? -y : y);
}

static int cosine(uint32_t a)
{
	return sine(a + 0x40000000);
}

/* ---- where the marks stand ---- */

struct slot {
	uint32_t angle; /* from the top, clockwise */
	int radius;
};

/* The rings that hold the slots: pitch: between neighbours in a ring; step: between rings. */
struct plan {
	int first, last; /* radii of the band */
	int widest;      /* pitch */
	int pitch, step;
	size_t rings;
	uint64_t room;   /* slots of these rings */
};

static int ring_radius(const struct plan *p, size_t ring)
{
	return p->first + p->step / 2 + (int)ring * p->step;
}

/* 2 pi r / pitch */
static uint64_t ring_room(const struct plan *p, size_t ring)
{
	return (uint64_t)ring_radius(p, ring) * 6434 / 1024 / (uint64_t)p->pitch;
}

/* The widest pitch, and with it the fewest rings, that has room for so many. */
static void fit(struct plan *p, uint64_t slots)
{
	for (p->pitch = p->widest; p->pitch > PITCH_MIN; p->pitch -= 1 + p->pitch / 128) {
		const size_t most = (size_t)((p->last - p->first) / (p->pitch * 9 / 4));

		p->step = p->pitch * 9 / 4;
		p->room = 0;
		for (p->rings = 0; p->rings < most && p->room < slots; p->rings++)
			p->room += ring_room(p, p->rings);
		if (p->room >= slots)
			return;
	}
	und_bug_if(p->room < slots); /* PICTURE_MARKS_MAX fit */
}

static int compare_slots(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	if (x->angle != y->angle)
		return x->angle < y->angle ? -1 : 1;
	return x->radius < y->radius ? -1 : x->radius > y->radius;
}

/* Exactly n slots: each ring gets its share, evenly around; then all in the order of their angles, so that those who follow one another stand together. */
static void place(struct slot *slots, size_t n, const struct plan *p)
{
	uint64_t before = 0;
	size_t made = 0;

	for (size_t ring = 0; ring < p->rings; ring++) {
		const uint64_t upto = before + ring_room(p, ring);
		const size_t end = (size_t)((uint64_t)n * upto / p->room), count = end - made;

		for (size_t i = 0; made < end; i++, made++)
			slots[made] = (struct slot){ (uint32_t)((((uint64_t)(2 * i + ring % 2) << 31) / count)), ring_radius(p, ring) };
		before = upto;
	}
	und_bug_if(made != n);
	qsort(slots, n, sizeof *slots, compare_slots);
}

/* ---- drawing ---- */

/* A round-ended stroke, along the way from the middle. */
struct stroke {
	int x, y, ux, uy; /* middle; direction in 2^14 */
	int half, thick;  /* half of its length and of its width */
};

/* The square of how far a point is from the stroke's middle line. */
static int64_t distance(const struct stroke *s, int x, int y)
{
	const int64_t dx = x - s->x, dy = y - s->y;
	int64_t along = (dx * s->ux + dy * s->uy) >> 14, ax, ay;

	along = along > s->half ? s->half : along < -s->half ? -s->half : along;
	ax = dx - (along * s->ux >> 14);
	ay = dy - (along * s->uy >> 14);
	return ax * ax + ay * ay;
}

/* How many of a pixel's sixteen points it covers. Most pixels lie wholly in or out, which their middle tells: no point is further from it than 136; 8 more for the rounding above. */
static unsigned covered(const struct stroke *s, int x, int y)
{
	enum { REACH = 136 + 8 };
	const int64_t middle = distance(s, x + ONE / 2, y + ONE / 2), thick = s->thick;
	unsigned n = 0;

	if (middle > (thick + REACH) * (thick + REACH))
		return 0;
	if (thick > REACH && middle < (thick - REACH) * (thick - REACH))
		return 16;
	for (int i = 0; i < 16; i++)
		n += distance(s, x + (i % 4) * 64 + 32, y + (i / 4) * 64 + 32) <= thick * thick;
	return n;
}

static void draw_stroke(struct canvas *c, const struct stroke *s, unsigned hue)
{
	const int reach = s->half + s->thick + ONE;

	for (int y = (s->y - reach) / ONE; y <= (s->y + reach) / ONE; y++) {
		for (int x = (s->x - reach) / ONE; x <= (s->x + reach) / ONE; x++) {
			const unsigned n = covered(s, x * ONE, y * ONE) * LEVELS / 16;
			uint8_t *at = c->at + (size_t)y * (size_t)c->width + (size_t)x;

			if (n > 0 && (*at == 0 || (*at - 1u) % LEVELS + 1 < n))
				*at = (uint8_t)(1 + hue * LEVELS + n - 1);
		}
	}
}

static void draw_box(struct canvas *c, int x, int y, int width, int height, uint8_t colour)
{
	for (int row = y; row < y + height; row++)
		memset(c->at + (size_t)row * (size_t)c->width + (size_t)x, colour, (size_t)width);
}

/* The letter: a sheet with a heading and lines; unit: a twelfth of half its width; edge: around it. */
static void draw_sheet(struct canvas *c, int unit, int edge)
{
	static const uint8_t lines[] = { 18, 17, 18, 11, 0, 18, 16, 17, 8 };
	const int x = c->width / 2 - 12 * unit, y = c->height / 2 - 16 * unit;

	draw_box(c, x, y, 24 * unit, 32 * unit, EDGE);
	draw_box(c, x + edge, y + edge, 24 * unit - 2 * edge, 32 * unit - 2 * edge, PAPER);
	draw_box(c, x + 3 * unit, y + 4 * unit, 13 * unit, unit + unit / 2, HEADING);
	for (size_t i = 0; i < UND_COUNT_OF(lines); i++)
		draw_box(c, x + 3 * unit, y + (9 + 2 * (int)i) * unit, lines[i] * unit, unit * 3 / 4, TEXT);
}

/* ---- who stands where ---- */

struct crowd {
	const uint64_t *groups;
	size_t count, filled; /* filled: groups that are not empty */
	uint64_t marks, each; /* each: how many signers a mark stands for */
};

static uint64_t marks_of(const struct crowd *w, size_t group)
{
	return w->groups[group] / w->each + (w->groups[group] % w->each != 0);
}

static void count_marks(struct crowd *w)
{
	for (w->each = 1;; w->each++) {
		w->marks = 0;
		w->filled = 0;
		for (size_t i = 0; i < w->count; i++) {
			const uint64_t n = marks_of(w, i);

			w->marks = w->marks > UINT32_MAX - n ? UINT32_MAX : w->marks + n; /* far above the maximum anyhow */
			w->filled += n > 0;
		}
		if (w->marks <= UND_PICTURE_MARKS_MAX || w->filled >= UND_PICTURE_MARKS_MAX)
			break;
		/* in leaps, then by a sixty-fourth: a few hundred rounds at most */
		if (w->marks / UND_PICTURE_MARKS_MAX > 1)
			w->each *= w->marks / UND_PICTURE_MARKS_MAX;
		else
			w->each += w->each / 64;
	}
	if (w->marks > UND_PICTURE_MARKS_MAX)
		w->marks = UND_PICTURE_MARKS_MAX; /* more bodies than marks: the last ones find no place */
}

static void draw_marks(struct canvas *c, const struct slot *slots, size_t n, const struct plan *p, const struct crowd *w)
{
	size_t at = 0, group_number = 0;

	for (size_t group = 0; group < w->count; group++) {
		const uint64_t marks = marks_of(w, group);
		/* the last must not look like the first, beside which it stands */
		const unsigned hue = group_number + 1 == w->filled && group_number % HUES == 0 && group_number > 0 ? 1 : (unsigned)(group_number % HUES);

		if (marks == 0)
			continue;
		for (uint64_t i = 0; i < marks && at < n; i++, at++) {
			const int ux = sine(slots[at].angle), uy = -cosine(slots[at].angle);
			const struct stroke s = {
				c->width * ONE / 2 + (int)((int64_t)slots[at].radius * ux >> 14), c->height * ONE / 2 + (int)((int64_t)slots[at].radius * uy >> 14),
				ux, uy, p->pitch * 2 / 3, p->pitch * 2 / 9,
			};

			draw_stroke(c, &s, hue);
		}
		group_number++;
	}
}

static enum und_err draw(struct canvas *c, const struct crowd *w, const struct form *f)
{
	const bool square = f->width == f->height;
	struct plan p = { .first = (square ? 172 : 126) * f->scale * ONE, .last = (square ? 444 : 308) * f->scale * ONE, .widest = PITCH_MAX * f->scale };
	struct slot *slots;
	const size_t n = (size_t)w->marks;

	draw_sheet(c, (square ? 8 : 6) * f->scale, 2 * f->scale);
	if (n == 0)
		return UND_OK;
	fit(&p, n);
	slots = und_alloc(n, sizeof *slots);
	if (slots == NULL)
		return UND_ERR_MEMORY;
	place(slots, n, &p);
	draw_marks(c, slots, n, &p, w);
	free(slots);
	return UND_OK;
}

/* ---- PNG ---- */

static void add_chunk(struct und_buf *out, const char *type, struct und_bytes data)
{
	uLong crc = crc32(0, (const Bytef *)type, 4);

	if (data.n > 0)
		crc = crc32(crc, data.p, (uInt)data.n);
	und_buf_add_u32be(out, (uint32_t)data.n);
	und_buf_add(out, type, 4);
	und_buf_add_bytes(out, data);
	und_buf_add_u32be(out, (uint32_t)crc);
}

/* Colours by number: nothing; each hue from faint to full; those of the sheet. On nothing faint is a small alpha, on paper it is mixed. */
static void add_palette(struct und_buf *out, const struct form *f)
{
	uint8_t palette[COLOURS][3], alpha[COLOURS];

	memcpy(palette[0], f->ground, 3);
	alpha[0] = 0;
	for (size_t i = 0; i < HUES * LEVELS; i++) {
		const int level = (int)(i % LEVELS) + 1;

		for (size_t k = 0; k < 3; k++) {
			const int full = hues[i / LEVELS][k];

			palette[1 + i][k] = (uint8_t)(f->clear ? full : (full * level + f->ground[k] * (LEVELS - level)) / LEVELS);
		}
		alpha[1 + i] = (uint8_t)(level * 255 / LEVELS);
	}
	memcpy(palette[EDGE], flat, sizeof flat);
	memset(alpha + EDGE, 255, FLAT);
	add_chunk(out, "PLTE", und_bytes(palette, sizeof palette));
	if (f->clear)
		add_chunk(out, "tRNS", und_bytes(alpha, sizeof alpha));
}

/* How large on paper (ISO/IEC 15948, pHYs). */
static void add_size(struct und_buf *out, const struct form *f)
{
	uint8_t size[9] = { [8] = 1 }; /* a metre */

	if (f->per_metre == 0)
		return;
	und_store_u32be(size, f->per_metre);
	und_store_u32be(size + 4, f->per_metre);
	add_chunk(out, "pHYs", und_bytes(size, sizeof size));
}

static enum und_err add_png(struct und_buf *out, const struct canvas *c, const struct form *f)
{
	const size_t row = (size_t)c->width + 1, size = row * (size_t)c->height;
	uint8_t head[13] = { [8] = 8, [9] = 3 }; /* eight bits, indexed */
	uint8_t *raw = und_alloc(size, 1);
	uLongf packed_size = compressBound((uLong)size);
	uint8_t *packed = und_alloc(packed_size, 1);
	enum und_err e = UND_ERR_MEMORY;

	if (raw == NULL || packed == NULL)
		goto out;
	for (int y = 0; y < c->height; y++)
		memcpy(raw + (size_t)y * row + 1, c->at + (size_t)y * (size_t)c->width, (size_t)c->width); /* before it 0: no filter */
	/* a tenth more bytes than at 9, in a seventh of the time: whoever brings a letter chooses how often it is drawn */
	if (compress2(packed, &packed_size, raw, (uLong)size, 6) != Z_OK)
		goto out;
	und_store_u32be(head, (uint32_t)c->width);
	und_store_u32be(head + 4, (uint32_t)c->height);
	und_buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	add_chunk(out, "IHDR", und_bytes(head, sizeof head));
	add_size(out, f);
	add_palette(out, f);
	add_chunk(out, "IDAT", und_bytes(packed, packed_size));
	add_chunk(out, "IEND", und_bytes(NULL, 0));
	e = out->err;
out:
	free(raw);
	free(packed);
	return e;
}

static enum und_err make(struct und_buf *out, const uint64_t *groups, size_t count, const struct form *f)
{
	struct canvas c = { f->width, f->height, NULL };
	struct crowd w = { .groups = groups, .count = count };
	enum und_err e;

	c.at = und_alloc((size_t)c.width * (size_t)c.height, 1);
	if (c.at == NULL)
		return UND_ERR_MEMORY;
	count_marks(&w);
	e = draw(&c, &w, f);
	if (e == UND_OK)
		e = add_png(out, &c, f);
	free(c.at);
	return e;
}

enum und_err und_picture_png(struct und_buf *out, const uint64_t *groups, size_t count, bool square)
{
	return make(out, groups, count, square ? &square_form : &preview_form);
}

enum und_err und_picture_print(struct und_buf *out, const uint64_t *groups, size_t count)
{
	return make(out, groups, count, &print_form);
}
