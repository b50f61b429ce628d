/**
 * Draws the diagrams whose source has changed, with mermaid in Chromium; the SVGs are committed, so neither a reader nor
 * a build needs either. Colours stay variables of the page: mermaid computes with stand-ins, which are replaced.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { optimize } from 'svgo';
import { layers } from '../components/layers.ts';
import { diagramNames, diagramsFolder, isStale, stamp } from './diagram-files.ts';

/** Colours that mermaid can compute with, and the variables that the page will put in their place. */
const standIns: Record<string, string> = {
  '#010203': 'var(--ink)',
  '#fdfcfb': 'var(--paper)',
  '#f1f2f3': 'var(--wash)',
  '#a1a2a3': 'var(--rule-strong)',
  '#616263': 'var(--ink-soft)',
};

const theme = {
  theme: 'base',
  themeVariables: {
    fontFamily: 'Instrument Sans Variable, system-ui, sans-serif', fontSize: '14px', background: '#fdfcfb',
    primaryColor: '#f1f2f3', primaryTextColor: '#010203', primaryBorderColor: '#a1a2a3', lineColor: '#616263', textColor: '#010203',
    secondaryColor: '#fdfcfb', tertiaryColor: '#fdfcfb', actorBkg: '#f1f2f3', actorBorder: '#a1a2a3', actorTextColor: '#010203', actorLineColor: '#a1a2a3',
    signalColor: '#616263', signalTextColor: '#010203', labelBoxBkgColor: '#f1f2f3', labelBoxBorderColor: '#a1a2a3', labelTextColor: '#010203',
    loopTextColor: '#010203', noteBkgColor: '#fdfcfb', noteBorderColor: '#a1a2a3', noteTextColor: '#616263', activationBkgColor: '#f1f2f3', activationBorderColor: '#a1a2a3',
    edgeLabelBackground: '#fdfcfb', clusterBkg: '#fdfcfb', clusterBorder: '#a1a2a3', mainBkg: '#f1f2f3', nodeBorder: '#a1a2a3',
  },
  flowchart: { htmlLabels: false, curve: 'basis' as const },
  sequence: { mirrorActors: false, useMaxWidth: true, messageFontSize: 14, actorFontSize: 14, noteFontSize: 13 },
};

/** `:::filters` colours a node as its layer. */
const classes = layers.map(({ id }) => `classDef ${id} stroke-width:2px`).join('\n');

export async function drawDiagrams(): Promise<string[]> {
  const stale = diagramNames().filter((name) => isStale(name));
  if (stale.length === 0) return [];
  const executablePath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ path: join(createRequire(import.meta.url).resolve('mermaid'), '../mermaid.min.js') });
    for (const name of stale) {
      const source = readFileSync(join(diagramsFolder, `${name}.mmd`), 'utf8');
      const text = /^\s*(flowchart|graph)\b/.test(source) ? `${source}\n${classes}` : source;
      const svg = await page.evaluate(
        async ({ text, id, theme }) => {
          const { mermaid } = globalThis as unknown as { mermaid: { initialize(options: object): void; render(id: string, text: string): Promise<{ svg: string }> } };
          mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', deterministicIds: true, ...theme });
          return (await mermaid.render(id, text)).svg;
        },
        { text, id: `diagram-${name}`, theme },
      );
      writeFileSync(join(diagramsFolder, `${name}.svg`), stamp(source) + lighter(withVariables(svg)));
    }
  } finally {
    await browser.close();
  }
  return stale;
}

/** Mermaid draws round shapes as some hundred curves, each of them a straight line, with sixteen digits a number. */
function lighter(svg: string): string {
  return optimize(svg, { plugins: [{ name: 'convertPathData', params: { floatPrecision: 1 } }] }).data;
}

export function withVariables(svg: string): string {
  return Object.entries(standIns).reduce((text, [colour, variable]) => text.replaceAll(new RegExp(colour, 'gi'), variable), svg);
}

if (import.meta.main) for (const name of await drawDiagrams()) console.log(`drawn: ${name}`);
