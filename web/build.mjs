// Bundles what moves in the pages. The server adds a mark of each file's content to its address.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/cloison/ui/web/static/built");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/pages.ts", "src/carte.ts", "src/series.ts"],
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["firefox115", "chrome109"],
  legalComments: "linked",
  logLevel: "warning",
});
// The layout runs beside the page, in a worker of its own, and is taken as its makers built it.
copyFileSync(join(here, "node_modules/elkjs/lib/elk-worker.min.js"), join(out, "elk-worker.js"));
