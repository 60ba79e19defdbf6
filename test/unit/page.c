/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page.c: markup says what was given and nothing else; a letter's body loads nothing and hides nothing */
#include <sys/wait.h>
#include <unistd.h>

#include "page/markdown.h"
#include "tap.h"

enum { ROOM = 1 << 20 };

static void is_written(const struct und_buf *b, const char *wanted)
{
	EQ(b->err, UND_OK);
	if (b->n != strlen(wanted) || memcmp(b->p, wanted, b->n) != 0)
		tap_fail("%.*s is not %s", (int)b->n, (const char *)b->p, wanted);
}

TEST(what_is_given_is_text)
{
	struct und_buf b;
	struct und_html h;

	und_buf_init(&b, ROOM);
	und_html_init(&h, &b);
	und_html_open(&h, "p");
	und_html_attribute_str(&h, "title", "\"><script>&'");
	und_html_str(&h, "a < b && \"c\" > 'd'");
	und_html_open(&h, "br");
	und_html_close(&h);
	und_html_number(&h, 9871000);
	und_html_close(&h);
	und_html_end(&h);
	is_written(&b, "<!DOCTYPE html>\n<p title=\"&quot;&gt;&lt;script&gt;&amp;&#39;\">a &lt; b &amp;&amp; &quot;c&quot; &gt; &#39;d&#39;<br>9,871,000</p>");
	und_buf_clear(&b);
}

TEST(an_element_may_be_empty)
{
	struct und_buf b;
	struct und_html h;

	und_buf_init(&b, ROOM);
	und_html_init_fragment(&h, &b);
	und_html_open(&h, "td");
	und_html_flag(&h, "hidden");
	und_html_close(&h);
	und_html_element_str(&h, "b", "");
	und_html_number(&h, 0);
	is_written(&b, "<td hidden></td><b></b>0");
	und_buf_clear(&b);
}

TEST(an_address_leads_to_known_places_only)
{
	static const struct {
		const char *address;
		bool stands;
	} cases[] = {
		{ "/letters/harbour", true },       { "#words", true },         { "?page=2", true },        { "/", true },
		{ "https://example.org/a?b=c", true }, { "HTTP://example.org", true }, { "mailto:a@example.org", true },
		{ "javascript:alert(1)", false },   { "JaVaScRiPt:alert(1)", false }, { "//example.org", false }, { "data:text/html,x", false },
		{ "/\\example.org", false },        { "java\tscript:x", false }, { " https://example.org", false }, { "", false },
		{ "letters", false },               { "https://a b", false },   { "vbscript:x", false },
	};

	for (size_t i = 0; i < UND_COUNT_OF(cases); i++) {
		struct und_buf b;
		struct und_html h;

		und_buf_init(&b, ROOM);
		und_html_init_fragment(&h, &b);
		und_html_open(&h, "a");
		if (und_html_address(&h, "href", und_cstr(cases[i].address)) != cases[i].stands)
			tap_fail("wrong about %s", cases[i].address);
		und_html_close(&h);
		CHECK((memmem(b.p, b.n, "href", 4) != NULL) == cases[i].stands);
		und_buf_clear(&b);
	}
}

/* Our own mistakes end the program: in a child. */
static bool aborts(void (*act)(struct und_html *))
{
	struct und_buf b;
	struct und_html h;
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		und_buf_init(&b, ROOM);
		und_html_init_fragment(&h, &b);
		act(&h);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status);
}
static void handler(struct und_html *h)
{
	und_html_open(h, "p");
	und_html_attribute_str(h, "onclick", "x");
}
static void href_as_text(struct und_html *h)
{
	und_html_open(h, "a");
	und_html_attribute_str(h, "href", "/");
}
static void strange_name(struct und_html *h)
{
	und_html_open(h, "p><script");
}
static void late(struct und_html *h)
{
	und_html_open(h, "p");
	und_html_str(h, "x");
	und_html_attribute_str(h, "id", "x");
}
static void left_open(struct und_html *h)
{
	und_html_open(h, "p");
	und_html_end(h);
}
static void closed(struct und_html *h)
{
	und_html_open(h, "p");
	und_html_close(h);
	und_html_end(h);
}

