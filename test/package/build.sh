#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# build.sh OUT WORK: what a release consists of, made of HEAD twice, in circumstances that differ; OUT holds it when every file came out the same, byte by byte.
# WORK is emptied before and stays for whoever wants to look. What must be installed, and web/node_modules, is ./dev's business.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
out=$(realpath -m "$1") work=$(realpath -m "$2")
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$top/meson.build")
arch=$(dpkg --print-architecture)
name=undersigned-$version
commit=$(git -C "$top" rev-parse HEAD) # whatever is committed meanwhile

say() { printf 'package: %s\n' "$*" >&2; }

# source DIR: HEAD's files and the page made of them, as a tarball that depends on HEAD alone
source_tarball() {
	mkdir -p "$1"
	git -C "$top" -c tar.umask=0022 archive --format=tar --prefix="$name/" "$commit" | tar -x -C "$1"
	cmp -s "$1/$name/web/package-lock.json" "$top/web/node_modules/.lock" || { say "web/node_modules is not what HEAD's web/package-lock.json names"; exit 2; }
	ln -s "$top/web/node_modules" "$1/$name/web/node_modules"
	node "$1/$name/web/build.js" "$1/$name/web/undersigned.html" >"$1/page.log"
	rm "$1/$name/web/node_modules"
	tar -c -C "$1" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="@$(git -C "$top" log -1 --format=%ct "$commit")" "$name" |
		xz -6 --threads=1 >"$1/$name.tar.xz"
	rm -r "${1:?}/$name"
}

# static_binary SOURCE TO: the command in one file that needs no other
static_binary() {
	(
		cd "$1"
		for flags in CFLAGS CPPFLAGS; do export "$flags=$(DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get $flags)"; done
		meson setup static -Dstatic=true -Dtests=false -Dbuildtype=plain -Dprefix=/usr
		ninja -C static src/cli/undersigned
	)
	strip -o "$2" "$1/static/src/cli/undersigned"
}

# once DIR: everything, from the tarball alone, beside which it is then
once() {
	tar -x -C "$1" -f "$1/$name.tar.xz"
	(cd "$1/$name" && dpkg-buildpackage --build=binary -Pnocheck --no-sign) >"$1/build.log" 2>&1 || { tail -n 30 "$1/build.log" >&2; say "building failed; all it said is in $1/build.log"; exit 1; }
	static_binary "$1/$name" "$1/$name-linux-$arch" >"$1/static.log" 2>&1 || { tail -n 30 "$1/static.log" >&2; say "the static binary failed; all it said is in $1/static.log"; exit 1; }
	cp "$1/$name/web/undersigned.html" "$1/"
}

# results DIR: the names of what must be the same
results() { (cd "$1" && ls -- *.deb "$name.tar.xz" "$name-linux-$arch" undersigned.html); }

rm -rf "$work"
mkdir -p "$work"
[ -z "$(git -C "$top" status --porcelain)" ] || say "there are changes that are not committed: they are not in it"
first=$work/a second=$work/another-place-with-a-longer-name/b

say "the first time: from $name.tar.xz, with the tests that a package runs"
(
	umask 022
	export LC_ALL=C.UTF-8 TZ=UTC HOME="$work" DEB_BUILD_OPTIONS="parallel=$(nproc)"
	unset SOURCE_DATE_EPOCH
	source_tarball "$first" && once "$first"
)
say "the second time: another folder, user mask, language, time zone, home, user, number of jobs"
(
	umask 027
	export LC_ALL=C LANG=tr_TR.UTF-8 LANGUAGE=tr TZ=Pacific/Kiritimati HOME=/nonexistent DEB_BUILD_OPTIONS='parallel=3 nocheck' USER=somebody LOGNAME=somebody EMAIL=somebody@example.org
	unset SOURCE_DATE_EPOCH
	source_tarball "$second" && once "$second"
)

[ "$(results "$first")" = "$(results "$second")" ] || { say "not the same files"; results "$first" >&2; results "$second" >&2; exit 1; }
differ=
for file in $(results "$first"); do
	cmp "$first/$file" "$second/$file" >&2 || differ="$differ $file"
done
[ -z "$differ" ] || { say "not the same bytes twice:$differ"; command -v diffoscope >/dev/null && diffoscope "$first/${differ##* }" "$second/${differ##* }" >&2; exit 1; }
say "twice the same bytes, $(results "$first" | wc -l) files"

rm -rf "$out"
mkdir -p "$out"
for file in $(results "$first"); do cp "$first/$file" "$out/"; done
cp "$first/undersigned_${version}_$arch.buildinfo" "$first/undersigned_${version}_$arch.changes" "$out/"
(cd "$out" && sha256sum $(results "$first") >SHA256SUMS)
