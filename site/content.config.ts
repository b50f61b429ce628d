import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
import { z } from 'astro/zod';
import { layers } from './components/layers.ts';

const layerIds = layers.map((layer) => layer.id);

/** What a chapter says about itself, besides Starlight's own fields. */
const chapter = z.object({
  /** `I`, `II`, …: the part of the book. */
  part: z.string().optional(),
  /** The question that the chapter answers; stands under its title. */
  question: z.string().optional(),
  /** The stage that its requests go to unless they name another. */
  stage: z.string().optional(),
  /** The layers that it fills in on the path; the first one gives it its colour. */
  layers: z.array(z.enum(layerIds)).default([]),
});

export const collections = {
  docs: defineCollection({
    // `00-introduction.mdx` is the front page, `01-handler.mdx` is /handler/.
    loader: glob({ base: './chapters', pattern: '**/*.mdx', generateId: ({ entry }) => slugOf(entry) }),
    schema: docsSchema({ extend: chapter }),
  }),
};

function slugOf(entry: string): string {
  const slug = entry.replace(/\.mdx$/, '').replace(/^\d+-/, '');
  return slug === 'introduction' ? 'index' : slug;
}
