// Where the settings of the live commands come from, what is said about bad ones, and that a secret stays one.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { environment, folder, fresh, isLive, run, startServe, startSim, until } from "./live-support.mjs";
import { programs } from "./support.mjs";

const commands = { serve: ["serve"], record: ["record", "--out", fresh("never.journal")], watch: ["watch", "--plain"] };
// Nothing of this may reach a real exchange, whatever goes wrong.
const nowhere = ["--url", "ws://127.0.0.1:1/v2"];

const hadal = (args, env = {}) => programs.native(args, { env: { ...environment, ...env }, timeout: 20_000, stdio: ["ignore", "pipe", "pipe"] });
const config = (value) => {
  const file = fresh("config.json");
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  return file;
};
const printed = (args, env) => {
  const { status, stdout, stderr } = hadal([...args, "--print-config"], env);
  assert.equal(status, 0, stderr);
  return { settings: JSON.parse(stdout), text: stdout, sources: stderr.trim().split("\n").filter(Boolean).sort() };
};

function assertUsage({ status, stdout, stderr }, message, what) {
  assert.deepEqual([status, stdout], [2, ""], `${what}: ${stderr}`);
  assert.match(stderr, message, what);
  assert.equal(stderr.trim().split("\n").length, 1, `${what}: ${stderr}`);
  assert.match(stderr, /^hadal: /);
}

test("flags beat the environment, which beats a file, which beats the defaults", () => {
  const file = config({ depth: 25, max_clients: 11, listen: "127.0.0.1:1001", log: "warn", symbols: ["SOL/USD"] });
  const env = { HADAL_DEPTH: "100", HADAL_MAX_CLIENTS: "12", HADAL_SYMBOLS: "BTC/USD,ETH/USD" };
  const { settings, sources } = printed(["serve", "--config", file, "--depth", "500"], env);
  assert.deepEqual([settings.depth, settings.max_clients, settings.listen, settings.log, settings.symbols, settings.retries], [500, 12, "127.0.0.1:1001", "warn", ["BTC/USD", "ETH/USD"], "unlimited"]);
  assert.deepEqual(sources, ["depth: --depth", `listen: ${file}`, `log: ${file}`, "max_clients: HADAL_MAX_CLIENTS", "symbols: HADAL_SYMBOLS"]);
  assert.equal(printed(["serve", "--config", file], env).settings.depth, 100);
  assert.equal(printed(["serve", "--config", file]).settings.depth, 25);
  const { settings: plain, sources: none } = printed(["serve"]);
  assert.deepEqual([plain.depth, plain.listen, plain.max_clients, plain.url, plain.symbols, none], [10, "127.0.0.1:3000", 256, "wss://ws.kraken.com/v2", [], []]);
  assert.deepEqual(printed(["serve", "sol/usd", "BTC/USD"], env).settings.symbols, ["SOL/USD", "BTC/USD"]);
});

test("what --print-config says works as --config, and says the same again", () => {
  const first = printed(["serve", "BTC/USD", "--depth", "25", "--log-level", "info,book=debug", "--allow-plaintext", "--retries", "3", "--session", '{"times.silence":20000,"policy":"resync","seed":18446744073709551615}'], { HADAL_LISTEN: "[::1]:0" });
  const file = config(first.text);
  const again = printed(["serve", "--config", file]);
  assert.equal(again.text, first.text);
  assert.match(again.text, /"seed": 18446744073709551615/); // more than a double holds
  for (const line of again.sources) assert.ok(line.endsWith(`: ${file}`), line);
  assert.equal(printed(["watch", "--config", file]).text, first.text);
});

