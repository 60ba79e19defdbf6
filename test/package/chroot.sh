#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# chroot.sh RELEASE WORK: as root: the packages in a Debian 12 in which nothing else was ever installed: put in, used, put in over an older version, taken out, purged.
# WORK/base is that Debian, made by debootstrap from where this machine gets its packages, and kept a day; WORK/root is a copy of it, made anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
release=$(realpath "$1") work=$(realpath -m "$2")
root=$work/root base=$work/base
version=$(dpkg-deb -f "$release"/undersigned_*.deb Version)
older=$version~older

say() { printf 'package: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }
[ "$(id -u)" = 0 ] || die "only root may make a chroot"

# ---- the machine ----

# mirrors: where this machine gets Debian 12: a line "URI CODENAME" each, the suite itself first
mirrors() {
	apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' 'Component: main' | sort -u | awk '$1 ~ /^bookworm/ { print $2, $1 }' | sort -k 2,2
}

make_base() {
	[ -z "$(find "$base/made" -mtime -1 2>/dev/null)" ] || return 0
	rm -rf "$base"
	mkdir -p "$base"
	set -- $(mirrors | head -n 1)
	[ $# = 2 ] || die "apt knows no place of Debian 12 (bookworm)"
	say "debootstrap: a Debian 12 of its own"
	debootstrap --variant=minbase "$2" "$base/root" "$1" >"$work/debootstrap.log" 2>&1 || { tail "$work/debootstrap.log" >&2; die "debootstrap failed"; }
	mirrors | sed 's/^/deb /; s/$/ main/' >"$base/root/etc/apt/sources.list"
	printf '#!/bin/sh\nexit 101\n' >"$base/root/usr/sbin/policy-rc.d" # no service begins in a folder
	chmod 755 "$base/root/usr/sbin/policy-rc.d"
	apt-config dump --format '%f "%v";%n' | grep -E '^Acquire::(http::Proxy|https::Proxy|Check-Valid-Until) ' >"$base/root/etc/apt/apt.conf.d/90machine" # as apt fetches here
	: >"$base/made"
}

inside() { env -i PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive HOME=/try chroot "$root" "$@"; }

server=
leave() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	umount "$root/proc" 2>/dev/null
	:
}
trap leave EXIT
trap 'exit 130' INT TERM HUP

# ---- tests ----

number=0 failed=0
# check WORDS COMMAND…
check() {
	words=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $number - $words"
	else
		echo "not ok $number - $words"
		tail -n 20 "$work/said" | sed 's/^/# /'
		failed=$((failed + 1))
	fi
}
not() { ! "$@"; }
# apt WORD…: with the packages as the patterns that the inside understands
apt() { inside sh -c 'exec apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 '"$*"; }
has_version() { test "$(inside dpkg-query -W -f '${Version} ${db:Status-Status}' "$1")" = "$2 installed"; }
says() { # says TEXT COMMAND…
	text=$1
	shift
	inside "$@" 2>&1 | tee "$work/text" | grep -qF -- "$text" || { cat "$work/text"; return 1; }
}

# older_packages TO: the same with a smaller version, and a configuration and a page of another day
older_packages() {
	mkdir "$1"
	for deb in "$release"/*_"$version"_*.deb; do
		case $deb in *-dbgsym_*) continue ;; esac
		dpkg-deb -R "$deb" "$work/unpacked" || return 1
		sed -i "s/$version/$older/g" "$work/unpacked/DEBIAN/control"
		[ ! -d "$work/unpacked/etc/undersigned" ] || echo '; as it was once' >>"$work/unpacked/etc/undersigned/serve.ini"
		[ ! -d "$work/unpacked/usr/share/undersigned" ] || echo '<!-- older -->' >>"$work/unpacked/usr/share/undersigned/undersigned.html"
		(cd "$work/unpacked" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | xargs -0r md5sum >DEBIAN/md5sums)
		dpkg-deb --root-owner-group -b "$work/unpacked" "$1" >/dev/null || return 1
		rm -r "$work/unpacked"
	done
}

# serve_here COMMAND…: the server as its user, as the service starts it, until it says that it is ready
serve_here() {
	install -d -o "$(inside id -u undersigned)" -g "$(inside id -g undersigned)" -m 755 "$root/run/undersigned"
	install -d -o "$(inside id -u undersigned)" -g "$(inside id -g undersigned)" -m 700 "$root/var/lib/undersigned"
	rm -f "$work/ready"
	mkfifo "$work/ready"
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot --userspec=undersigned:undersigned "$root" /usr/bin/undersigned serve --config /etc/undersigned/serve.ini --page /usr/share/undersigned/undersigned.html --ready-fd 3 \
		3>"$work/ready" >"$work/served" 2>&1 &
	server=$!
	read -r ready <"$work/ready" && [ "$ready" = READY=1 ] && return 0
	cat "$work/served"
	return 1
}
serve_stop() {
	kill "$server" && wait "$server"
	verdict=$?
	server=
	return $verdict
}

# released: the release is a matter of moments, and the server tells
released() {
	for try in $(seq 600); do
		inside undersigned pull http://localhost/letters/our --unix /run/undersigned/http -o /try/our.letter >/dev/null 2>&1
		inside undersigned verify /try/our.letter 2>&1 | grep '^3 people from 1 body' && return 0
		sleep 0.1
	done
	inside undersigned verify /try/our.letter
	return 1
}

# documents_hold: each link of the documents, as they are installed, leads to a file
documents_hold() {
	inside python3 - <<'PY'
import os, re, sys
bad = []
for folder, _, names in os.walk("/usr/share/doc/undersigned"):
    for name in names:
        if name.endswith(".md"):
            text = re.sub(r"```.*?```|`[^`]*`", "", open(os.path.join(folder, name), encoding="utf-8").read(), flags=re.S)
            for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
                if re.search("[./]", link) and ":" not in link and not os.path.exists(os.path.join(folder, link)):
                    bad.append(os.path.join(folder, name) + ": " + link)
print("\n".join(bad))
sys.exit(len(bad) > 0)
PY
}

# nothing_left: no file of the packages, but for letters and their user's place
nothing_left() {
	for deb in "$root"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -t | sed -n 's/[^/]$/&/p' | sed 's/^\.//' | while read -r path; do
			case $path in */) continue ;; esac
			[ ! -e "$root$path" ] || echo "$path"
		done
	done >"$work/left"
	find "$root" -xdev \( -path "$root/proc" -o -path "$root/try" -o -path "$root/debs" -o -path "$root/older" -o -path "$root/var/lib/undersigned" -o -path "$root/var/log" -o -path "$root/var/cache" -o -path "$root/run" \) -prune \
		-o -iname '*undersigned*' -print >>"$work/left"
	cat "$work/left"
	[ ! -s "$work/left" ]
}

