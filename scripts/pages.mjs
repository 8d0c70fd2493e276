// index.js, and service.js for pages without a Worker, which takes from index.js what that has already. esbuild would
// put what both need into a third file, for which every page would have to wait.
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** @param {string} root @param {string} out */
export async function buildForPages(root, out) {
  const entry = join(root, 'web/placecard/index.js');
  /** @type {Set<string>} what index.js cannot do without */
  const needed = new Set();
  const bundle = await rolldown({
    input: { index: entry },
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'what the page needs',
        buildEnd() {
          const visit = (id) => {
            if (needed.has(id)) return;
            needed.add(id);
            for (const imported of this.getModuleInfo(id).importedIds) visit(imported);
          };
          visit(entry);
        },
      },
    ],
  });
  await bundle.write({
    dir: out,
    format: 'esm',
    minify: true,
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: [
        { name: 'index', test: (id) => needed.has(id) },
        { name: 'service', test: (id) => !needed.has(id) },
      ],
    },
  });
  await bundle.close();
}
