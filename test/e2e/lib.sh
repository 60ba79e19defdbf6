# shellcheck shell=sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# lib.sh: tests of the command as people use it, in TAP. A test file is: . "$(dirname "$0")/lib.sh", then cases, then done_testing
#
#	case_ 'a wrong passphrase opens nothing'
#		expect 2 "$U" key show k --passphrase-file wrong
#		err_has 'wrong passphrase'
#	case_ …
#	done_testing
#
# $U is the program. Every file starts in an empty folder of its own, which goes away at the end. Output of the last command that
# expect ran stands in $OUT and $ERR, outside of that folder. A check that fails says so and lets the case go on; a case without
# any check has failed. Programs run without a terminal and with nothing on standard input, unless told: expect 0 … <file.

set -u
export LC_ALL=C.UTF-8 TZ=UTC
unset UND_SEED XDG_CONFIG_HOME 2>/dev/null || :
U=${1:?usage: $0 path/of/undersigned}
case $U in /*) ;; *) U=$PWD/$U ;; esac
HERE=$(cd "$(dirname "$0")" && pwd)
umask 022

W=$(mktemp -d "${TMPDIR:-/tmp}/undersigned-e2e.XXXXXX") || exit 99
trap 'chmod -R u+rwx "$W"; rm -rf "$W"' EXIT
trap 'exit 130' INT TERM HUP
OUT=$W/stdout ERR=$W/stderr
mkdir "$W/here" && cd "$W/here" || exit 99

e2e_cases=0 e2e_failed=0 e2e_checks=0 e2e_wrong=0 e2e_title=

close_case() {
	[ -n "$e2e_title" ] || return 0
	e2e_cases=$((e2e_cases + 1))
	if [ $e2e_checks = 0 ]; then
		e2e_wrong=1
		echo "# a case that checks nothing cannot fail"
	fi
	if [ $e2e_wrong = 0 ]; then
		echo "ok $e2e_cases - $e2e_title"
	else
		echo "not ok $e2e_cases - $e2e_title"
		e2e_failed=$((e2e_failed + 1))
	fi
	e2e_title=
}

case_() {
	close_case
	e2e_title=$1 e2e_checks=0 e2e_wrong=0
}

done_testing() {
	close_case
	echo "1..$e2e_cases"
	[ $e2e_failed = 0 ] && [ $e2e_cases -gt 0 ]
	exit
}

# holds MESSAGE COMMAND…: a check of one's own; the message says what is wrong when it fails
holds() {
	e2e_checks=$((e2e_checks + 1))
	e2e_message=$1
	shift
	"$@" >/dev/null && return 0
	e2e_wrong=1
	echo "# $e2e_title: $e2e_message"
	return 1
}

# show_output: what the last command said, as TAP comments
show_output() {
	sed 's/^/#   stdout: /' "$OUT" | head -n 20
	sed 's/^/#   stderr: /' "$ERR" | head -n 20
}

# expect CODE COMMAND…: runs it and looks at its exit code
expect() {
	e2e_want=$1
	shift
	"$@" >"$OUT" 2>"$ERR"
	e2e_code=$?
	e2e_checks=$((e2e_checks + 1))
	[ $e2e_code = "$e2e_want" ] && return 0
	e2e_wrong=1
	echo "# $e2e_title: exit $e2e_code, expected $e2e_want: $*"
	show_output
	return 1
}

# The same for the program with nothing to read: ok ARG…, refused ARG… (exit 1), usage ARG… (exit 2)
ok() { expect 0 "$U" "$@" </dev/null; }
refused() { expect 1 "$U" "$@" </dev/null; }
usage() { expect 2 "$U" "$@" </dev/null; }

# on DAY COMMAND…: as if today were DAY (YYYY-MM-DD, at noon)
on() {
	e2e_day=$1
	shift
	# faketime is preloaded before ASan's runtime, where that is built in; its own checks start later and lose nothing
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 NO_FAKE_STAT=1 "$HERE/at.sh" "$e2e_day 12:00:00" "$@"
}

has() {
	e2e_checks=$((e2e_checks + 1))
	grep -q -F -e "$2" "$1" && return 0
	e2e_wrong=1
	echo "# $e2e_title: not said: $2"
	show_output
	return 1
}
has_not() {
	e2e_checks=$((e2e_checks + 1))
	grep -q -F -e "$2" "$1" || return 0
	e2e_wrong=1
	echo "# $e2e_title: said: $2"
	show_output
	return 1
}
# out_has TEXT, err_has TEXT: somewhere in it, as written. out_line LINE: a whole line of it. out_is TEXT: all of it.
out_has() { has "$OUT" "$1"; }
err_has() { has "$ERR" "$1"; }
out_has_not() { has_not "$OUT" "$1"; }
err_has_not() { has_not "$ERR" "$1"; }
out_line() { holds "no line: $1" grep -q -x -F -e "$1" "$OUT" || { show_output; return 1; }; }
out_is() { printf '%s\n' "$1" >"$W/wanted"; holds "output is not: $1" cmp -s "$W/wanted" "$OUT" || { show_output; return 1; }; }
out_empty() { holds 'something on stdout' test ! -s "$OUT" || { show_output; return 1; }; }
err_empty() { holds 'something on stderr' test ! -s "$ERR" || { show_output; return 1; }; }

# files: same A B; differ A B; present F…; absent F…; mode F OCTAL; only NAME…: the folder holds these and nothing else
same() { holds "$1 and $2 differ" cmp -s "$1" "$2"; }
differ() { holds "$1 and $2 are the same" sh -c '! cmp -s "$1" "$2"' sh "$1" "$2"; }
present() { for f in "$@"; do holds "missing: $f" test -e "$f"; done; }
absent() { for f in "$@"; do holds "exists: $f" test ! -e "$f"; done; }
mode() { holds "mode of $1 is $(stat -c %a "$1"), not $2" test "$(stat -c %a "$1")" = "$2"; }
only() {
	printf '%s\n' "$@" | sort >"$W/wanted"
	ls -A | sort >"$W/found"
	holds "the folder holds: $(tr '\n' ' ' <"$W/found")" cmp -s "$W/wanted" "$W/found"
}
# json PYTHON-EXPRESSION: about $OUT as value j: json 'j["valid"] is True and j["signers"] == 3'
json() {
	holds "not so: $1" python3 -c 'import json, sys; j = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' "$OUT" "$1" ||
		{ show_output; return 1; }
}