mkdir -p "$work"
make_base
umount "$root/proc" 2>/dev/null
rm -rf "$root" "$work/older"
cp -a "$base/root" "$root" || die "no room for a copy"
mount -t proc proc "$root/proc" || die "mount failed"
mkdir "$root/debs" "$root/try"
cp "$release"/*_"$version"_*.deb "$root/debs/"
rm -f "$root"/debs/*-dbgsym_*
older_packages "$work/older" || die "the older packages failed"
mkdir "$root/older"
cp "$work/older"/*.deb "$root/older/"
cp "$here/../vectors/letters/valid-life.letter" "$root/try/known.letter"
cp "$here/../e2e/town.sh" "$root/try/"
apt update >"$work/update.log" 2>&1 || { tail "$work/update.log" >&2; die "apt-get update failed"; }

# ---- the command ----

check 'what Debian has goes in' apt install man-db bash-completion python3 systemd
# from here on there is a systemd to talk to: it writes down what it is told
mkdir -p "$root/run/systemd/system"
printf '#!/bin/sh\nexit 0\n' >"$root/usr/sbin/policy-rc.d"
printf '#!/bin/sh\necho "$*" >>/try/systemctl.log\n' >"$root/usr/local/sbin/systemctl"
chmod 755 "$root/usr/local/sbin/systemctl"
echo 'DPkg::Path "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin";' >"$root/etc/apt/apt.conf.d/90path"
told() { grep -qx -- "$1" "$root/try/systemctl.log"; }
check 'the older packages go in' apt install '/older/undersigned_*.deb' '/older/undersigned-server_*.deb'
check 'they are older' has_version undersigned-server "$older"
check 'the command verifies' says '19 people from 5 bodies signed.' undersigned verify /try/known.letter
check 'and says its version' says "undersigned ${version%%[~-]*}" undersigned --version
check 'a damaged letter is refused' not inside sh -c 'sed "2s/./x/" /try/known.letter >/try/bad.letter; undersigned verify /try/bad.letter'
check 'its man pages are found' says 'undersigned-verify' man -w undersigned-verify
check 'and apropos knows them' says 'undersigned-sign' sh -c 'mandb -q; man -k undersigned'
check 'bash completes it' inside bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader undersigned; complete -p undersigned'
check 'zsh and fish would' inside test -s /usr/share/zsh/vendor-completions/_undersigned -a -s /usr/share/fish/vendor_completions.d/undersigned.fish

# ---- the server ----

check 'the server has a user of its own' inside id undersigned
check 'systemd hears of the service' told '--system daemon-reload'
check 'the service is neither enabled nor started before somebody is written down' not grep -E '(start|enable).*undersigned' "$root/try/systemctl.log"
check 'nor does it start with the machine' not test -e "$root/etc/systemd/system/multi-user.target.wants/undersigned.service"
check 'people make keys, a roll and a letter' inside sh -c 'cd /try && U=undersigned && . ./town.sh && town && letter our'
check 'an organiser is written down' inside sh -c 'cd /try && key=$(undersigned authority show o1 | head -n 1) &&
	sed -i "s/^\[organisers\]/&\n$key = Works Council/; s/^; address = .*/address = http:\/\/localhost/" /etc/undersigned/serve.ini && grep -q "^$key" /etc/undersigned/serve.ini'