test("every setting can come from a flag, a variable or a file", () => {
  const values = { url: "wss://example.org/v2", depth: 1000, listen: "127.0.0.1:99", max_clients: 7, demo: "/demo", log: "error", log_format: "json", log_file: "/tmp/a", ca_file: "/tmp/b", retries: 4 };
  for (const [key, value] of Object.entries(values)) {
    const flag = key === "log" ? "--log-level" : `--${key.replace("_", "-")}`;
    const variable = `HADAL_${key.toUpperCase()}`;
    const file = config({ [key]: value });
    for (const [args, env, source] of [[[flag, String(value)], {}, flag], [[], { [variable]: String(value) }, variable], [["--config", file], {}, file]]) {
      const { settings, sources } = printed(["serve", ...args], env);
      assert.deepEqual([settings[key], sources], [value, [`${key}: ${source}`]]);
    }
  }
});

test("record --print-config needs no --out", () => assert.deepEqual(printed(["record", "--channels", "book"]).settings.channels, ["book"]));

test("a bad value: exit 2 and one line that names its source", () => {
  const bad = {
    depth: ["7", "-1", "ten", "", "10 "],
    url: ["http://a", "kraken.com", "wss://"],
    listen: ["3000", "127.0.0.1:", "127.0.0.1:70000", ":3000", "::1:3000"],
    max_clients: ["0", "many", "100001"],
    log: ["loud", "info,bok=debug", "info,book=", "info,,debug"],
    log_format: ["xml"],
    retries: ["-1", "x"],
    session: ["{", "[]", '{"times.silence":"x"}', '{"times.silence":1}', '{"times.silense":20000}', '{"policy":"hope"}'],
    symbols: ["BTCUSD", "BTC/", "/USD"],
  };
  for (const [key, values] of Object.entries(bad)) {
    const flag = { log: "--log-level", symbols: undefined }[key] ?? `--${key.replace("_", "-")}`;
    const variable = `HADAL_${key.toUpperCase()}`;
    for (const value of values) {
      const what = `${key} ${value}`;
      const given = key === "symbols" ? [value] : [flag, value];
      assertUsage(hadal(["serve", ...(key === "symbols" ? [] : ["BTC/USD"]), ...(key === "url" ? [] : nowhere), ...given]), new RegExp(`^hadal: (${flag} )?`), what);
      if (key !== "symbols") assert.ok(hadal(["serve", "BTC/USD", ...given]).stderr.startsWith(`hadal: ${flag} ${value}: `), what);
      const fromVariable = hadal(["serve", ...nowhere], { HADAL_SYMBOLS: "BTC/USD", [variable]: value });
      assertUsage(fromVariable, /./, what);
      assert.ok(fromVariable.stderr.startsWith(`hadal: ${variable}=${value}: `), fromVariable.stderr);
      const file = config({ [key]: key === "symbols" ? [value] : value });
      const fromFile = hadal(["serve", "--config", file], { HADAL_SYMBOLS: key === "symbols" ? undefined : "BTC/USD" });
      assertUsage(fromFile, /./, what);
      assert.ok(fromFile.stderr.startsWith(`hadal: ${file}: ${key}: `), fromFile.stderr);
    }
  }
  assertUsage(hadal(["record", "BTC/USD", "--out", fresh("x"), ...nowhere, "--channels", "bok"]), /--channels bok: .*did you mean book\?/);
  assertUsage(hadal(["record", "BTC/USD", "--out", fresh("x"), ...nowhere, "--rotate", "5"]), /--rotate 5: .*100MB/);
  assertUsage(hadal(["record", "BTC/USD", "--out", fresh("x"), ...nowhere, "--retry-after", "-1"]), /--retry-after -1: /);
  assertUsage(hadal(["watch", "BTC/USD", ...nowhere, "--plain", "--levels", "0"]), /--levels 0: /);
});

test("a bad --for is told before anything has begun", () => {
  for (const [name, command] of Object.entries(commands))
    for (const seconds of ["0", "-1", "soon", "1.5"]) assertUsage(hadal([...command, "BTC/USD", ...nowhere, ...(name === "serve" ? ["--listen", "127.0.0.1:0"] : []), "--for", seconds]), new RegExp(`--for ${seconds}: must be a number of seconds`), `${name} --for ${seconds}`);
  assert.ok(!existsSync(commands.record[2]), "and no file was made");
});