TEST(our_own_mistakes_end_the_program)
{
	CHECK(aborts(handler));
	CHECK(aborts(href_as_text));
	CHECK(aborts(strange_name));
	CHECK(aborts(late));
	CHECK(aborts(left_open));
	CHECK(!aborts(closed));
}

static void markdown_is(const char *text, const char *wanted)
{
	struct und_buf b;
	struct und_html h;

	und_buf_init(&b, ROOM);
	und_html_init_fragment(&h, &b);
	OK(und_markdown_add(&h, und_cstr(text), 3));
	und_html_end(&h);
	is_written(&b, wanted);
	und_buf_clear(&b);
}

TEST(a_letters_body)
{
	markdown_is("One *two* **three**\nfour  \nfive", "<p>One <em>two</em> <strong>three</strong>\nfour<br>five</p>");
	markdown_is("# A\n\n###### B\n\n## C\n\n# D", "<h3>A</h3><h4>B</h4><h4>C</h4><h3>D</h3>");
	markdown_is("### A\n\n## B\n\n### C", "<h3>A</h3><h3>B</h3><h4>C</h4>");
	markdown_is("# A\n\n## B\n\n### C\n\n#### D\n\n##### E", "<h3>A</h3><h4>B</h4><h5>C</h5><h6>D</h6><h6>E</h6>");
	markdown_is("- a\n- b", "<ul><li>a</li><li>b</li></ul>");
	markdown_is("3. a\n\n4. b", "<ol start=\"3\"><li><p>a</p></li><li><p>b</p></li></ol>");
	markdown_is("> q\n\n---\n\n`c<d`\n\n    e&f", "<blockquote><p>q</p></blockquote><hr><p><code>c&lt;d</code></p><pre><code>e&amp;f\n</code></pre>");
}

TEST(raw_html_is_text)
{
	markdown_is("a <b onclick=x>c</b>", "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>");
	markdown_is("<script>alert(1)</script>", "<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;\n</code></pre>");
}

TEST(a_picture_is_its_description)
{
	markdown_is("x ![a *b* [c](https://d.example)](https://e.example/f.png) y", "<p>x a b c y</p>");
	markdown_is("![](/x)", "<p></p>");
}

TEST(a_reference_brings_back_nothing_that_cannot_be_seen)
{
	markdown_is("a&#x202e;b &rlm;c &eacute; `&#x202e;`", "<p>a\xef\xbf\xbd" "b \xef\xbf\xbd" "c \xc3\xa9 <code>&amp;#x202e;</code></p>");
	markdown_is("[a](https://b.example/&shy;)", "<p><a href=\"https://b.example/\xc2\xad\" rel=\"noreferrer nofollow\">a</a> (https://b.example/\xef\xbf\xbd)</p>");
}

TEST(a_link_shows_where_it_leads)
{
	markdown_is("[a](https://b.example)", "<p><a href=\"https://b.example\" rel=\"noreferrer nofollow\">a</a> (https://b.example)</p>");
	markdown_is("<https://b.example>", "<p><a href=\"https://b.example\" rel=\"noreferrer nofollow\">https://b.example</a></p>");
	markdown_is("<a@b.example>", "<p><a href=\"mailto:a@b.example\" rel=\"noreferrer nofollow\">a@b.example</a></p>");
	markdown_is("[https://good.example](https://bad.example)",
	            "<p><a href=\"https://bad.example\" rel=\"noreferrer nofollow\">https://good.example</a> (https://bad.example)</p>");
	markdown_is("[a](javascript:alert(1))", "<p><a rel=\"noreferrer nofollow\">a</a> (javascript:alert(1))</p>");
}

TEST(deep_nesting_keeps_its_words)
{
	char text[3000];
	struct und_buf b;
	struct und_html h;

	memset(text, '>', 2000);
	strcpy(text + 2000, " deep *er* [l](/m)");
	und_buf_init(&b, ROOM);
	und_html_init_fragment(&h, &b);
	OK(und_markdown_add(&h, und_cstr(text), 2));
	und_html_end(&h);
	CHECK(memmem(b.p, b.n, "deep er l", 9) != NULL);
	und_buf_clear(&b);
}
