#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# run.sh BUILD SECONDS [TARGET]: every fuzz target (or one) for so many seconds, two at a time; 1 when any found something
# New inputs are kept in BUILD/corpus/TARGET, what broke in BUILD/found, what was said in BUILD/log.
set -eu
build=$1 seconds=$2 only=${3-}
here=$(cd "$(dirname "$0")" && pwd)
cd "$build"
mkdir -p corpus found log

# one TARGET
one='
	name=$1
	seeds=$2/corpus/$name
	[ "$name" != letter ] || seeds="$seeds $2/../vectors/letters"
	dictionary=$2/$name.dict
	[ -f "$dictionary" ] && dictionary=-dict=$dictionary || dictionary=
	mkdir -p "corpus/$name"
	if "test/fuzz/fuzz_$name" -max_total_time="$3" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
		-artifact_prefix="found/$name-" $dictionary "corpus/$name" $seeds >"log/$name" 2>&1
	then verdict="found nothing"; else verdict="FOUND SOMETHING: see $PWD/log/$name"; fi
	runs=$(sed -n "s/^stat::number_of_executed_units: *//p" "log/$name")
	echo "$name: ${runs:-?} inputs, $(grep -o "cov: [0-9]*" "log/$name" | tail -n 1), $verdict"
'
ls test/fuzz | sed -n 's/^fuzz_\([a-z0-9_]*\)$/\1/p' | { if [ -n "$only" ]; then grep -x -e "$only"; else cat; fi; } |
	xargs -P 2 -I NAME sh -c "$one" run.sh NAME "$here" "$seconds" | tee log/summary
[ -s log/summary ] || { echo "no such target: $only" >&2; exit 2; }
! grep -q FOUND log/summary
