// Bundles what moves in the pages. Names carry a hash of what they hold, so that a browser may keep them;
// manifest.json says which file stands for which name.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/cloison/ui/web/static/built");
const parts = join(here, "node_modules");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const made = await build({
  absWorkingDir: here,
  entryPoints: ["src/pages.ts", "src/carte.ts", "src/series.ts"],
  outdir: out,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["firefox115", "chrome109"],
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, { entryPoint, cssBundle }] of Object.entries(made.metafile.outputs)) {
  if (!entryPoint) continue;
  const name = basename(entryPoint, ".ts");
  manifest[`${name}.js`] = basename(path);
  if (cssBundle) manifest[`${name}.css`] = basename(cssBundle);
}

// The layout runs beside the page, in a worker of its own, and is taken as its makers built it.
const worker = readFileSync(join(parts, "elkjs/lib/elk-worker.min.js"));
const mark = createHash("sha256").update(worker).digest("hex").slice(0, 8).toUpperCase();
manifest["elk-worker.js"] = `elk-worker-${mark}.js`;
writeFileSync(join(out, manifest["elk-worker.js"]), worker);
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
