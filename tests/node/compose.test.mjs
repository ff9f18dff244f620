// docker-compose.yml and what goes into the image (OPS-2), read by a parser of YAML (npm `yaml`): there is no Docker
// where the tests run.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parse } from "yaml";

const read = (name) => readFile(new URL(`../../${name}`, import.meta.url), "utf8");
const compose = parse(await read("docker-compose.yml"), { merge: true });
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.image === "consentry");

test("every container is confined", () => {
  assert.deepEqual(Object.keys(compose.services).sort(), ["api", "mail", "postgres", "redis", "worker"]);
  for (const [name, service] of services) {
    assert.equal(service.read_only, true, `${name} writes nothing but volumes`);
    assert.deepEqual(service.cap_drop, ["ALL"], name);
    assert.ok(service.cap_add === undefined && service.privileged === undefined, name);
    assert.ok(service.security_opt.includes("no-new-privileges:true"), name);
    assert.ok(service.user && !/^(0|root)\b/.test(service.user), `${name} is not root`);
    assert.ok(service.healthcheck?.test.length > 1, `${name} has a health check`);
    assert.equal(service.restart, "unless-stopped", name);
    for (const port of service.ports ?? []) {
      assert.match(port, /^127\.0\.0\.1:/, `${name} is for this machine`);
    }
  }
});

test("two of each of ours, from one image that is built once and fetched from nowhere", async () => {
  assert.deepEqual(ours.map(([name]) => name), ["api", "worker"]);
  for (const [name, service] of ours) {
    assert.equal(service.deploy.replicas, 2, name);
    assert.deepEqual(Object.keys(service.depends_on).sort(), ["postgres", "redis"], name);
    assert.ok(Object.values(service.depends_on).every(({ condition }) => condition === "service_healthy"), name);
    assert.ok(service.volumes.includes("keys:/data"), `${name} shares the keys`);
    assert.ok(parseInt(service.stop_grace_period, 10) >= 20, `${name} has time to stop`);
  }
  assert.deepEqual(services.filter(([, service]) => service.build).map(([name]) => name), ["api"]);
  assert.equal(compose.services.worker.pull_policy, "never");
  const [, uid] = (await read("Dockerfile")).match(/^USER (\d+):\d+$/m);
  assert.ok(ours.every(([, service]) => service.user.startsWith(`${uid}:`)));
});

test("secrets come by file, and are in no image", async () => {
  for (const [name, service] of services) {
    for (const [setting, value] of Object.entries(service.environment ?? {})) {
      assert.ok(!/PASSWORD$|SECRET|TOKEN/.test(setting), `${name}: ${setting}`);
      assert.ok(!/:\/\/[^/@]*:[^/@]+@/.test(value), `${name}: ${setting} holds a password`);
      if (setting.endsWith("_FILE")) {
        assert.ok(service.secrets.includes(value.replace("/run/secrets/", "")), `${name}: ${setting}`);
      }
    }
    for (const secret of service.secrets ?? []) {
      assert.match(compose.secrets[secret].file, /^\.\/secrets\//, secret);
    }
  }
  const left = (await read(".dockerignore")).split("\n");
  for (const name of [".git", "secrets", ".env", "**/*.sqlite*", "data", "screenshots"]) {
    assert.ok(left.includes(name), `.dockerignore lacks ${name}`);
  }
});

test("the image is built by the toolchain that it names", async () => {
  const build = (await read("Dockerfile")).split(/^FROM /m).find((stage) => stage.includes("cargo build"));
  assert.match(build, /^rust:\d+\.\d+-/);
  assert.ok(build.indexOf("ENV RUSTUP_TOOLCHAIN=$RUST_VERSION") < build.indexOf("cargo build"));
});