to='--to http://localhost/letters/our --unix /run/undersigned/http'
check 'the server starts as its user, on a socket' serve_here
check 'a letter is brought' inside sh -c "cd /try && undersigned push our.letter $to --authority o1"
check 'a signature is handed in' inside sh -c "cd /try && undersigned sign our.letter --key harbour-1.key --ring harbour --yes -o s1 && undersigned submit s1 $to"
check 'the server offers the page that signs' inside python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("/run/undersigned/http")
s.sendall(b"GET /undersigned.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
got = b"".join(iter(lambda: s.recv(65536), b""))
sys.exit(not got.endswith(open("/usr/share/undersigned/undersigned.html", "rb").read()))'
check 'it ends when told to' serve_stop

# ---- the newer ones over them ----

check 'the packages go in over the older ones; what was written into the configuration is not asked about' apt -o Dpkg::Options::=--force-confold install "/debs/undersigned_*.deb" "/debs/undersigned-server_*.deb"
check 'an upgrade restarts a server that runs, and one that does not stays so' told 'try-restart undersigned.service'
check 'they are the ones of the release' has_version undersigned "$version"
check 'the server too' has_version undersigned-server "$version"
check 'who brings letters is still written down' inside grep -q '= Works Council' /etc/undersigned/serve.ini
check 'the new configuration lies beside it' inside test -f /etc/undersigned/serve.ini.dpkg-dist
check 'the page is the new one' cmp "$root/usr/share/undersigned/undersigned.html" "$release/undersigned.html"
check 'the server starts again' serve_here
check 'the letter is still there' inside sh -c "cd /try && undersigned pull http://localhost/letters/our --unix /run/undersigned/http -o again.letter && undersigned verify again.letter"
check 'and so is what waited: with two more it is released' inside sh -c "cd /try && for n in 2 3; do undersigned sign our.letter --key harbour-\$n.key --ring harbour --yes -o s\$n && undersigned submit s\$n $to || exit 1; done"
check 'three have signed' released
check 'it ends again' serve_stop

# ---- the library ----

check 'the library, its headers and what there is to read go in, with a compiler' apt install gcc libc6-dev pkgconf '/debs/libundersigned*.deb' '/debs/undersigned-doc_*.deb'
check 'pkg-config knows it' says "${version%%[~-]*}" pkg-config --modversion undersigned
check 'the small programs of the documentation are compiled' inside sh -c 'cd /try && cp /usr/share/doc/undersigned/doc/example/*.c . && gcc -Wall -Werror -o count count.c $(pkg-config --cflags --libs undersigned) && gcc -Wall -Werror -o signer sign.c $(pkg-config --cflags --libs undersigned)'
check 'it counts as the command does' says '19 people' sh -c 'cd /try && ./count /try/known.letter'
check 'and refuses as it does' not inside sh -c 'cd /try && ./count /try/bad.letter'
check 'a program with the static library' inside sh -c 'cd /try && gcc -o count-static count.c -Wl,-Bstatic $(pkg-config --static --cflags --libs undersigned) -Wl,-Bdynamic && ./count-static /try/known.letter && ! ldd count-static | grep -q undersigned'
check 'its man page is found' says 'undersigned' man -w 3 undersigned
check 'links between the documents hold' documents_hold

# ---- out again ----

check 'everything is removed' apt remove undersigned undersigned-server undersigned-doc libundersigned0 libundersigned-dev
check 'a server that runs was stopped' told 'stop undersigned.service'
check 'the configuration stays' inside grep -q '= Works Council' /etc/undersigned/serve.ini
check 'the letters stay' inside test -f /var/lib/undersigned/store/letters.db
check 'and is purged, with a word about the letters' says 'the letters stay, in /var/lib/undersigned' apt-get -qq -y purge undersigned-server
check 'the letters stay then too' inside test -f /var/lib/undersigned/store/letters.db
check 'nothing else of ours is left' nothing_left
check 'once the letters are gone, a purge leaves nothing of them' inside sh -c 'rm -r /var/lib/undersigned/store && apt-get -qq -y --no-install-recommends install /debs/undersigned_*.deb /debs/undersigned-server_*.deb && apt-get -qq -y purge undersigned undersigned-server && ! test -e /var/lib/undersigned'

echo "1..$number"
[ $failed = 0 ]
