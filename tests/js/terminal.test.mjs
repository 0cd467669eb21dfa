// `hadal watch` in a terminal, as somebody sees it: tmux is the terminal.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { cleanUps, startSim, until } from "./live-support.mjs";
import { native } from "./support.mjs";

const missing = spawnSync("tmux", ["-V"]).error ? "tmux is not there: node scripts/setup.mjs installs it" : false;
// A server of our own: nobody's sessions are touched.
const socket = `hadal-test-${process.pid}`;
const tmux = (...args) => {
  const { status, stdout, stderr } = spawnSync("tmux", ["-L", socket, ...args], { encoding: "utf8", env: { ...process.env, TERM: "xterm-256color", TMUX: "" } });
  assert.equal(status, 0, `tmux ${args.join(" ")}: ${stderr}`);
  return stdout;
};
after(() => void spawnSync("tmux", ["-L", socket, "kill-server"]));

/** A shell in a window, so that what a program leaves behind can be seen. */
function terminal(width, height) {
  cleanUps.push(() => tmux("kill-session", "-t", "watch"));
  tmux("new-session", "-d", "-s", "watch", "-x", String(width), "-y", String(height), "env PS1='ready> ' LANG=C.UTF-8 sh");
  const screen = () => tmux("capture-pane", "-p", "-t", "watch");
  const seen = (pattern, what) =>
    until(() => pattern.test(screen()) && screen(), what).catch((error) => {
      throw new Error(`${error.message}\n${screen()}`);
    });
  return {
    screen,
    seen,
    keys: (...keys) => tmux("send-keys", "-t", "watch", ...keys),
    resize: (x, y) => tmux("resize-window", "-t", "watch", "-x", String(x), "-y", String(y)),
  };
}

test("watch shows verified books, obeys its keys, survives faults and sizes, and leaves the terminal as it was", { skip: missing }, async () => {
  const sim = await startSim({ symbols: 3, args: ["--rate", "3"] });
  const window = terminal(100, 30);
  window.keys(`${native} watch BTC/USD ETH/USD NO/PE --url ${sim.url}; echo "left with $?"; stty -a | grep -o ' echo '`, "Enter");
  const first = await window.seen(/BTC\/USD {2}VERIFIED/, "a verified book");
  assert.match(first, /SUBSCRIBED/);
  assert.match(first, /spread \d+\.\d/);
  assert.match(first, /q quit/);
  assert.ok(first.trimEnd().split("\n").every((line) => [...line].length <= 100));

  window.keys("Tab");
  await window.seen(/ETH\/USD {2}VERIFIED/, "the second pair");
  window.keys("3");
  await window.seen(/Currency pair not supported NO\/PE/, "the refusal in the exchange's words");
  window.keys("1");
  await window.seen(/BTC\/USD {2}VERIFIED/, "the first pair again");
  window.keys("?");
  await window.seen(/KEYS/, "the help");
  window.keys("x", "g");
  await window.seen(/prices grouped by \d/, "grouped prices");
  window.keys("G");
  window.keys("p");
  await window.seen(/PAUSED/, "a pause");
  window.keys("p", "d");
  await window.seen(/depth 25/, "another depth");
  await window.seen(/BTC\/USD {2}VERIFIED/, "the deeper book");

  sim.child.stdin.write('{"fault":"disconnect","count":1}\n');
  await window.seen(/STALE|DEGRADED/, "an outage");
  await window.seen(/BTC\/USD {2}VERIFIED/, "its end");

  for (const [x, y] of [[60, 20], [40, 12], [140, 50]]) {
    window.resize(x, y);
    await window.seen(/VERIFIED|LIVE/, `a picture of ${x} x ${y}`);
  }
  window.resize(30, 8);
  await window.seen(/larger/, "word that the window is too small");
  window.resize(100, 30);
  await window.seen(/VERIFIED/, "the picture again");

  window.keys("q");
  const left = await window.seen(/left with 0\s+echo/, "the shell, and a terminal that echoes");
  assert.doesNotMatch(left, /VERIFIED/);
  assert.equal(tmux("display-message", "-p", "-t", "watch", "#{cursor_flag} #{alternate_on}").trim(), "1 0");
});

test("without a connection watch says why when it is left", { skip: missing }, async () => {
  const window = terminal(100, 20);
  window.keys(`${native} watch BTC/USD --url ws://127.0.0.1:1/v2; echo "left with $?"`, "Enter");
  await window.seen(/Connection refused/, "the reason on the screen");
  window.keys("q");
  await window.seen(/could not connect: .*Connection refused[^]*left with 4/, "the reason afterwards");
});

test("in a pipe watch prints events as lines of JSON", async () => {
  const sim = await startSim({ args: ["--rate", "6"] });
  const { stdout, status } = spawnSync(native, ["watch", "BTC/USD", "--url", sim.url, "--for", "2"], { encoding: "utf8", timeout: 20_000 });
  assert.equal(status, 0);
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.ok(events.some(({ type }) => type === "book_snapshot"));
  assert.ok(events.filter(({ type }) => type === "book_update").length > 20);
});
