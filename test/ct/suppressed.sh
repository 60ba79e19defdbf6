#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# suppressed.sh VALGRIND PROGRAM: what libdecaf.supp hides while PROGRAM runs are two places in the code and no more, both asserts
set -u
here=$(cd "$(dirname "$0")" && pwd)
echo 1..2

# With one frame a context is an address.
said=$("$1" --error-limit=no --num-callers=1 --suppressions="$here/libdecaf.supp" "$2" 2>&1 >/dev/null | grep 'ERROR SUMMARY')
case $said in
*'(suppressed: '*' from 2)') echo 'ok 1 - two places are suppressed' ;;
*) echo "# $said"; echo 'not ok 1 - two places are suppressed' ;;
esac

# In the function: a forward jump that is taken to a call of __assert_fail, twice; its other jumps close loops with a fixed count.
asserts=$(objdump -d --no-show-raw-insn "$2" | awk '
	/<gf_25519_strong_reduce>:/ { inside = 1; next }
	inside && /^$/ { exit }
	inside && /__assert_fail/ { n++ }
	END { print n + 0 }')
if [ "$asserts" = 2 ]; then echo 'ok 2 - the function holds two asserts'; else echo "# $asserts"; echo 'not ok 2 - the function holds two asserts'; fi
