#!/usr/bin/env bash
# Makes the pictures of README: the pages of the demo's six nights, in Chromium without a window.
set -euo pipefail
cd "$(dirname "$0")/../.."

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
	echo "no Chromium here: the pictures stay as they are"
	exit 0
fi
program=$PWD/bin/sync
pictures=$PWD/docs/img
work=$(mktemp -d)
address=127.0.0.1:${PORT:-8391}

(cd "$work" && exec "$program" demo --serve --listen "$address" >"$work/log" 2>&1) &
demo=$!
trap 'kill $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; rm -rf "$work"' EXIT

# The nights take a minute; the page answers when they are over.
until curl -fs "http://$address/healthz" >/dev/null; do
	kill -0 $demo || { cat "$work/log"; exit 1; }
	sleep 1
done

take() { # take NAME PATH HEIGHT
	"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb --user-data-dir="$work/chromium" \
		--window-size="1280,$3" --screenshot="$pictures/$1.png" "http://$address$2" 2>/dev/null
	echo "$pictures/$1.png"
}
take status / 740
take data /data 840