test("without a pair nothing begins", () => {
  for (const command of Object.values(commands)) assertUsage(hadal([...command, ...nowhere]), /name at least one pair, for example BTC\/USD \(or set HADAL_SYMBOLS\)/);
  assertUsage(hadal(["serve", ...nowhere], { HADAL_SYMBOLS: "" }), /name at least one pair/);
});

test("a file that is no settings file", () => {
  const cases = [
    [config("{"), /: is not JSON/],
    [config("[1]"), /: must be one JSON object/],
    [config({ dept: 10 }), /: dept: is no setting; did you mean depth\?/],
    [config({ "max-clients": 10 }), /: max-clients: is no setting; did you mean max_clients\?/],
    [config({ depth: null }), /: depth: must be /],
    [config({ allow_plaintext: "yes" }), /: allow_plaintext: must be true or false/],
    [config({ session: { "times.silence": -1 } }), /: session: times/],
    ["/none/config.json", /--config \/none\/config\.json: cannot be opened: No such file or directory/],
  ];
  for (const [file, message] of cases) {
    const result = hadal(["serve", "BTC/USD", ...nowhere, "--config", file]);
    assertUsage(result, message, file);
    assert.ok(result.stderr.includes(file));
  }
});

test("a value of another kind than the setting's is refused", () => {
  for (const value of [{ symbols: 5 }, { url: 5 }, { depth: [10] }, { demo: ["a"] }, { log_file: { a: 1 } }, { log_file: 5 }, { allow_plaintext: [true] }])
    assertUsage(hadal(["serve", "BTC/USD", "--config", config(value), "--print-config"]), new RegExp(`: ${Object.keys(value)[0]}: `), JSON.stringify(value));
});

test("a variable that is nearly one of ours is a slip; others are not ours", () => {
  assertUsage(hadal(["serve", "BTC/USD", ...nowhere], { HADAL_DEPHT: "25" }), /^hadal: HADAL_DEPHT: is no setting; did you mean HADAL_DEPTH\?/);
  assertUsage(hadal(["serve", "BTC/USD", ...nowhere], { HADAL_SYMBOL: "BTC/USD" }), /did you mean HADAL_SYMBOLS\?/);
  printed(["serve"], { HADAL_JS: "/x", HADAL_CAPTURES: "/y", HADAL_TEST_SEED: "1", OTHER_DEPTH: "7" });
});

test("secrets are not read from a file, and are not repeated", () => {
  for (const key of ["api_secret", "kraken_api_secret", "api_key", "token", "password"]) {
    const result = hadal(["serve", "BTC/USD", ...nowhere, "--config", config({ [key]: "hunter2hunter2" })]);
    assertUsage(result, new RegExp(`: ${key}: secrets are not read from here; .*KRAKEN_API_SECRET`), key);
    assert.doesNotMatch(result.stderr, /hunter2/);
  }
});

test("unknown commands and options have a suggestion", () => {
  for (const [typed, meant] of [["serv", "serve"], ["recrod", "record"], ["wacth", "watch"]]) assertUsage(hadal([typed, "BTC/USD"]), new RegExp(`unknown command ${typed}; did you mean ${meant}\\?`));
  for (const [command, typed, meant] of [["serve", "--lisen", "--listen"], ["serve", "--max-client", "--max-clients"], ["serve", "--recrod", "--record"], ["record", "--rotat", "--rotate"], ["record", "--log-lvel", "--log-level"], ["watch", "--plan", "--plain"]])
    assertUsage(hadal([...commands[command], "BTC/USD", typed, "1"]), new RegExp(`${command}: unknown option ${typed}; did you mean ${meant}\\?`));
  assertUsage(hadal(["serve", "BTC/USD", "--depth"]), /--depth/);
});

test("help has an example and the exit codes, and its defaults", () => {
  for (const command of ["serve", "record", "watch"]) {
    const { status, stdout, stderr } = hadal([command, "--help"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^Example: hadal ${command} \\S`, "m"));
    assert.match(stdout, /^Exit code: 0 .*[^]*\b1\b[^]*2 wrong usage[^]*4 could not connect/m);
    assert.match(stdout, /\[wss:\/\/ws\.kraken\.com\/v2\]/);
    for (const line of stdout.split("\n")) assert.ok(line.length <= 160, line);
    assert.match(hadal(["--help"]).stdout, new RegExp(`^ {2}${command} `, "m"));
  }
  assert.match(hadal(["replay", "--help"]).stdout, /--serve/);
});

// --- logs ---

test("--log-format json: one object a line, with time, level, area and message", async () => {
  const sim = await startSim();
  const server = await startServe(sim.url, ["BTC/USD", "NO/PE"], { args: ["--log-format", "json", "--log-level", "trace", "--for", "1"] });
  assert.equal((await server.get('/depth/btc-usd?x="\\')).status, 400); // a text that needs care in JSON
  await server.exit();
  assert.ok(server.err.all.length > 5);
  const areas = new Set();
  for (const line of server.err.all) {
    const { time, level, area, message } = JSON.parse(line);
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(level, /^(trace|debug|info|warn|error)$/);
    assert.match(area, /^(wire|session|subscription|book|http|journal)$/);
    assert.ok(message.length > 0);
    areas.add(area);
  }
  for (const area of ["session", "subscription", "book", "http"]) assert.ok(areas.has(area), area);
  const refused = server.err.all.map((line) => JSON.parse(line)).find(({ area, level }) => area === "subscription" && level === "warn");
  assert.equal(refused.symbol, "NO/PE");
  assert.match(refused.message, /Currency pair not supported NO\/PE/);
});

test("--log-level by area, from every source", async () => {
  const sim = await startSim();
  const lines = async (args, env) => {
    const server = await startServe(sim.url, ["BTC/USD"], { args: [...args, "--for", "1"], env });
    await server.exit();
    return server.err.all.map((line) => line.match(/^\S+Z (\w+) +(\w+) +/).slice(1).join(" "));
  };
  const all = await lines([]);
  assert.ok(all.includes("info session") && all.includes("info book") && !all.some((line) => /debug|trace/.test(line)));
  const more = await lines(["--log-level", "warn,subscription=debug"]);
  assert.ok(more.includes("debug subscription") && !more.includes("info session") && !more.includes("info book"), more.join());
  assert.deepEqual(await lines([], { HADAL_LOG: "off" }), []);
  assert.ok((await lines(["--log-level", "off,book=info"], { HADAL_LOG: "trace" })).every((line) => /^(info|warn) book$/.test(line)));
});

test("the log level of watch comes from the environment, too", async () => {
  const sim = await startSim();
  const watch = (env) => run(["watch", "BTC/USD", "--plain", "--url", sim.url, "--for", "1"], { env });
  const [quiet, loud] = await Promise.all([watch({}), watch({ HADAL_LOG: "info" })]);
  assert.deepEqual([quiet.status, loud.status], [0, 0]);
  assert.doesNotMatch(quiet.stderr, / info /);
  assert.match(loud.stderr, / info +session /);
});

test("--log-file appends, and standard error is left to what ends the program", async () => {
  const sim = await startSim();
  const file = fresh("hadal.log");
  writeFileSync(file, "before\n");
  for (let i = 0; i < 2; ++i) {
    const { status, stderr } = await run(["record", "BTC/USD", "--url", sim.url, "--out", fresh("a.journal"), "--log-file", file, "--log-format", "json", "--for", "1"]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^hadal record: [\d,]+ lines, \S+ MB in 1 file$/);
  }
  const [before, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  assert.equal(before, "before");
  const messages = lines.map((line) => JSON.parse(line).message);
  assert.equal(messages.filter((text) => text.startsWith("recording to ")).length, 2);
  for (const bad of [folder, `${file}/hadal.log`]) {
    const { status, stdout, stderr } = hadal(["serve", "BTC/USD", ...nowhere, "--listen", "127.0.0.1:0", "--log-file", bad]);
    assert.ok(status === 1 || status === 2, String(status));
    assert.equal(stdout, "");
    assert.ok(stderr.startsWith(`hadal: --log-file ${bad}: `), stderr);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});

test("a secret in the environment is in nothing that comes out", async () => {
  const secret = "c2VjcmV0LW9mLWEtdGVzdA-hunter2";
  const key = "key-of-a-test-hunter3";
  const env = { KRAKEN_API_SECRET: secret, KRAKEN_API_KEY: key };
  const sim = await startSim();
  const log = fresh("secret.log");
  const journal = fresh("secret.journal");
  const server = await startServe(sim.url, ["BTC/USD"], { args: ["--log-level", "trace", "--log-file", log, "--record", journal], env });
  await until(async () => (await server.get("/health")).status === 200, "a live book");
  const stream = await server.stream("/stream/btc-usd");
  await stream.events.find(isLive, "an event");
  const answers = [];
  for (const path of ["/symbols", "/depth/btc-usd", "/health", "/status", "/metrics", "/books", "/", "/none"]) {
    const { body, headers } = await server.get(path);
    answers.push(body, JSON.stringify(headers));
  }
  server.child.kill("SIGTERM");
  assert.equal(await server.exit(), 0);
  const recorder = await run(["record", "BTC/USD", "--url", sim.url, "--out", fresh("b.journal"), "--log-level", "trace", "--for", "1"], { env });
  const watched = await run(["watch", "BTC/USD", "--plain", "--url", sim.url, "--log-level", "trace", "--for", "1"], { env });
  const config = hadal(["serve", "BTC/USD", "--print-config"], env);
  const everything = [...answers, ...stream.events.all.map(({ text }) => text), server.text(), readFileSync(log, "utf8"), readFileSync(journal, "utf8"), recorder.stdout, recorder.stderr, watched.stdout, watched.stderr, config.stdout, config.stderr];
  assert.ok(everything.join("").length > 20_000);
  for (const text of everything) assert.ok(!text.includes("hunter"), text.slice(0, 500));
  assert.equal(hadal(["serve", "BTC/USD", "--depth", "7"], env).stderr.includes("hunter"), false);
});

test("a port that somebody has, from the environment: the message names --listen", async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const { status, stderr } = hadal(["serve", "BTC/USD", ...nowhere], { HADAL_LISTEN: `127.0.0.1:${port}` });
  await new Promise((resolve) => server.close(resolve));
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`^hadal: --listen 127\\.0\\.0\\.1:${port}: cannot be listened on`, "m"));
});

test("what cannot be is refused before anything begins, with the command's own help", () => {
  assertUsage(hadal(["serve", "BTC/USD", ...nowhere, "--demo", "/none"]), /--demo \/none: holds no index\.html/);
  assertUsage(hadal(["serve", "BTC/USD", ...nowhere, "--log-file", "/none/log"]), /--log-file \/none\/log: cannot be opened/);
  assertUsage(hadal(["serve", "BTC/USD", ...nowhere, "--config", "/"]), /--config \/: is a folder/);
  assertUsage(hadal(["serve", "BTC/USD", ...nowhere, "--depth", "7"]), /see hadal serve --help/);
});

test("the log's level has the name of its flag, too", () => {
  assert.equal(printed(["serve", "--config", config({ log_level: "debug" })]).settings.log, "debug");
  assert.equal(printed(["serve"], { HADAL_LOG_LEVEL: "warn" }).settings.log, "warn");
});
